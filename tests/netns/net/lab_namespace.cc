#include "netns/net/lab_namespace.h"

#include <grp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace ringsweep::testing {
namespace {

constexpr const char* links_and_addresses = R"(
link set lo up
link add near type veth peer name far
link set near up
link set far up
addr add 198.19.5.1/24 dev near
route add local 198.18.0.0/16 dev lo
addr add fd77::1/128 dev lo
addr add fd78::1/64 dev near nodad
addr add fe80::1234/64 dev near nodad
route add local fd77::/32 dev lo
neigh add 198.19.5.9 lladdr 02:00:00:00:00:09 dev near nud permanent
neigh add fd78::9 lladdr 02:00:00:00:00:09 dev near nud permanent
)";

constexpr const char* narrow_queue = "qdisc add dev near root tbf rate 8kbit burst 1600 limit 1600\n";

constexpr const char* filters = R"(
table inet lab {
  chain in {
    type filter hook input priority 0;
    ip daddr 198.18.9.0/24 icmp type echo-request reject with icmp type host-unreachable
    ip6 daddr fd77:0:9::/48 icmpv6 type echo-request reject with icmpv6 type addr-unreachable
    ip daddr 198.18.7.0/24 drop
    ip6 daddr fd77:0:7::/48 drop
  }
  chain out {
    type filter hook output priority 0;
    ip daddr 198.18.8.0/24 drop
    ip6 daddr fd77:0:8::/48 drop
  }
}
)";

void write_line(const std::string& file, const std::string& line) {
  std::ofstream(file) << line << std::endl;
}

// Without root: in a user namespace, as its root.
bool make_namespace() {
  if (unshare(CLONE_NEWNET) == 0) return true;
  const std::string user = std::to_string(geteuid()), group = std::to_string(getegid());
  if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) return false;
  write_line("/proc/self/setgroups", "deny");
  write_line("/proc/self/uid_map", "0 " + user + " 1");
  write_line("/proc/self/gid_map", "0 " + group + " 1");
  return true;
}

std::string fill_namespace() {
  if (!feed("ip -batch -", links_and_addresses)) return "ip";
  if (!feed("tc -batch -", narrow_queue)) return "tc";
  if (!feed("nft -f -", filters)) return "nft";
  // Nothing may leave.
  if (std::system("test -z \"$(ip route show default; ip -6 route show default)\"") != 0)
    return "it has a default route";
  allow_ping_sockets();
  return {};
}

class Lab : public ::testing::Environment {
 public:
  void SetUp() override {
    if (!make_namespace()) {
      why_not = std::string("cannot make a network namespace: ") + std::strerror(errno);
      return;
    }
    broken = fill_namespace();
  }
  std::string why_not;
  std::string broken;
};

// GoogleTest owns it.
Lab* const lab = static_cast<Lab*>(::testing::AddGlobalTestEnvironment(new Lab));

}  // namespace

const std::string& why_no_lab() {
  return lab->why_not;
}

const std::string& why_lab_is_broken() {
  return lab->broken;
}

bool feed(const char* command, const char* text) {
  FILE* pipe = popen(command, "we");
  if (pipe == nullptr) return false;
  const bool written = std::fputs(text, pipe) >= 0;
  return pclose(pipe) == 0 && written;
}

void set_sysctl(const std::string& name, const std::string& value) {
  std::ofstream file("/proc/sys/" + name);
  file << value << std::endl;
  if (!file) throw std::runtime_error("cannot write /proc/sys/" + name);
}

void allow_ping_sockets() {
  // A user namespace of one group knows no other.
  try {
    set_sysctl("net/ipv4/ping_group_range", "0 2147483647");
  } catch (const std::runtime_error&) {
    set_sysctl("net/ipv4/ping_group_range", "0 0");
  }
}

bool is_real_root() {
  std::ifstream file("/proc/self/uid_map");
  std::uint64_t first = 1, outside = 1, count = 0;
  file >> first >> outside >> count;
  return geteuid() == 0 && first == 0 && outside == 0 && count > 65534;
}

void on_own_thread(const std::function<void()>& body) {
  std::thread(body).join();
}

void as_nobody(const std::function<void()>& body) {
  if (!is_real_root()) GTEST_SKIP() << "cannot become nobody without root";
  on_own_thread([&] {
    // The system calls, not the library's wrappers: those change all threads.
    const gid_t nobody = 65534;
    if (syscall(SYS_setgroups, 1, &nobody) != 0 || syscall(SYS_setresgid, nobody, nobody, nobody) != 0 ||
        syscall(SYS_setresuid, nobody, nobody, nobody) != 0) {
      ADD_FAILURE() << "cannot become nobody: " << std::strerror(errno);
      return;
    }
    body();
  });
}

}  // namespace ringsweep::testing
