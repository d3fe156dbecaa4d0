// The command line of ping. Its words for what is wrong are compared with the real ones in tests/netns/ping_test.py.
#include "cli/ping/ping_arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "cli/ping/ping_command.h"

namespace ringsweep {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

PingCommandLine parse(std::vector<std::string> words, bool is_root = true) {
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  return parse_ping_arguments(static_cast<int>(words.size()), argv.data(), is_root, [](const std::string&) {});
}

std::string error_of(const std::vector<std::string>& words, bool is_root = true) {
  try {
    parse(words, is_root);
  } catch (const Error& error) {
    return std::to_string(static_cast<int>(error.exit_code())) + " " + error.what();
  }
  return "none";
}

TEST(PingArguments, defaults_are_those_of_ping) {
  const PingOptions options = parse({"ping", "h"}).options;
  EXPECT_EQ(options.host, "h");
  EXPECT_EQ(options.family, Family::none);
  EXPECT_EQ(options.count, 0U);
  EXPECT_EQ(options.interval_ms, 1'000);
  EXPECT_EQ(options.deadline_s, 0);
  EXPECT_EQ(options.linger_ms, 10'000);
  EXPECT_EQ(options.socket.data_bytes, 56U);
  EXPECT_EQ(options.socket.preload, 1);
  EXPECT_FALSE(options.quiet || options.flood || options.adaptive || options.numeric || options.socket.broadcast);
}

TEST(PingArguments, take_values_apart_or_attached_in_any_order_and_grouped) {
  const PingOptions options = parse({"ping", "-qnc3", "h", "-i", "0.2", "-W0.5", "-s", "16", "-fAaDOvbB"}).options;
  EXPECT_EQ(options.host, "h");
  EXPECT_EQ(options.count, 3U);
  EXPECT_EQ(options.interval_ms, 200);
  EXPECT_TRUE(options.interval_given);
  EXPECT_EQ(options.linger_ms, 500);
  EXPECT_EQ(options.socket.data_bytes, 16U);
  EXPECT_TRUE(options.quiet && options.numeric && options.flood && options.adaptive && options.audible);
  EXPECT_TRUE(options.stamps && options.outstanding && options.verbose);
  EXPECT_TRUE(options.socket.broadcast && options.socket.keep_source);
}

TEST(PingArguments, of_the_socket) {
  const PingSocketOptions socket =
      parse({"ping", "-t", "9", "-Q0x10", "-M", "do", "-m", "7", "-e", "4711", "-l", "3", "h"}).options.socket;
  EXPECT_EQ(socket.ttl, 9);
  EXPECT_EQ(socket.tos, 16);
  EXPECT_EQ(socket.mtu_discovery, MtuDiscovery::always);
  EXPECT_EQ(socket.mark, 7U);
  EXPECT_EQ(socket.identifier, 4711);
  EXPECT_EQ(socket.preload, 3);
}

TEST(PingArguments, an_interface_is_a_name_an_address_or_both) {
  const PingSocketOptions name = parse({"ping", "-I", "eth0", "h"}).options.socket;
  EXPECT_EQ(name.interface, "eth0");
  EXPECT_FALSE(name.source || name.keep_source);

  const PingSocketOptions address = parse({"ping", "-I", "10.0.0.1", "h"}).options.socket;
  EXPECT_EQ(address.source, Address::v4(0x0a000001));
  EXPECT_TRUE(address.keep_source && address.interface.empty());

  const PingSocketOptions both = parse({"ping", "-I", "fe80::1%eth0", "h"}).options.socket;
  EXPECT_EQ(both.source, Address::v6(0xfe80'0000'0000'0000, 1));
  EXPECT_EQ(both.interface, "eth0");
}

TEST(PingArguments, a_pattern_is_at_most_16_bytes_of_hexadecimal_digits) {
  EXPECT_THAT(parse({"ping", "-p", "0Aff1", "h"}).options.pattern, ElementsAre(0x0a, 0xff, 0x01));
  EXPECT_EQ(parse({"ping", "-p", std::string(40, '1'), "h"}).options.pattern.size(), 16U);
  EXPECT_EQ(error_of({"ping", "-p", "12x4", "h"}), "2 patterns must be specified as hex digits: x4");
}

TEST(PingArguments, the_name_it_is_called_by_chooses_the_family) {
  EXPECT_EQ(parse({"ping4", "h"}).options.family, Family::v4);
  EXPECT_EQ(parse({"/usr/bin/ping6", "h"}).options.family, Family::v6);
  EXPECT_EQ(error_of({"ping4", "-6", "h"}), "2 only one -4 or -6 option may be specified");
}

TEST(PingArguments, users_who_are_not_root_may_not_send_many_at_once) {
  EXPECT_EQ(error_of({"ping", "-l4", "h"}, false), "2 cannot set preload to value greater than 3: 4");
  EXPECT_EQ(parse({"ping", "-l4", "h"}, true).options.socket.preload, 4);
}

TEST(PingArguments, without_a_host_the_status_is_1_as_pings_is) {
  EXPECT_EQ(error_of({"ping"}), "1 usage error: Destination address required");
  EXPECT_EQ(error_of({"ping", "-c", "", "h"}), "1 invalid argument: ''");
}

TEST(PingArguments, what_is_not_built_is_refused_by_name) {
  for (const char* option : {"-R", "-U", "-L", "-r", "-d", "-C", "-T", "-F", "-N", "-S"}) {
    EXPECT_EQ(error_of({"ping", option, "1", "h"}),
              std::string("2 ") + option + " is an option of ping that ringsweep does not have");
  }
  EXPECT_EQ(error_of({"ping", "a", "b"}), "2 more than one host means source routing, which ringsweep does not have");
}

TEST(PingArguments, help_and_version_need_no_host) {
  EXPECT_EQ(parse({"ping", "-h"}).request, PingRequest::usage);
  EXPECT_EQ(parse({"ping", "--help"}).request, PingRequest::help);
  EXPECT_EQ(parse({"ping", "-V"}).request, PingRequest::version);
  EXPECT_EQ(parse({"ping", "--version"}).request, PingRequest::version);
}

TEST(PingArguments, a_negative_interval_is_refused) {
  EXPECT_EQ(error_of({"ping", "-i", "-1", "h"}), "2 bad timing interval: -1");
}

TEST(PingHelp, lists_each_option_once_in_100_columns) {
  std::set<std::string_view> names;
  for (const PingOptionText& option : ping_option_table()) {
    EXPECT_TRUE(names.insert(option.name).second) << option.name;
    EXPECT_THAT(ping_usage(), HasSubstr(std::string("\n  ") + std::string(option.name) + " "));
  }
  for (const char letter : std::string_view("46ciwWstqnDOflpIQMvaAbBemhV")) {
    EXPECT_TRUE(names.contains(std::string("-") + letter)) << letter;
  }
  std::istringstream lines(ping_usage());
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100U) << line;
}

TEST(PingCommand, is_named_by_the_first_word_or_by_the_program) {
  const auto is_ping = [](std::vector<const char*> words) {
    return is_ping_command(static_cast<int>(words.size()), words.data());
  };
  EXPECT_TRUE(is_ping({"ringsweep", "ping", "h"}));
  EXPECT_TRUE(is_ping({"/usr/local/bin/ping", "h"}));
  EXPECT_TRUE(is_ping({"ping6"}));
  EXPECT_FALSE(is_ping({"ringsweep", "-q", "ping"}));
  EXPECT_FALSE(is_ping({"/opt/ping/ringsweep", "h"}));
  EXPECT_FALSE(is_ping({"ringsweep"}));
  EXPECT_FALSE(is_ping({}));
}

}  // namespace
}  // namespace ringsweep
