#include "cli/options/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cli/command_line.h"
#include "cli/options/option_table.h"
#include "unit/cli/expect_usage_error.h"

namespace ringsweep {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

ParsedCommand parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "ringsweep");
  return parse_command_line(static_cast<int>(arguments.size()), arguments.data(), command_table());
}
SweepOptions sweep(const std::vector<const char*>& arguments) {
  const ParsedCommand parsed = parse(arguments);
  EXPECT_EQ(parsed.command, Command::sweep);
  return parsed.sweep;
}
// With a target, so that only the option can be wrong.
SweepOptions with(std::vector<const char*> arguments) {
  arguments.push_back("10.0.0.1");
  return sweep(arguments);
}
std::string error_of(const std::vector<const char*>& arguments) {
  return usage_error_of([&] { parse(arguments); });
}
std::string error_with(std::vector<const char*> arguments) {
  arguments.push_back("10.0.0.1");
  return error_of(arguments);
}

TEST(CommandLine, sweeps_where_no_command_is_named) {
  EXPECT_THAT(sweep({"10.0.0.0/24"}).targets, ElementsAre("10.0.0.0/24"));
  EXPECT_THAT(sweep({"sweep", "10.0.0.0/24"}).targets, ElementsAre("10.0.0.0/24"));
  EXPECT_EQ(sweep({"10.0.0.0/24"}).command, "sweep");
}

TEST(CommandLine, takes_any_number_of_targets_as_they_are) {
  EXPECT_THAT(sweep({"10.0.0.1", "-q", "host", "2001:db8::/112", "", "[x,y]", "{}"}).targets,
              ElementsAre("10.0.0.1", "host", "2001:db8::/112", "", "[x,y]", "{}"));
}

