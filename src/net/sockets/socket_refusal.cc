#include "ringsweep/net/sockets/socket_refusal.h"

#include <fmt/core.h>
#include <fmt/ranges.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace ringsweep {
namespace {

constexpr const char* all_groups = "0 2147483647";

std::string read_group_range() {
  std::ifstream file("/proc/sys/net/ipv4/ping_group_range");
  std::string low, high;
  if (!(file >> low >> high)) return {};
  return low + " " + high;
}

std::vector<unsigned> read_groups() {
  std::vector<unsigned> groups{getegid()};
  const int count = getgroups(0, nullptr);
  if (count > 0) {
    std::vector<gid_t> more(static_cast<std::size_t>(count));
    if (getgroups(count, more.data()) == count) groups.insert(groups.end(), more.begin(), more.end());
  }
  std::sort(groups.begin(), groups.end());
  groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
  return groups;
}

Container read_container() {
  if (std::getenv("KUBERNETES_SERVICE_HOST") != nullptr) return Container::pod;
  if (access("/.dockerenv", F_OK) == 0 || access("/run/.containerenv", F_OK) == 0) return Container::docker_like;
  return Container::none;
}

std::string read_program() {
  std::array<char, 4096> path;
  const ssize_t length = readlink("/proc/self/exe", path.data(), path.size());
  return length > 0 ? std::string(path.data(), static_cast<std::size_t>(length)) : std::string("FILE");
}

std::string sysctl_line(Container container) {
  switch (container) {
    case Container::none:
      return fmt::format("allow ping sockets: sudo sysctl -w net.ipv4.ping_group_range=\"{}\"\n", all_groups);
    case Container::docker_like:
      return fmt::format(
          "allow ping sockets: docker run --sysctl net.ipv4.ping_group_range=\"{}\" ... (with --network host: sysctl -w on the host)\n",
          all_groups);
    case Container::pod:
      return fmt::format(
          "allow ping sockets: in the pod's securityContext.sysctls, name: net.ipv4.ping_group_range, value: \"{}\"\n",
          all_groups);
  }
  return {};
}

std::string capability_line(const SocketSurroundings& surroundings) {
  if (surroundings.can_gain_net_raw) {
    return fmt::format(
        "allow raw sockets: sudo setcap cap_net_raw=p {0} (or set-uid root, as ping once was: sudo chown root {0} && sudo chmod u+s {0})\n",
        surroundings.program);
  }
  switch (surroundings.container) {
    case Container::none:
      return {};
    case Container::docker_like:
      return "allow raw sockets: docker run --cap-add NET_RAW ...\n";
    case Container::pod:
      return "allow raw sockets: in the container's securityContext, capabilities.add: [NET_RAW]\n";
  }
  return {};
}

}  // namespace

SocketSurroundings read_socket_surroundings() {
  SocketSurroundings surroundings;
  surroundings.ping_group_range = read_group_range();
  surroundings.groups = read_groups();
  surroundings.container = read_container();
  surroundings.program = read_program();
  surroundings.can_gain_net_raw =
      prctl(PR_CAPBSET_READ, CAP_NET_RAW, 0, 0, 0) == 1 && prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0;
  return surroundings;
}

bool ping_sockets_allowed(const SocketSurroundings& surroundings) {
  std::istringstream text(surroundings.ping_group_range);
  std::uint64_t low = 1, high = 0;
  if (!(text >> low >> high)) return false;
  return std::any_of(surroundings.groups.begin(), surroundings.groups.end(),
                     [&](unsigned group) { return low <= group && group <= high; });
}

std::string socket_remedy(const SocketSurroundings& surroundings, std::optional<SocketPlan> plan) {
  std::string text;
  if (plan != SocketPlan::raw) {
    const std::string range =
        surroundings.ping_group_range.empty() ? "cannot be read" : "is " + surroundings.ping_group_range;
    text +=
        fmt::format("net.ipv4.ping_group_range {}, your groups are {}\n", range, fmt::join(surroundings.groups, " "));
    if (!ping_sockets_allowed(surroundings)) text += sysctl_line(surroundings.container);
  }
  if (plan != SocketPlan::dgram) text += capability_line(surroundings);
  if (!text.empty()) text.pop_back();
  return text;
}

}  // namespace ringsweep
