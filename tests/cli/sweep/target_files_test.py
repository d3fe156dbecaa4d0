"""Target lists as people keep them (field bug 23): all good lines count, a bad one is an error with file and line."""

import ringsweep_test
from cli_test_case import CliTest
from ringsweep_test import needs_root


class TargetFiles(CliTest):
    def setUp(self):
        self.file = self.folder() / "targets.txt"

    def targets(self, content, *arguments):
        """What --dry-run makes of a file with this content, in address order."""
        self.file.write_bytes(content.encode() if isinstance(content, str) else content)
        result = self.ringsweep("--dry-run", "--order", "address", "-f", self.file, *arguments)
        self.expect(result, stderr="", status=0)
        return result.stdout.split()

    def expect_bad_line(self, content, line, reason, *arguments):
        self.file.write_bytes(content.encode() if isinstance(content, str) else content)
        self.expect_usage_error(["-f", self.file, *arguments], f"{self.file}:{line}: {reason}")

    def test_bare_addresses(self):
        self.assertEqual(self.targets("10.0.0.2\n10.0.0.1\n"), ["10.0.0.1", "10.0.0.2"])

    def test_no_final_newline(self):
        self.assertEqual(self.targets("10.0.0.1\n10.0.0.2"), ["10.0.0.1", "10.0.0.2"])

    def test_windows_line_ends(self):
        self.assertEqual(self.targets("10.0.0.1\r\n10.0.0.2\r\n\r\n"), ["10.0.0.1", "10.0.0.2"])

    def test_byte_order_mark(self):
        self.assertEqual(self.targets(b"\xef\xbb\xbf10.0.0.1\n10.0.0.2\n"), ["10.0.0.1", "10.0.0.2"])

    def test_tabs_and_blanks_around(self):
        self.assertEqual(self.targets("\t10.0.0.1\n  10.0.0.2 \t\n10.0.0.3\t\r\n"),
                         ["10.0.0.1", "10.0.0.2", "10.0.0.3"])

    def test_comments_and_blank_lines(self):
        self.assertEqual(self.targets("# all of them\n\n10.0.0.1 # the router\n   \n10.0.0.2#printer\n\t# end\n"),
                         ["10.0.0.1", "10.0.0.2"])

    def test_all_forms_of_targets(self):
        self.assertEqual(self.targets("10.0.0.0/31\n10.0.1.1-2\n10.0.2.254-10.0.3.0\nfd00::/127\nfd00::9-fd00::a\n"
                                      "host.example\n::1\n"),
                         ["10.0.0.0", "10.0.0.1", "10.0.1.1", "10.0.1.2", "10.0.2.254", "10.0.2.255", "10.0.3.0",
                          "::1", "fd00::", "fd00::1", "fd00::9", "fd00::a", "host.example"])

    def test_twice_is_once(self):
        self.assertEqual(self.targets("10.0.0.1\n10.0.0.0/31\n10.0.0.1\nA.example\na.example.\n", "10.0.0.0"),
                         ["10.0.0.0", "10.0.0.1", "A.example"])

    def test_a_line_of_ten_thousand_characters(self):
        long = "#" + "x" * 9_999
        self.assertEqual(self.targets(f"10.0.0.1\n{long}\n10.0.0.2\n"), ["10.0.0.1", "10.0.0.2"])
        blanks = " " * 10_000
        self.assertEqual(self.targets(f"{blanks}10.0.0.1{blanks}"), ["10.0.0.1"])
        self.expect_bad_line("10.0.0.1\n" + "1" * 10_000 + "\n", 2,
                             f"'{'1' * 60}'...: a target has at most 254 characters")

    def test_a_bad_line_is_named_with_file_line_and_text(self):
        self.expect_bad_line("10.0.0.1\n# fine\n\n10.0.0.300\n10.0.0.2\n", 4, "'10.0.0.300': '300' is over 255")
        self.expect_bad_line("10.0.0.1\r\n10.0.0.2 10.0.0.3\r\n", 2,
                             "'10.0.0.2 10.0.0.3': ' ' cannot be part of an address or a host name")
        self.expect_bad_line("\ufeff10.0.0\n", 1, "'10.0.0': it is not four numbers with dots between them")
        self.expect_bad_line("10.0.0.1\n10.0.0.\x000\n", 2,
                             r"'10.0.0.\x000': '\x00' cannot be part of an address or a host name")

    def test_a_bad_last_line_without_newline(self):
        self.expect_bad_line("10.0.0.1\n10.0.0.1/99", 2, "'10.0.0.1/99': the prefix length 99 is over 32")

    def test_a_family_that_is_not_wanted(self):
        self.expect_bad_line("127.0.0.1\n::1\n", 2, "'::1': it is IPv6, but -4 allows only IPv4", "-4")

    def test_other_encodings_are_told(self):
        shown = r"\xff\xfe1\x000\x00.\x000\x00.\x000\x00.\x001\x00"
        self.expect_bad_line("10.0.0.1\n".encode("utf-16"), 1, f"'{shown}': the list is UTF-16; save it as UTF-8")

    def test_what_is_no_list_at_all(self):
        self.file.write_bytes(b"\0" * (3 << 20))
        shown = r"\x00" * 60
        self.expect_usage_error(["-f", self.file],
                                f"{self.file}:1: '{shown}'...: the line is too long; is this a list of targets?")

    def test_an_empty_file(self):
        for content in ("", "\n", "# nothing\n", "\ufeff"):
            self.file.write_text(content)
            self.expect_usage_error(["-f", self.file],
                                    "there are no targets\nname an address, a network, a range or a host")

    def test_files_that_cannot_be_read(self):
        self.expect_usage_error(["-f", self.file], f"cannot read '{self.file}': No such file or directory")
        self.expect_usage_error(["-f", self.file.parent], f"cannot read '{self.file.parent}': Is a directory")
        self.expect_usage_error(["127.0.0.1", "--exclude-file", self.file],
                                f"cannot read '{self.file}': No such file or directory")

    @needs_root
    def test_a_file_of_somebody_else(self):
        self.file.write_text("127.0.0.1\n")
        self.file.chmod(0o600)
        self.expect_usage_error(["-f", self.file], f"cannot read '{self.file}': Permission denied", nobody=True)

    def test_no_output_replaces_it(self):
        file = self.folder() / "list"
        file.write_text("127.0.0.1\n")
        (file.parent / "also").hardlink_to(file)
        for list_option in ("-f", "--exclude-file"):
            for option, name in (("-o", "--output"), ("--summary-json", "--summary-json"), ("--metrics", "--metrics")):
                for output in (file, file.parent / "also"):
                    self.expect_usage_error(("127.0.0.2", list_option, file, option, output),
                                            f"{name} '{output}' is one of the files that are read\ngive it another name")
        result = self.isolated("sh", "-c", '"$0" -f - -o "$1" <"$1"', ringsweep_test.BINARY, file)
        self.expect(result, stdout="", status=2,
                    stderr=f"ringsweep: --output '{file}' is one of the files that are read\ngive it another name\n")
        self.assertEqual(file.read_text(), "127.0.0.1\n")

    def test_a_device_may_be_both(self):
        self.assertEqual(self.ringsweep("127.0.0.1", "--exclude-file", "/dev/null", "-o", "/dev/null").status, 0)

    def test_exclude_files_have_the_same_form(self):
        excludes = self.file.with_name("excludes")
        excludes.write_bytes(b"\xef\xbb\xbf10.0.0.4/30 # the last four\r\n\r\n\t10.0.0.1")
        self.assertEqual(self.targets("10.0.0.0/29", "--exclude-file", excludes), ["10.0.0.0", "10.0.0.2", "10.0.0.3"])
        excludes.write_text("10.0.0.1\n10.0.0\n")
        self.expect_usage_error(["-f", self.file, "--exclude-file", excludes],
                                f"{excludes}:2: '10.0.0': it is not four numbers with dots between them")

    def test_several_files_and_arguments_together(self):
        other = self.file.with_name("other")
        other.write_text("10.0.0.9")
        self.assertEqual(self.targets("10.0.0.5\n", "-f", other, "10.0.0.7"), ["10.0.0.5", "10.0.0.7", "10.0.0.9"])


