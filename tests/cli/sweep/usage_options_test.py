"""Options that are wrong: status 2, what is wrong with which text, what is accepted, and nothing sent."""

import ringsweep_test
from cli_test_case import CliTest

DURATIONS = "accepted: a number with us, ms, s, m or h, at most 24h (500ms, 1s, 1.5s)"
RATES = "accepted: probes a second from 0.001 to 1G (500, 10k, 1M, 0.5), or max"
SHARDS = "accepted: i/N, part i of N parts; counting starts at 1 (1/3, 2/3, 3/3)"
OPTIONS = "ringsweep --help lists all options"

# (option, value): what is said of them, and what is accepted.
BAD_VALUES = {
    ("-t", "500"): ("--timeout: '500' has no unit: 500ms?", DURATIONS),
    ("-t", "1"): ("--timeout: '1' has no unit: 1s?", DURATIONS),
    ("-t", "0.5"): ("--timeout: '0.5' has no unit: 0.5s?", DURATIONS),
    ("--linger", "2000"): ("--linger: '2000' has no unit: 2000ms?", DURATIONS),
    ("-t", "1d"): ("--timeout: '1d' has the unknown unit 'd'", DURATIONS),
    ("-t", "0s"): ("--timeout: '0s' must not be zero", DURATIONS),
    ("-t", "-1s"): ("--timeout: '-1s' is negative", DURATIONS),
    ("-t", "25h"): ("--timeout: '25h' is over 24h", DURATIONS),
    ("-t", "soon"): ("--timeout: 'soon' is not a duration", DURATIONS),
    ("-t", ""): ("--timeout: '' is empty", DURATIONS),
    ("-r", "0"): ("--rate: '0' is not a rate: nothing would be sent", RATES),
    ("-r", "-5"): ("--rate: '-5' is negative", RATES),
    ("-r", "10K"): ("--rate: '10K' has the unknown suffix 'K': 10k?", RATES),
    ("-r", "1m"): ("--rate: '1m' has the unknown suffix 'm': 1M?", RATES),
    ("-r", "1,5"): ("--rate: '1,5' has the unknown suffix ',5'", RATES),
    ("-r", "0.0001"): ("--rate: '0.0001' is finer than 0.001 probes a second", RATES),
    ("-r", "2G"): ("--rate: '2G' is over 1G", RATES),
    ("-r", "fast"): ("--rate: 'fast' is not a rate", RATES),
    # field bug 19
    ("--shard", "0/4"): ("--shard: '0/4' has no part 0: counting starts at 1", SHARDS),
    ("--shard", "5/4"): ("--shard: '5/4' has no part 5: counting starts at 1, the last is 4/4", SHARDS),
    ("--shard", "301/300"): ("--shard: '301/300' has no part 301: counting starts at 1, the last is 300/300", SHARDS),
    ("--shard", "1/0"): ("--shard: '1/0' divides into 0 parts", SHARDS),
    ("--shard", "1"): ("--shard: '1' is not a shard", SHARDS),
    ("--shard", "-1/3"): ("--shard: '-1/3' is not a shard", SHARDS),
    ("--attempts", "0"): ("--attempts: '0' is not between 1 and 1000000", "accepted: 1 to 1000000"),
    ("--size", "23"): ("--size: '23' is too small: the token by which a reply is recognised takes 24 bytes",
                       "accepted: 24 to 65507"),
    ("--size", "65508"): ("--size: '65508' is not between 24 and 65507", "accepted: 24 to 65507"),
    ("--ttl", "0"): ("--ttl: '0' is not between 1 and 255", "accepted: 1 to 255"),
    ("--tos", "256"): ("--tos: '256' is not between 0 and 255", "accepted: 0 to 255"),
    ("--batch", "65"): ("--batch: '65' is not between 1 and 64", "accepted: 1 to 64"),
    ("-w", "257"): ("--workers: '257' is not between 1 and 256", "accepted: 1 to 256, or auto"),
    ("-w", "many"): ("--workers: 'many' is not a whole number", "accepted: 1 to 256, or auto"),
    ("--seed", "-1"): ("--seed: '-1' is negative", "accepted: 0 to 18446744073709551615, also as 0x..."),
    ("--max-targets", "0"): ("--max-targets: '0' is not between 1 and 1099511627776",
                             "accepted: 1 to 1099511627776"),
    ("--max-targets", "1T"): ("--max-targets: '1T' has the unknown suffix 'T'",
                              "accepted: 1 to 1099511627776, also with k, M or G (65536, 17M)"),
    ("--expect", "0"): ("--expect: '0' is not between 1 and 1099511627776",
                        "accepted: all, or the least number of targets that must be alive (from 1)"),
    ("--expect", "some"): ("--expect: 'some' is not a whole number",
                           "accepted: all, or the least number of targets that must be alive (from 1)"),
    ("--order", "up"): ("--order: 'up' is not one of the choices", "accepted: random, address"),
    ("--engine", "dpdk"): ("--engine: 'dpdk' is not one of the choices", "accepted: auto, uring, mmsg"),
    ("--socket", "tcp"): ("--socket: 'tcp' is not one of the choices", "accepted: auto, dgram, raw"),
    ("--format", "xml"): ("--format: 'xml' is not one of the choices", "accepted: csv, ndjson, table, list"),
    ("--progress", "yes"): ("--progress: 'yes' is not one of the choices", "accepted: auto, on, off"),
    ("-S", "router"): ("--source: 'router' is not an address: it is not four numbers with dots between them",
                       "give an address of this machine, such as 192.0.2.10 or 2001:db8::10; "
                       "-I takes the name of an interface"),
    ("-S", "224.0.0.1"): ("--source: '224.0.0.1' cannot be a source address",
                          "give a unicast address of this machine ('ip address' lists them)"),
    ("-I", "a/b"): ("--interface: 'a/b' is not the name of an interface",
                    "accepted: 1 to 15 characters; 'ip link' lists the interfaces"),
    ("-o", ""): ("--output: the file name is empty",),
    ("-f", ""): ("--file: the file name is empty",),
    ("--summary-json", "-"): ("--summary-json needs a file name; standard output carries only results",),
    ("--show", "interrupted"): ("--show: 'interrupted' is counted in the summary, but never written as a row",),
}


