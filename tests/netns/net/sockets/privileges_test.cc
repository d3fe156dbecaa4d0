// Each test runs in a child process: what was given up does not come back.
#include "ringsweep/system/privileges.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <string>

#include "netns/net/lab_namespace.h"
#include "ringsweep/net/sockets/icmp_socket.h"

namespace ringsweep::testing {
namespace {

// Runs `body` in a child; what it returns is empty where all went well.
void in_child(const std::function<std::string()>& body) {
  int channel[2];
  ASSERT_EQ(pipe(channel), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const std::string complaint = body();
    const ssize_t written = write(channel[1], complaint.data(), complaint.size());
    _exit(written == static_cast<ssize_t>(complaint.size()) ? 0 : 1);
  }
  close(channel[1]);
  std::string complaint(4096, '\0');
  const ssize_t length = read(channel[0], complaint.data(), complaint.size());
  close(channel[0]);
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(complaint.substr(0, length > 0 ? static_cast<std::size_t>(length) : 0), "");
}

std::string capabilities() {
  cap_t own = cap_get_proc();
  char* text = cap_to_text(own, nullptr);
  std::string result = text;
  cap_free(text);
  cap_free(own);
  return result;
}

bool can_open_raw() {
  const FileDescriptor raw(socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP));
  return raw.is_open();
}

std::string unless(bool holds, const char* complaint) {
  return holds ? std::string{} : std::string(complaint) + " [" + capabilities() + "] ";
}

TEST(Privileges, of_root_are_the_network_ones_on_demand_and_writing_where_others_may_not) {
  NEEDS_LAB();
  in_child([] {
    lower_privileges();
    std::string complaints = unless(capabilities() == "cap_dac_override=ep cap_net_admin,cap_net_raw+p", "lowered");
    complaints += unless(!can_open_raw(), "raw while lowered") + unless(has_net_raw(), "permitted");
    {
      const RaisedPrivileges raised;
      complaints += unless(can_open_raw(), "raw while raised");
    }
    complaints += unless(!can_open_raw(), "raw after raising");
    drop_privileges_for_good();
    complaints += unless(capabilities() == "cap_dac_override=ep", "dropped");
    const RaisedPrivileges nothing;
    complaints += unless(!can_open_raw(), "raw after dropping") + unless(!has_net_raw(), "still permitted");
    return complaints + unless(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1, "no_new_privs");
  });
}

// field bug 47
TEST(Privileges, of_a_set_uid_root_program_are_the_callers_but_for_the_sockets) {
  NEEDS_LAB();
  if (!is_real_root()) GTEST_SKIP() << "needs root";
  std::string path = ::testing::TempDir() + "ringsweep_privileges_XXXXXX";
  const FileDescriptor file(mkstemp(path.data()));
  ASSERT_TRUE(file.is_open());
  ASSERT_EQ(fchmod(file.get(), 0600), 0);
  in_child([&] {
    // As the kernel starts it: the real ids are the caller's.
    if (setresgid(65534, 0, 0) != 0 || setresuid(65534, 0, 0) != 0) return std::string("set-up");
    lower_privileges();
    std::string complaints = unless(capabilities() == "cap_net_admin,cap_net_raw=p", "lowered");
    complaints += unless(geteuid() == 65534 && getegid() == 65534, "ids");
    complaints += unless(setuid(0) != 0 && setresuid(0, 0, 0) != 0 && setgid(0) != 0, "back to root");
    complaints += unless(open(path.c_str(), O_RDONLY | O_CLOEXEC) < 0, "read root's file");
    complaints += unless(open("/etc/ringsweep_test", O_WRONLY | O_CREAT | O_CLOEXEC, 0600) < 0, "wrote into /etc");
    SocketOptions options;
    options.plan = SocketPlan::raw;
    const SocketSet set = open_sockets(options);
    complaints += unless(set.v4->receiver.is_open(), "no socket") + unless(!can_open_raw(), "raw after opening");
    drop_privileges_for_good();
    return complaints + unless(capabilities() == "=", "dropped");
  });
  unlink(path.c_str());
}

TEST(Privileges, of_nobody_are_none_and_that_is_no_error) {
  NEEDS_LAB();
  if (!is_real_root()) GTEST_SKIP() << "needs root";
  in_child([] {
    if (setresgid(65534, 65534, 65534) != 0 || setresuid(65534, 65534, 65534) != 0) return std::string("set-up");
    lower_privileges();
    std::string complaints;
    {
      const RaisedPrivileges nothing;
      complaints += unless(!can_open_raw(), "raw");
    }
    drop_privileges_for_good();
    return complaints + unless(capabilities() == "=", "dropped") + unless(!has_net_raw(), "permitted");
  });
}

}  // namespace
}  // namespace ringsweep::testing
