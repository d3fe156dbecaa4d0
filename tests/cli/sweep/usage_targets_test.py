"""What is no target, or too much of one: status 2, the text and the reason, and nothing sent."""

import ringsweep_test
from cli_test_case import CliTest

# field bug 26, and its kind.
BAD_SPECS = {
    "10.0.0.9-10.0.0.1": "the range ends before it begins",
    "10.0.0.9-8": "the range ends before it begins",
    "fd00::9-fd00::1": "the range ends before it begins",
    "10.0.0.1-256": "'256' is over 255",
    "10.0.0.1-09": "'09' has a leading zero",
    "10.0.0.1-10.0.0": "'10.0.0' where the range ends: it is not four numbers with dots between them",
    "10.0.0-10.0.0.1": "'10.0.0' where the range begins: it is not four numbers with dots between them",
    "10.0.0.1-": "'' where the range ends: it is empty",
    "10.0.0.1-fd00::1": "the range begins in IPv4 and ends in IPv6, or the reverse",
    "10.0.0.0/33": "the prefix length 33 is over 32",
    "::1/129": "the prefix length 129 is over 128",
    "10.0.0.0/": "'' is not a prefix length from 0 to 32",
    "10.0.0.0/-1": "'-1' is not a prefix length from 0 to 32",
    "10.0.0.0/024": "'024' is not a prefix length from 0 to 32",
    "10.0.0.0/255.255.255.0": "'255.255.255.0' is not a prefix length from 0 to 32",
    "10.0.0/24": "'10.0.0' before the '/': it is not four numbers with dots between them",
    "10.0.0.256": "'256' is over 255",
    "010.0.0.1": "'010' has a leading zero",
    "10.0.0": "it is not four numbers with dots between them",
    "1.2.3.4.5": "it is not four numbers with dots between them",
    "2130706433": "it is not four numbers with dots between them",
    "": "it is empty",
    "fe80::1%nosuch": "'nosuch' is no interface of this machine",
    "fd00::1%lo": "only link-local addresses (fe80::/10) take a zone",
    "[::1]": "an IPv6 address must be given without brackets",
    "10.0.0.1:80": "one ':' does not make an IPv6 address, and ping has no ports",
    "a..b": "there is nothing before or between its dots",
    "two words": "' ' cannot be part of an address or a host name",
    "10.0.0.1,10.0.0.2": "',' cannot be part of an address or a host name",
    "m\u00fcller.example": "an international host name must be given in its xn-- form",
}


class BadTargets(CliTest):
    def test_bad_specs_are_refused_with_the_text_and_the_reason(self):
        for spec, reason in BAD_SPECS.items():
            shown = spec.replace("\u00fc", r"\xc3\xbc")
            self.expect_usage_error([spec], f"argument '{shown}': {reason}")

    def test_one_bad_spec_among_good_ones_is_enough(self):
        self.expect_usage_error(["127.0.0.1", "127.0.0.0/24", "127.0.0.300"],
                                "argument '127.0.0.300': '300' is over 255")

    def test_a_bad_exclude(self):
        self.expect_usage_error(["127.0.0.1", "-x", "127.0.0.256"], "--exclude '127.0.0.256': '256' is over 255")

    def test_long_and_unprintable_text_is_shown_safely(self):
        self.expect_usage_error(["\x1b[31m"], r"argument '\x1b[31m': "
                                r"'\x1b' cannot be part of an address or a host name")
        self.expect_usage_error(["1" * 300], f"argument '{'1' * 60}'...: a target has at most 254 characters")

    def test_what_looks_like_an_option_behind_two_dashes(self):
        self.expect_usage_error(["--", "--help"], "argument '--help': a host name cannot begin with '-'")

    def test_a_dash_alone(self):
        self.expect_usage_error(["-"], "'-' is not a target\nto read targets from standard input: -f -")

    def test_no_target(self):
        for arguments in ([], ["sweep"], ["--dry-run"], ["-x", "127.0.0.1"]):
            self.expect_usage_error(arguments, "no target\n"
                                    "for example: ringsweep 192.168.1.0/24\n"
                                    "or:          ringsweep -f targets.txt -o result.csv\n"
                                    "ringsweep --help lists all options")

    def test_the_family_that_is_not_wanted(self):
        self.expect_usage_error(["-4", "::1"], "argument '::1': it is IPv6, but -4 allows only IPv4")
        self.expect_usage_error(["-6", "127.0.0.1"], "argument '127.0.0.1': it is IPv4, but -6 allows only IPv6")


class Excludes(CliTest):
    # field bug 24
    def test_all_targets_are_excluded(self):
        for arguments, count in ((["127.0.0.0/24", "-x", "127.0.0.0/8"], " (256)"),
                                 (["127.0.0.1", "localhost", "-x", "127.0.0.1", "-x", "LOCALHOST."], " (2)"),
                                 (["::1", "-x", "::/0"], " (1)"),
                                 (["::/0", "-x", "::/0"], "")):
            self.expect_usage_error(arguments, f"all targets are excluded{count}; nothing is left to probe")

    def test_an_excluded_name_that_no_target_has(self):
        self.expect_usage_error(["127.0.0.1", "-x", "localhost"], "--exclude 'localhost': no target has this name; "
                                "to spare the host, exclude its address")


class TooMany(CliTest):
    def test_more_than_a_8_needs_to_be_allowed(self):
        for targets, count, duration in ((["10.0.0.0/7"], 33554432, "56 min"),
                                         (["10.0.0.0/8", "11.0.0.0"], 16777217, "28 min"),
                                         (["0.0.0.0/0"], 4294967296, "5 days")):
            self.expect_usage_error(targets, f"too many targets: {count:,}, more than 16,777,216 "
                                    f"(at 10k pps one probe each takes {duration})\n"
                                    f"if you mean it, give --max-targets {count}")

    def test_what_is_excluded_and_what_is_given_twice_does_not_count(self):
        result = self.ringsweep("--dry-run", "10.0.0.0/7", "10.0.0.0/8", "-x", "11.0.0.0/8", "--shard", "1/16777216")
        self.assertEqual((result.status, len(result.stdout.splitlines())), (0, 1), result.stderr)

    def test_a_limit_of_ones_own(self):
        self.expect_usage_error(["127.0.0.0/24", "--max-targets", "10"], "too many targets: 256, more than 10 "
                                "(at 10k pps one probe each takes 1 s)\nif you mean it, give --max-targets 256")

    def test_more_than_any_sweep_can_have(self):
        most = "one sweep can have at most 1,099,511,627,776 (2^40)"
        self.expect_usage_error(["fd00::/87", "--max-targets", "1000G"], f"too many targets: 2,199,023,255,552; {most}")
        self.expect_usage_error(["::/0"], f"too many targets: over 4,611,686,018,427,387,903; {most}")


if __name__ == "__main__":
    ringsweep_test.main()
