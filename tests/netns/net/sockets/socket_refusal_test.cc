#include "ringsweep/net/sockets/socket_refusal.h"

#include <gtest/gtest.h>

namespace ringsweep::testing {
namespace {

SocketSurroundings refused() {
  SocketSurroundings surroundings;
  surroundings.ping_group_range = "1 0";
  surroundings.groups = {27, 1000};
  surroundings.program = "/usr/bin/ringsweep";
  return surroundings;
}

TEST(SocketRemedy, on_a_plain_machine_names_sysctl_setcap_and_set_uid) {
  EXPECT_EQ(
      socket_remedy(refused(), {}),
      "net.ipv4.ping_group_range is 1 0, your groups are 27 1000\n"
      "allow ping sockets: sudo sysctl -w net.ipv4.ping_group_range=\"0 2147483647\"\n"
      "allow raw sockets: sudo setcap cap_net_raw=p /usr/bin/ringsweep (or set-uid root, as ping once was: sudo chown root /usr/bin/ringsweep && sudo chmod u+s /usr/bin/ringsweep)");
}

TEST(SocketRemedy, names_only_what_was_asked_for) {
  EXPECT_EQ(socket_remedy(refused(), SocketPlan::dgram),
            "net.ipv4.ping_group_range is 1 0, your groups are 27 1000\n"
            "allow ping sockets: sudo sysctl -w net.ipv4.ping_group_range=\"0 2147483647\"");
  EXPECT_EQ(
      socket_remedy(refused(), SocketPlan::raw),
      "allow raw sockets: sudo setcap cap_net_raw=p /usr/bin/ringsweep (or set-uid root, as ping once was: sudo chown root /usr/bin/ringsweep && sudo chmod u+s /usr/bin/ringsweep)");
}

TEST(SocketRemedy, in_docker_names_what_docker_can_do) {
  SocketSurroundings surroundings = refused();
  surroundings.container = Container::docker_like;
  surroundings.can_gain_net_raw = false;
  EXPECT_EQ(
      socket_remedy(surroundings, {}),
      "net.ipv4.ping_group_range is 1 0, your groups are 27 1000\n"
      "allow ping sockets: docker run --sysctl net.ipv4.ping_group_range=\"0 2147483647\" ... (with --network host: sysctl -w on the host)\n"
      "allow raw sockets: docker run --cap-add NET_RAW ...");
}

TEST(SocketRemedy, in_a_pod_names_what_a_pod_can_say) {
  SocketSurroundings surroundings = refused();
  surroundings.container = Container::pod;
  surroundings.can_gain_net_raw = false;
  EXPECT_EQ(
      socket_remedy(surroundings, {}),
      "net.ipv4.ping_group_range is 1 0, your groups are 27 1000\n"
      "allow ping sockets: in the pod's securityContext.sysctls, name: net.ipv4.ping_group_range, value: \"0 2147483647\"\n"
      "allow raw sockets: in the container's securityContext, capabilities.add: [NET_RAW]");
}

TEST(SocketRemedy, does_not_offer_a_file_capability_that_cannot_take_effect) {
  SocketSurroundings surroundings = refused();
  surroundings.can_gain_net_raw = false;
  EXPECT_EQ(socket_remedy(surroundings, SocketPlan::raw), "");
}

TEST(SocketRemedy, says_so_where_the_range_cannot_be_read) {
  SocketSurroundings surroundings = refused();
  surroundings.ping_group_range.clear();
  EXPECT_EQ(socket_remedy(surroundings, {}).find("net.ipv4.ping_group_range cannot be read, your groups are 27 1000\n"),
            0U);
}

TEST(PingSocketsAllowed, when_one_of_the_groups_is_in_the_range) {
  SocketSurroundings surroundings = refused();
  EXPECT_FALSE(ping_sockets_allowed(surroundings));
  surroundings.ping_group_range = "0 2147483647";
  EXPECT_TRUE(ping_sockets_allowed(surroundings));
  surroundings.ping_group_range = "28 999";
  EXPECT_FALSE(ping_sockets_allowed(surroundings));
  surroundings.ping_group_range = "1000 1000";
  EXPECT_TRUE(ping_sockets_allowed(surroundings));
}

}  // namespace
}  // namespace ringsweep::testing
