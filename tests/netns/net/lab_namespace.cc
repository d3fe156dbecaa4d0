#include "netns/net/lab_namespace.h"

#include <grp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace ringsweep::testing {
namespace {

constexpr const char* set_up_commands[] = {
    "ip link set lo up",
    "ip addr add 198.19.5.1/24 dev lo",
    "ip route add local 198.18.0.0/16 dev lo",
    "ip -6 addr add fd77::1/128 dev lo",
    "ip -6 route add local fd77::/32 dev lo",
    "nft add table inet lab",
    "nft 'add chain inet lab in { type filter hook input priority 0; }'",
    "nft 'add chain inet lab out { type filter hook output priority 0; }'",
    "nft 'add rule inet lab in ip daddr 198.18.9.0/24 icmp type echo-request reject with icmp type host-unreachable'",
    "nft 'add rule inet lab in ip6 daddr fd77:0:9::/48 icmpv6 type echo-request reject with icmpv6 type "
    "addr-unreachable'",
    "nft 'add rule inet lab in ip daddr 198.18.7.0/24 drop'",
    "nft 'add rule inet lab in ip6 daddr fd77:0:7::/48 drop'",
    "nft 'add rule inet lab out ip daddr 198.18.8.0/24 drop'",
    "nft 'add rule inet lab out ip6 daddr fd77:0:8::/48 drop'",
};

std::string make_lab() {
  if (unshare(CLONE_NEWNET) != 0) {
    return std::string("cannot make a network namespace: ") + std::strerror(errno);
  }
  for (const char* command : set_up_commands) {
    if (std::system(command) != 0) return std::string("failed: ") + command;
  }
  // Nothing may leave: there is no device but loopback.
  if (std::system("test $(ls /sys/class/net | wc -l) -le 1 || test -z \"$(ip route show default)\"") != 0) {
    return "the namespace has a default route";
  }
  set_sysctl("net/ipv4/ping_group_range", "0 2147483647");
  return {};
}

class Lab : public ::testing::Environment {
 public:
  void SetUp() override { why_not = make_lab(); }
  std::string why_not = "the namespace was not made";
};

// GoogleTest owns it.
Lab* const lab = static_cast<Lab*>(::testing::AddGlobalTestEnvironment(new Lab));

}  // namespace

const std::string& why_no_lab() {
  return lab->why_not;
}

void set_sysctl(const std::string& name, const std::string& value) {
  std::ofstream file("/proc/sys/" + name);
  file << value << std::endl;
  if (!file) throw std::runtime_error("cannot write /proc/sys/" + name);
}

void on_own_thread(const std::function<void()>& body) {
  std::thread(body).join();
}

void as_nobody(const std::function<void()>& body) {
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
