#include "netns/net/two_hosts.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <stdexcept>

#include "ringsweep/net/sockets/socket_address.h"

namespace ringsweep::testing {
namespace {

constexpr std::chrono::seconds patience{20};

constexpr const char* our_addresses = R"(
link set lo up
addr add 198.19.40.254/24 dev near
addr add fd78:40::254/64 dev near nodad
addr add 198.19.41.254/24 dev near2
link set near up
link set near2 up
)";

FileDescriptor new_namespace() {
  if (unshare(CLONE_NEWNET) != 0) throw std::runtime_error("cannot make a network namespace");
  return FileDescriptor(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
}

void enter(const FileDescriptor& name) {
  if (setns(name.get(), CLONE_NEWNET) != 0) throw std::runtime_error("cannot enter a network namespace");
}

void run_ip(const std::string& commands) {
  EXPECT_TRUE(feed("ip -batch -", commands.c_str())) << commands;
}

}  // namespace

TwoHosts::TwoHosts() : there_(new_namespace()), here_(new_namespace()) {
  const std::string other = "/proc/" + std::to_string(getpid()) + "/fd/" + std::to_string(there_.get());
  here("link add near type veth peer name far address 02:00:00:00:00:99 netns " + other + "\n");
  here("link add near2 type veth peer name far2 address 02:00:00:00:00:88 netns " + other + "\n");
  there("link set lo up\nlink set far up\nlink set far2 up\n");
  here(our_addresses);
  for (const char* family : {"ipv4", "ipv6"}) {
    for (const char* link : {"near", "near2"}) {
      const std::string settings = std::string("net/") + family + "/neigh/" + link + "/";
      set_sysctl(settings + "retrans_time_ms", "10");
      set_sysctl(settings + "delay_first_probe_time", "0");
    }
  }
}

void TwoHosts::here(const std::string& commands) const {
  run_ip(commands);
}

void TwoHosts::there(const std::string& commands) const {
  enter(there_);
  run_ip(commands);
  enter(here_);
}

void TwoHosts::drop_all_for(const Address& address) const {
  const std::string to = (address.is_v4() ? "ip daddr " : "ip6 daddr ") + to_text(address);
  const std::string rules =
      "table inet silent { chain in { type filter hook input priority 0; icmpv6 type nd-neighbor-solicit accept; " +
      to + " drop; }; }\n";
  enter(there_);
  EXPECT_TRUE(feed("nft -f -", rules.c_str()));
  enter(here_);
}

void TwoHosts::use(const Address& address) const {
  SocketAddress to;
  const socklen_t length = fill_socket_address(address, 9, to);
  const FileDescriptor socket(::socket(to.any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  EXPECT_EQ(sendto(socket.get(), "?", 1, 0, &to.any, length), 1) << to_text(address) << " errno " << errno;
}

void with_two_hosts(const std::function<void(const TwoHosts&)>& body) {
  on_own_thread([&body] {
    const TwoHosts hosts;
    body(hosts);
  });
}

bool becomes(const std::function<bool()>& is_so) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!is_so()) {
    if (std::chrono::steady_clock::now() > until) return false;
    sched_yield();
  }
  return true;
}

}  // namespace ringsweep::testing