class StandardInput(CliTest):
    def test_it_is_read(self):
        result = self.ringsweep("--dry-run", "--order", "address", "-f", "-", stdin="10.0.0.2\n10.0.0.1 # first")
        self.expect(result, stdout="10.0.0.1\n10.0.0.2\n", stderr="", status=0)

    def test_it_is_read_for_a_sweep(self):
        result = self.ringsweep("-q", "--format", "list", "-f", "-", stdin="127.0.0.9\r\n")
        self.expect(result, stdout="127.0.0.9\n", stderr="", status=0)

    def test_excludes(self):
        result = self.ringsweep("--dry-run", "10.0.0.0/31", "--exclude-file", "-", stdin="10.0.0.0\n")
        self.expect(result, stdout="10.0.0.1\n", stderr="", status=0)

    def test_a_bad_line(self):
        self.expect_usage_error(["-f", "-"], stdin="10.0.0.1\n10.0.0\n",
                                stderr="standard input:2: '10.0.0': it is not four numbers with dots between them")

    def test_nothing_in_it(self):
        self.expect_usage_error(["-f", "-"], "there are no targets\nname an address, a network, a range or a host")

    def test_it_is_closed(self):
        result = self.isolated("sh", "-c", '"$0" -f - <&-', ringsweep_test.BINARY)
        self.expect(result, stdout="", status=2,
                    stderr="ringsweep: cannot read 'standard input': Bad file descriptor\n")


if __name__ == "__main__":
    ringsweep_test.main()