TEST(CommandLine, has_the_documented_defaults) {
  const SweepOptions options = sweep({"10.0.0.1"});
  EXPECT_FALSE(options.rate.has_value());
  EXPECT_EQ(options.max_targets, 16'777'216U);
  EXPECT_EQ(options.attempts, 3U);
  EXPECT_EQ(options.timeout_ns, 1'000'000'000);
  EXPECT_EQ(options.linger_ns, 0);
  EXPECT_EQ(options.payload_size, 24U);
  EXPECT_FALSE(options.ttl || options.tos || options.source_v4 || options.source_v6 || options.seed);
  EXPECT_EQ(options.order, Order::random);
  EXPECT_EQ(options.shard, 1U);
  EXPECT_EQ(options.shards, 1U);
  EXPECT_EQ(options.engine, EngineChoice::automatic);
  EXPECT_EQ(options.socket, SocketChoice::automatic);
  EXPECT_FALSE(options.workers.has_value());
  EXPECT_EQ(options.batch, 32U);
  EXPECT_TRUE(options.header && options.allow_v4 && options.allow_v6 && options.guards);
  EXPECT_FALSE(options.format.has_value());
  EXPECT_FALSE(options.quiet || options.alive_only || options.dry_run || options.expect_all || options.all_addresses);
}

TEST(CommandLine, takes_every_option_about_targets) {
  const SweepOptions options = sweep({"-f", "a.txt", "--file", "-", "-x", "10.0.0.1", "--exclude=10.0.0.8/29",
                                      "--exclude-file", "x.txt", "--max-targets", "17M", "--all-addresses"});
  EXPECT_THAT(options.target_files, ElementsAre("a.txt", "-"));
  EXPECT_THAT(options.excludes, ElementsAre("10.0.0.1", "10.0.0.8/29"));
  EXPECT_THAT(options.exclude_files, ElementsAre("x.txt"));
  EXPECT_EQ(options.max_targets, 17'000'000U);
  EXPECT_TRUE(options.all_addresses);
  EXPECT_TRUE(options.targets.empty());
}

TEST(CommandLine, takes_every_option_about_probing) {
  const SweepOptions options =
      with({"-r",    "10k", "--attempts", "5",    "-t", "500ms", "--linger", "60s",      "--size", "56",
            "--ttl", "64",  "--tos",      "0xb8", "-I", "eth0",  "-S",       "10.0.0.9", "-S",     "2001:db8::9"});
  EXPECT_EQ(options.rate.value().milli_pps, 10'000'000U);
  EXPECT_EQ(options.attempts, 5U);
  EXPECT_EQ(options.timeout_ns, 500'000'000);
  EXPECT_EQ(options.linger_ns, 60'000'000'000);
  EXPECT_EQ(options.payload_size, 56U);
  EXPECT_EQ(options.ttl, 64);
  EXPECT_EQ(options.tos, 184);
  EXPECT_EQ(options.interface, "eth0");
  EXPECT_EQ(options.source_v4, Address::v4(0x0a000009));
  EXPECT_EQ(options.source_v6, Address::v6(0x20010db800000000, 9));
}

TEST(CommandLine, takes_every_option_about_order_and_engine) {
  const SweepOptions options = with({"--seed", "0x2a", "--order", "address", "--shard", "2/7", "--engine", "mmsg",
                                     "--socket", "raw", "-w", "4", "--batch", "64", "--no-guards"});
  EXPECT_EQ(options.seed, 42U);
  EXPECT_EQ(options.order, Order::address);
  EXPECT_EQ(options.shard, 2U);
  EXPECT_EQ(options.shards, 7U);
  EXPECT_EQ(options.engine, EngineChoice::mmsg);
  EXPECT_EQ(options.socket, SocketChoice::raw);
  EXPECT_EQ(options.workers, 4U);
  EXPECT_EQ(options.batch, 64U);
  EXPECT_FALSE(options.guards);
  EXPECT_EQ(with({"--engine", "uring"}).engine, EngineChoice::uring);
  EXPECT_EQ(with({"--socket", "dgram"}).socket, SocketChoice::dgram);
  EXPECT_FALSE(with({"-w", "2", "-w", "auto"}).workers.has_value());
}

TEST(CommandLine, takes_every_option_about_output) {
  const SweepOptions options =
      with({"-o", "out.csv", "--format", "ndjson", "--show", "alive,arp_reply", "--show", "unreachable", "--no-header",
            "--summary-json", "s.json", "--progress", "on", "--expect", "all", "--dry-run"});
  EXPECT_EQ(options.output_file, "out.csv");
  EXPECT_EQ(options.format, RowFormatKind::ndjson);
  EXPECT_THAT(options.show, ElementsAre("alive,arp_reply", "unreachable"));
  EXPECT_FALSE(options.header);
  EXPECT_EQ(options.summary_json_file, "s.json");
  EXPECT_EQ(options.metrics_file, "");
  EXPECT_EQ(options.job_name, "ringsweep");
  EXPECT_EQ(options.store_file, "");
  EXPECT_EQ(with({"--store", "net.db"}).store_file, "net.db");
  EXPECT_EQ(with({"--store", "net.db"}).store_keep_ns, std::nullopt);
  EXPECT_EQ(with({"--store", "net.db", "--store-keep", "90d"}).store_keep_ns, 7'776'000'000'000'000);
  EXPECT_EQ(options.progress, ProgressChoice::on);
  EXPECT_TRUE(options.expect_all);
  EXPECT_TRUE(options.dry_run);
  EXPECT_TRUE(with({"-a"}).alive_only);
  EXPECT_TRUE(with({"-q"}).quiet);
  EXPECT_EQ(with({"--expect", "4k"}).expect_alive, 4'000U);
  EXPECT_EQ(with({"-o", "-"}).output_file, "-");
}

TEST(CommandLine, may_bundle_short_options_and_glue_values) {
  const SweepOptions options = sweep({"-qar10k", "-t2s", "-4", "10.0.0.1"});
  EXPECT_TRUE(options.quiet && options.alive_only);
  EXPECT_EQ(options.rate.value().milli_pps, 10'000'000U);
  EXPECT_EQ(options.timeout_ns, 2'000'000'000);
  EXPECT_FALSE(options.allow_v6);
}

TEST(CommandLine, lets_the_last_value_count) {
  EXPECT_EQ(with({"-r", "1k", "--rate", "2k"}).rate.value().milli_pps, 2'000'000U);
  EXPECT_TRUE(with({"-q", "-q"}).quiet);
}

TEST(CommandLine, takes_words_behind_two_dashes_as_targets) {
  EXPECT_THAT(sweep({"-q", "--", "-q", "--rate"}).targets, ElementsAre("-q", "--rate"));
  for (const char* name : {"sweep", "diff", "ping", "count"}) {
    EXPECT_THAT(sweep({"--", name, "10.0.0.1"}).targets, ElementsAre(name, "10.0.0.1"));
    EXPECT_THAT(sweep({"sweep", "--", name}).targets, ElementsAre(name));
  }
}

TEST(CommandLine, shows_help_and_version_whatever_else_is_there) {
  EXPECT_EQ(parse({"--help"}).command, Command::help);
  EXPECT_EQ(parse({"10.0.0.1", "-h", "--bogus"}).command, Command::help);
  EXPECT_EQ(parse({"--version"}).command, Command::version);
  EXPECT_EQ(parse({"-V"}).command, Command::version);
}

TEST(CommandLine, without_a_target_is_refused_with_an_example) {
  EXPECT_THAT(error_of({}), AllOf(HasSubstr("no target"), HasSubstr("ringsweep 192.168.1.0/24")));
  EXPECT_THAT(error_of({"sweep"}), HasSubstr("no target"));
  EXPECT_THAT(error_of({"-r", "10k"}), HasSubstr("no target"));
  EXPECT_THAT(usage_error_of([] { parse_command_line(0, nullptr, command_table()); }), HasSubstr("no target"));
}

TEST(CommandLine, refuses_commands_that_are_not_built_yet) {
  for (const char* name : {"count", "doctor"}) {
    EXPECT_THAT(error_of({name, "10.0.0.1"}),
                AllOf(HasSubstr("not built yet"), HasSubstr(std::string("ringsweep sweep ") + name)));
  }
  EXPECT_THAT(error_of({"-4", "ping", "10.0.0.1"}), HasSubstr("'ping' must be the first word"));
  EXPECT_THAT(sweep({"sweep", "ping"}).targets, ElementsAre("ping"));
  EXPECT_THAT(sweep({"10.0.0.1", "ping"}).targets, ElementsAre("10.0.0.1", "ping"));
}

TEST(CommandLine, refuses_unknown_options_and_names_the_nearest) {
  EXPECT_THAT(error_with({"--rat", "10k"}), HasSubstr("'--rat' is not an option: --rate?"));
  EXPECT_THAT(error_with({"--atempts", "3"}), HasSubstr("--attempts?"));
  EXPECT_THAT(error_with({"--sum=x"}), HasSubstr("'--sum=x' is not an option: --summary-json?"));
  EXPECT_THAT(error_with({"--timeout-ms", "3"}), HasSubstr("is not an option"));
  EXPECT_THAT(error_with({"--frobnicate"}), AllOf(HasSubstr("'--frobnicate' is not an option"), Not(HasSubstr("?"))));
  EXPECT_THAT(error_with({"-z"}), HasSubstr("'-z' is not an option"));
  EXPECT_THAT(error_with({"-qz"}), HasSubstr("'-z' is not an option"));
  EXPECT_THAT(error_with({"++", "--bogus"}), HasSubstr("'++'"));
}

TEST(CommandLine, refuses_options_of_later_releases) {
  for (const char* name : {"--tx-timestamps"}) {
    EXPECT_THAT(error_with({name}), HasSubstr(std::string("'") + name + "' is not an option"));
  }
}

TEST(CommandLine, refuses_missing_and_superfluous_values) {
  EXPECT_THAT(error_of({"10.0.0.1", "-r"}), HasSubstr("'-r' requires a value"));
  EXPECT_THAT(error_of({"10.0.0.1", "--output"}), HasSubstr("'--output' requires a value"));
  EXPECT_THAT(error_with({"--output="}), HasSubstr("'--output=': the value is empty"));
  EXPECT_THAT(error_with({"--quiet=no"}), HasSubstr("--quiet takes no value"));
  EXPECT_THAT(error_with({"--quiet=true"}), HasSubstr("--quiet takes no value"));
}

TEST(CommandLine, takes_what_follows_an_option_as_its_value) {
  EXPECT_THAT(error_of({"-r", "-5", "10.0.0.1"}), HasSubstr("--rate: '-5' is negative"));
  EXPECT_THAT(error_of({"--attempts", "-q", "10.0.0.1"}), HasSubstr("--attempts: '-q'"));
}

TEST(CommandLine, checks_every_number) {
  EXPECT_THAT(error_with({"--attempts", "0"}), HasSubstr("--attempts: '0' is not between 1 and 1000000"));
  EXPECT_THAT(error_with({"--attempts", "1000001"}), HasSubstr("not between 1 and 1000000"));
  EXPECT_EQ(with({"--attempts", "1000000"}).attempts, 1'000'000U);
  EXPECT_THAT(error_with({"--ttl", "0"}), HasSubstr("--ttl: '0' is not between 1 and 255"));
  EXPECT_THAT(error_with({"--ttl", "256"}), HasSubstr("not between 1 and 255"));
  EXPECT_THAT(error_with({"--tos", "256"}), HasSubstr("--tos: '256' is not between 0 and 255"));
  EXPECT_THAT(error_with({"--batch", "0"}), HasSubstr("--batch: '0' is not between 1 and 64"));
  EXPECT_THAT(error_with({"--batch", "65"}), HasSubstr("not between 1 and 64"));
  EXPECT_THAT(error_with({"-w", "0"}),
              AllOf(HasSubstr("--workers: '0' is not between 1 and 256"), HasSubstr("or auto")));
  EXPECT_THAT(error_with({"-w", "257"}), HasSubstr("not between 1 and 256"));
  EXPECT_THAT(error_with({"--seed", "x"}), HasSubstr("--seed: 'x' is not a whole number"));
  EXPECT_EQ(with({"--seed", "18446744073709551615"}).seed, 18'446'744'073'709'551'615U);
  EXPECT_THAT(error_with({"--max-targets", "0"}), HasSubstr("--max-targets: '0' is not between 1 and"));
  EXPECT_THAT(error_with({"--expect", "0"}), AllOf(HasSubstr("--expect: '0'"), HasSubstr("accepted: all, or")));
  EXPECT_THAT(error_with({"--expect", "some"}), HasSubstr("accepted: all, or"));
  EXPECT_THAT(error_with({"-t", "500"}), HasSubstr("--timeout: '500' has no unit: 500ms?"));
  EXPECT_THAT(error_with({"-t", "0s"}), HasSubstr("must not be zero"));
  EXPECT_EQ(with({"--linger", "0s"}).linger_ns, 0);
}

TEST(CommandLine, says_why_a_payload_cannot_be_smaller_than_the_token) {
  EXPECT_THAT(error_with({"--size", "23"}), AllOf(HasSubstr("--size: '23' is too small: the token"), HasSubstr("24")));
  EXPECT_THAT(error_with({"--size", "0"}), HasSubstr("the token"));
  EXPECT_THAT(error_with({"--size", "65508"}), HasSubstr("--size: '65508'"));
  EXPECT_EQ(with({"--size", "65507"}).payload_size, 65'507U);
}

// field bug 19
TEST(CommandLine, refuses_shards_out_of_range) {
  EXPECT_THAT(error_with({"--shard", "0/4"}), HasSubstr("counting starts at 1"));
  EXPECT_THAT(error_with({"--shard", "5/4"}), HasSubstr("counting starts at 1"));
  EXPECT_EQ(with({"--shard", "300/300"}).shard, 300U);
}

// Parts that are run on different machines must agree on the order, or they would miss and repeat targets.
TEST(CommandLine, gives_shards_a_fixed_seed_where_none_is_given) {
  EXPECT_EQ(with({"--shard", "1/2"}).seed, 0U);
  EXPECT_EQ(with({"--shard", "2/2", "--seed", "7"}).seed, 7U);
  EXPECT_FALSE(with({"--shard", "1/1"}).seed.has_value());
}

TEST(CommandLine, refuses_choices_that_there_are_not) {
  EXPECT_THAT(error_with({"--order", "sorted"}), AllOf(HasSubstr("--order: 'sorted'"), HasSubstr("random, address")));
  EXPECT_THAT(error_with({"--engine", "xdp"}), HasSubstr("accepted: auto, uring, mmsg"));
  EXPECT_THAT(error_with({"--socket", "tcp"}), HasSubstr("accepted: auto, dgram, raw"));
  EXPECT_THAT(error_with({"--format", "xml"}), HasSubstr("accepted: csv, ndjson, table, list"));
  EXPECT_THAT(error_with({"--progress", "yes"}), HasSubstr("accepted: auto, on, off"));
  EXPECT_THAT(error_with({"--show", "dead"}), HasSubstr("--show: 'dead' is neither a state nor a reason"));
  EXPECT_THAT(error_with({"--show", ""}), HasSubstr("--show: ''"));
  EXPECT_THAT(error_with({"--show", "not_sent"}), HasSubstr("never written as a row"));
}

TEST(CommandLine, checks_interface_and_source) {
  EXPECT_EQ(with({"-I", "fifteen-chars-x"}).interface, "fifteen-chars-x");
  for (const char* name : {"", "sixteen-chars-xx", "a b", "../x", "eth0:1"}) {
    EXPECT_THAT(error_with({"-I", name}), HasSubstr("is not the name of an interface"));
  }
  EXPECT_THAT(error_with({"-S", "eth0"}),
              AllOf(HasSubstr("--source: 'eth0' is not an address"), HasSubstr("-I takes")));
  EXPECT_THAT(error_with({"-S", "010.0.0.1"}), HasSubstr("leading zero"));
  EXPECT_THAT(error_with({"-S", "224.0.0.1"}), HasSubstr("cannot be a source address"));
  EXPECT_THAT(error_with({"-S", "::"}), HasSubstr("cannot be a source address"));
  EXPECT_THAT(error_with({"-S", "10.0.0.1", "-S", "10.0.0.2"}), HasSubstr("is a second IPv4 source address"));
  EXPECT_THAT(error_with({"-S", "::1", "-S", "::2"}), HasSubstr("is a second IPv6 source address"));
}

TEST(CommandLine, takes_the_zone_of_a_source_address) {
  ZoneNames zones;
  zones.add(7, "lab0");
  const std::vector<const char*> arguments = {"ringsweep", "-S", "fe80::1%lab0", "10.0.0.1"};
  const SweepOptions options =
      parse_command_line(static_cast<int>(arguments.size()), arguments.data(), command_table(), zones).sweep;
  EXPECT_EQ(options.source_v6, Address::v6(0xfe80000000000000, 1, 7));
  EXPECT_THAT(error_with({"-S", "fe80::1%lab0"}), HasSubstr("is not an address"));
}

TEST(CommandLine, refuses_options_that_contradict_each_other) {
  EXPECT_THAT(error_with({"-4", "-6"}), HasSubstr("--ipv4 and --ipv6 exclude each other"));
  EXPECT_THAT(error_with({"-a", "--show", "all"}), HasSubstr("-a and --show exclude each other"));
  EXPECT_THAT(error_with({"-q", "--progress", "on"}), HasSubstr("--quiet and --progress on exclude each other"));
  EXPECT_THAT(error_with({"-6", "-S", "10.0.0.9"}), HasSubstr("--ipv6 and an IPv4 --source exclude each other"));
  EXPECT_THAT(error_with({"-4", "-S", "2001:db8::9"}), HasSubstr("--ipv4 and an IPv6 --source exclude each other"));
  EXPECT_THAT(error_with({"-o", "x", "--summary-json", "x"}), HasSubstr("both name 'x'"));
  EXPECT_THAT(error_with({"-t", "13h", "--linger", "12h"}), HasSubstr("over 24h together"));
  EXPECT_TRUE(with({"-q", "--progress", "off"}).quiet);
  EXPECT_EQ(with({"-t", "12h", "--linger", "12h"}).linger_ns, 43'200'000'000'000);
}

TEST(CommandLine, reads_standard_input_once) {
  EXPECT_THAT(error_of({"-f", "-", "--exclude-file", "-"}), HasSubstr("standard input can be read only once"));
  EXPECT_THAT(error_of({"-f", "-", "-f", "-"}), HasSubstr("standard input can be read only once"));
  EXPECT_THAT(error_of({"-"}), AllOf(HasSubstr("'-' is not a target"), HasSubstr("-f -")));
}

TEST(CommandLine, refuses_empty_file_names) {
  EXPECT_THAT(error_with({"-f", ""}), HasSubstr("--file: the file name is empty"));
  EXPECT_THAT(error_with({"-o", ""}), HasSubstr("--output: the file name is empty"));
  EXPECT_THAT(error_with({"--summary-json", ""}), HasSubstr("--summary-json: the file name is empty"));
}

}  // namespace
}  // namespace ringsweep