class BadValues(CliTest):
    def test_each_is_refused_with_what_is_accepted(self):
        for option_and_value, lines in BAD_VALUES.items():
            self.expect_usage_error([*option_and_value, "127.0.0.1"], "\n".join(lines))

    def test_a_value_is_refused_in_the_form_with_an_equals_sign_too(self):
        self.expect_usage_error(["--timeout=500", "127.0.0.1"], f"--timeout: '500' has no unit: 500ms?\n{DURATIONS}")

    def test_what_cannot_be_shown(self):
        result = self.ringsweep("--show", "alive,up", "127.0.0.1")
        self.expect(result, stdout="", status=2)
        first, second = result.stderr.splitlines()
        self.assertEqual(first, "ringsweep: --show: 'up' is neither a state nor a reason")
        self.assertRegex(second, "^valid: all; states: alive other_source unreachable time_exceeded no_reply "
                         "send_failed skipped unresolved; reasons: echo_reply .* resolver_failed$")

    def test_two_sources_of_one_family(self):
        self.expect_usage_error(["127.0.0.1", "-S", "127.0.0.1", "-S", "127.0.0.2"],
                                "--source: '127.0.0.2' is a second IPv4 source address\n"
                                "give at most one for each family")

    def test_timeout_and_linger_together(self):
        self.expect_usage_error(["127.0.0.1", "-t", "13h", "--linger", "13h"],
                                "--timeout and --linger are over 24h together\nshorten one of them")


class UnknownOptions(CliTest):
    def test_the_nearest_is_offered(self):
        for text, nearest in (("--rat", "--rate"), ("--timout=1s", "--timeout"), ("--sum", "--summary-json"),
                              ("--max-target", "--max-targets"), ("--exlude", "--exclude")):
            self.expect_usage_error([text, "127.0.0.1"], f"'{text}' is not an option: {nearest}?\n{OPTIONS}")

    def test_what_is_near_to_none(self):
        for text in ("-Z", "--frobnicate", "--tx-timestamps", "-9"):
            self.expect_usage_error([text, "127.0.0.1"], f"'{text}' is not an option\n{OPTIONS}")
        self.expect_usage_error(["-a5", "127.0.0.1"], f"'-5' is not an option\n{OPTIONS}")
        self.expect_usage_error(["++", "127.0.0.1"], "invalid argument '++'")

    def test_a_value_is_missing(self):
        for text in ("-r", "--timeout", "-qo"):
            self.expect_usage_error(["127.0.0.1", text], f"'{text}' requires a value\n{OPTIONS}")
        self.expect_usage_error(["--output=", "127.0.0.1"], "'--output=': the value is empty\nas in --output=FILE")

    def test_a_flag_with_a_value(self):
        self.expect_usage_error(["--quiet=no", "127.0.0.1"],
                                "'--quiet=no': --quiet takes no value\nleave out everything after the name")

    def test_commands_that_are_not_built(self):
        for command in ("count", "doctor"):
            self.expect_usage_error([command, "127.0.0.1"], f"the command '{command}' is not built yet\n"
                                    f"to sweep a host of that name: ringsweep sweep {command}")


class Conflicts(CliTest):
    def test_options_that_exclude_each_other(self):
        leave_out = "leave out one of them"
        for options, lines in (
                (["-4", "-6"], f"--ipv4 and --ipv6 exclude each other: each means that family only\n{leave_out}"),
                (["-a", "--show", "all"], "-a and --show exclude each other\n'-a' is '--show alive'"),
                (["-q", "--progress", "on"],
                 f"--quiet and --progress on exclude each other: quiet means no progress\n{leave_out}"),
                (["-4", "-S", "::1"],
                 f"--ipv4 and an IPv6 --source exclude each other: no probe would have that address\n{leave_out}"),
                (["-6", "-S", "127.0.0.1"],
                 f"--ipv6 and an IPv4 --source exclude each other: no probe would have that address\n{leave_out}")):
            self.expect_usage_error([*options, "127.0.0.1"], lines)

    def test_one_file_for_two_things(self):
        self.expect_usage_error(["-o", "x", "--summary-json", "x", "127.0.0.1"],
                                "--output and --summary-json both name 'x'\ngive each its own file")
        self.expect_usage_error(["-f", "-", "--exclude-file", "-"], "standard input can be read only once: '-' was "
                                "given more than once for --file, --exclude-file\nput one of the lists into a file")


class Help(CliTest):
    def test_help_is_a_result(self):
        for arguments in (["--help"], ["-h"], ["-h", "--nonsense"], ["sweep", "127.0.0.1", "--help"]):
            result = self.ringsweep(*arguments)
            self.expect(result, stderr="", status=0)
            self.assertTrue(result.stdout.startswith("Usage: ringsweep [sweep] TARGET... [OPTION]...\n"))

    def test_version(self):
        result = self.ringsweep("--version")
        self.expect(result, stderr="", status=0)
        self.assertRegex(result.stdout, r"^ringsweep \d+\.\d+\.\d+\nbuilt with liburing \d+\.\d+\n$")


if __name__ == "__main__":
    ringsweep_test.main()
