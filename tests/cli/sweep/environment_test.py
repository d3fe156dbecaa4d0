"""Terminals, pipes, and what the environment says (field bug 48)."""

import pathlib
import re
import shutil
import subprocess
import unittest

import ringsweep_test
from cli_test_case import HEADER, CliTest, report, screen
from ringsweep_test import BINARY

ROW = "127.0.0.1,,alive,RTT,64,1,127.0.0.1,0,0,echo_reply,TIME\n"
FIXED = ("--engine", "mmsg", "--socket", "dgram")
# 256 targets in 0.6 seconds: of the progress lines, one every 200 ms, the writer of rows is in the way of some only.
LONG_ENOUGH = ("127.0.0.0/24", "-r", "400", *FIXED)
START = ("ringsweep: 256 targets at 400 pps (asked), 166kbit/s, at most 0:05; seed SEED, "
         "sockets ping sockets (asked for), engine sendmmsg\n")
SUMMARY = ("256 targets = 256 alive\n256 probes = 256 answered\n"
           "PPS pps sent, 400 asked, in RTT s; engine mmsg, sockets dgram, 1 worker, tagged matching\n"
           "rtt ms: min RTT, p50 RTT, p90 RTT, p99 RTT, max RTT, mean RTT\n")
PROGRESS = "\r\x1b[K"


def table(rows):
    """The text of rows (address, RTT aside) with columns as wide as the widest address of 127.0.0.0/24."""
    lines = ["address      state  rtt_ms  ttl  attempts"]
    lines += [f"{address:<11}  alive     RTT   64         1" for address in rows]
    return "".join(line + "\n" for line in lines)


def without_rtts(text):
    """A table with RTT where a number was, as wide."""
    return re.sub(r"(?m)^(\S+ +\w+ ) +\d+\.\d{3} ", r"\1    RTT ", text)


class OnATerminal(CliTest):
    def shown(self, *arguments, status=0, **options):
        """What the screen shows at the end, and all that was written."""
        written, ended = self.on_terminal(*arguments, **options)
        self.assertEqual(ended, status, written)
        return screen(written), written

    def test_a_clean_table_without_rests_of_the_progress_line(self):
        seen, written = self.shown(*LONG_ENOUGH)
        self.assertRegex(written, re.escape(PROGRESS) + r"\d+\.\d% \d+/256 targets, ")
        self.assertEqual(report(without_rtts(seen)),
                         START + table([f"127.0.0.{last}" for last in range(256)]) + SUMMARY)

    def test_rows_in_other_formats_and_progress_do_not_mix(self):
        seen, written = self.shown(*LONG_ENOUGH, "--format", "csv", "--order", "address")
        self.assertTrue(PROGRESS in written, "no progress was drawn")
        rows = "".join(f"127.0.0.{last},,alive,RTT,64,1,127.0.0.{last},0,0,echo_reply,TIME\n" for last in range(256))
        self.assertEqual(report(seen), START + HEADER + rows + SUMMARY)

    def test_with_a_file_the_terminal_has_progress_and_summary(self):
        file = self.folder() / "rows.csv"
        seen, written = self.shown(*LONG_ENOUGH, "-o", file)
        self.assertTrue(PROGRESS in written, "no progress was drawn")
        self.assertEqual(report(seen), START + SUMMARY)
        self.assertEqual(len(self.expect_whole_csv(file.read_text())), 256)

    def test_a_dash_is_csv_on_a_terminal_too(self):
        seen, _ = self.shown("127.0.0.1", "-q", "-o", "-")
        self.assertEqual(report(seen), HEADER + ROW)

    def test_the_progress_line_is_never_as_wide_as_the_terminal(self):
        _, written = self.shown(*LONG_ENOUGH, "-o", "/dev/null", columns=30)
        lines = re.findall(r"\r\x1b\[K([^\r]+)", written)
        self.assertGreater(len(lines), 0)
        self.assertLessEqual(max(map(len, lines)), 29)

    def test_no_progress_where_nobody_wants_it(self):
        for arguments, environment in ((["-q"], None), (["--progress", "off"], None), ([], {"TERM": "dumb"})):
            with self.subTest(arguments=arguments, environment=environment):
                _, written = self.shown(*LONG_ENOUGH, *arguments, env=environment)
                self.assertNotIn("%", written)
                self.assertNotIn("\x1b", written)

    def test_the_table_shows_those_who_answered(self):
        seen, _ = self.shown("127.0.0.8", "10.9.9.9", "127.255.255.255", "-q")
        self.assertEqual(without_rtts(seen), "address    state  rtt_ms  ttl  attempts\n"
                         "127.0.0.8  alive     RTT   64         1\n"
                         "1 shown, 2 not shown (--show all shows every target)\n")

    def test_no_colour(self):
        for environment in ({"NO_COLOR": "1"}, {}, {"CLICOLOR_FORCE": "1", "TERM": "xterm-256color"}):
            _, written = self.shown(*LONG_ENOUGH, env=environment)
            self.assertEqual(set(re.findall(r"\x1b[^a-zA-Z]*[a-zA-Z]", written)), {"\x1b[K"})

    def test_errors_stand_on_lines_of_their_own(self):
        seen, _ = self.shown("127.0.0.300", status=2)
        self.assertEqual(seen, "ringsweep: argument '127.0.0.300': '300' is over 255\n")

    @unittest.skipUnless(shutil.which("script"), "needs script")
    def test_in_script(self):
        result = self.isolated("script", "-qec", f"{BINARY} -q 127.0.0.1", "/dev/null", env={"TERM": "xterm"})
        self.assertEqual((result.status, without_rtts(result.stdout.replace("\r\n", "\n"))),
                         (0, "address    state  rtt_ms  ttl  attempts\n127.0.0.1  alive     RTT   64         1\n"))


class Piped(CliTest):
    def test_rows_into_a_pipe_and_messages_to_the_terminal(self):
        """ringsweep ... | awk: the progress line does not disturb, since the rows go elsewhere."""
        file = self.folder() / "rows"
        script = f'"$0" "$@" | cat >{file}'
        written, status = self.on_terminal(*LONG_ENOUGH, command=("sh", "-c", script, BINARY))
        self.assertEqual(status, 0)
        self.assertTrue(PROGRESS in written, "no progress was drawn")
        self.assertEqual(report(screen(written)), START + SUMMARY)
        self.assertEqual(len(self.expect_whole_csv(file.read_text())), 256)

    def test_messages_into_a_file_and_rows_to_the_terminal(self):
        file = self.folder() / "messages"
        written, _ = self.on_terminal(*LONG_ENOUGH, command=("sh", "-c", f'exec "$0" "$@" 2>{file}', BINARY))
        self.assertEqual(without_rtts(screen(written)), table([f"127.0.0.{last}" for last in range(256)]))
        self.assertEqual(report(file.read_text()), START + SUMMARY)


class Variables(CliTest):
    def test_an_empty_environment_without_a_terminal_gives_csv(self):
        result = self.isolated("env", "-i", BINARY, "-q", "127.0.0.1")
        self.expect(result, stdout=HEADER + ROW, stderr="", masks=("rtt", "time"))
        result = self.isolated("env", "-i", "setsid", "--wait", BINARY, "127.0.0.1", *FIXED)
        self.expect(result, stdout=HEADER + ROW, masks=("rtt", "time"))
        self.assertEqual(len(result.stderr.splitlines()), 5)

    def test_an_empty_environment_on_a_terminal(self):
        """Without TERM nothing is drawn over."""
        written, status = self.on_terminal(*LONG_ENOUGH, command=("env", "-i", BINARY))
        self.assertEqual((status, "\x1b" in written), (0, False))
        self.assertIn(table(["127.0.0.0"]), without_rtts(screen(written)))

    @unittest.skipUnless(shutil.which("localedef") and pathlib.Path("/usr/share/i18n/locales/de_DE").exists(),
                         "needs localedef and the package locales")
    def test_a_locale_with_decimal_commas_changes_nothing(self):
        folder = self.folder()
        subprocess.run(["localedef", "-i", "de_DE", "-f", "UTF-8", folder / "de_DE.UTF-8"], check=True,
                       capture_output=True)
        environment = {"LOCPATH": str(folder), "LC_ALL": "de_DE.UTF-8", "LANG": "de_DE.UTF-8"}
        comma = self.isolated("printf", "%.1f", "0", env=environment)
        self.assertEqual(comma.stdout, "0,0", "the locale is not in force here")
        summary = folder / "summary.json"
        result = self.ringsweep("127.0.0.1", "-r", "0.5", *FIXED, "--summary-json", summary, env=environment)
        self.expect(result, stdout=HEADER + ROW, masks=("rtt", "time"))
        self.assertIn("1 target at 0.5 pps (asked), 208bit/s", result.stderr)
        self.assertNotIn(",", re.sub(r", |\(.*?\)", "", result.stderr))
        self.assertIn('"rate_asked_pps": 0.5,', summary.read_text())
        for format_name in ("ndjson", "table"):
            shown = self.ringsweep("-q", "127.0.0.1", "--format", format_name, env=environment).stdout
            self.assertRegex(shown, r"\b\d\.\d{3}\b")
        missing = self.ringsweep("-f", "/nonexistent", env=environment)
        self.assertEqual(missing.stderr, "ringsweep: cannot read '/nonexistent': No such file or directory\n")


if __name__ == "__main__":
    ringsweep_test.main()
