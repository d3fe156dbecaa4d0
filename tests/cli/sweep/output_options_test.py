"""Where the rows go and which of them: -o, --format, --show, -a, --no-header."""

import fcntl
import json

import ringsweep_test
from cli_test_case import HEADER, CliTest
from ringsweep_test import needs_root

ALIVE = "127.0.0.1,,alive,RTT,64,1,127.0.0.1,0,0,echo_reply,TIME"
NO_ROUTE = "10.9.9.9,,send_failed,,,0,,,,no_route,TIME"
BROADCAST = "127.255.255.255,,skipped,,,0,,,,broadcast,TIME"
THREE = ("127.0.0.1", "10.9.9.9", "127.255.255.255")


class Shown(CliTest):
    def expect_shown(self, options, rows):
        with self.subTest(options=options):
            result = self.ringsweep("-q", *THREE, *options)
            self.expect(result, stderr="", status=0)
            self.expect_rows(result.stdout, rows)

    def test_csv_has_all(self):
        self.expect_shown([], [ALIVE, NO_ROUTE, BROADCAST])
        self.expect_shown(["--show", "all"], [ALIVE, NO_ROUTE, BROADCAST])

    def test_states_and_reasons(self):
        self.expect_shown(["--show", "alive"], [ALIVE])
        self.expect_shown(["-a"], [ALIVE])
        self.expect_shown(["--show", "skipped,alive"], [ALIVE, BROADCAST])
        self.expect_shown(["--show", "skipped", "--show", "no_route"], [NO_ROUTE, BROADCAST])
        self.expect_shown(["--show", "broadcast"], [BROADCAST])
        self.expect_shown(["--show", "no_reply,timeout"], [])

    def test_table_and_list_show_those_who_answered(self):
        shown = self.ringsweep("-q", *THREE, "--format", "list")
        self.expect(shown, stdout="127.0.0.1\n", stderr="", status=0)
        shown = self.ringsweep("-q", *THREE, "--format", "table")
        self.expect(shown, stdout="address    state  rtt_ms  ttl  attempts\n127.0.0.1  alive   RTT   64         1\n"
                    "1 shown, 2 not shown (--show all shows every target)\n", stderr="", masks=("rtt",))

    def test_a_table_of_nobody(self):
        shown = self.ringsweep("-q", "10.9.9.9", "--format", "table")
        self.expect(shown, stdout="0 shown, 1 not shown (--show all shows every target)\n", stderr="")

    def test_a_list_has_no_columns(self):
        for arguments in (["--format", "list"], ["-o", self.folder() / "x.txt"]):
            self.expect_usage_error(["127.0.0.1", "--mac", *arguments], "--mac adds a column, but the list format has none\n"
                                    "give another --format, or leave out --mac")
        self.expect_usage_error(["127.0.0.1", "--rdns", "--format", "list"],
                                "--rdns adds a column, but the list format has none\n"
                                "give another --format, or leave out --rdns")
        self.expect(self.ringsweep("-q", "--mac", "--format", "list", "--store", self.folder() / "net.db", "127.0.0.1"),
                    stdout="127.0.0.1\n", stderr="")

    def test_columns_that_options_add(self):
        result = self.ringsweep("-q", "--rdns", "--mac", "127.0.0.1", "--no-header", "--format", "ndjson")
        self.assertRegex(result.stdout, r'"time":"[^"]*","mac":null,"rdns":(null|"[a-z0-9.-]+")}\n$')

    def test_no_header(self):
        result = self.ringsweep("-q", "127.0.0.1", "--no-header")
        self.expect(result, stdout=f"{ALIVE}\n", stderr="", masks=("rtt", "time"))
        result = self.ringsweep("-q", "127.0.0.1", "--no-header", "--format", "table")
        self.expect(result, stdout="127.0.0.1  alive   RTT   64         1\n", stderr="", masks=("rtt",))


class OutputFile(CliTest):
    def setUp(self):
        self.file = self.folder() / "result"

    def written(self, *arguments, name="result"):
        file = self.file.with_name(name)
        result = self.ringsweep("-q", "127.0.0.1", "-o", file, *arguments)
        self.expect(result, stdout="", stderr="", status=0)
        return file.read_text()

    def test_its_ending_chooses_the_format(self):
        for name in ("a.csv", "a", "a.CSV", "a.table", "json", "a.txt.bak"):
            self.expect_rows(self.written(name=name), [ALIVE])
        for name in ("a.ndjson", "a.jsonl", "a.json", "A.NDJSON"):
            self.assertEqual(json.loads(self.written(name=name))["state"], "alive", name)
        for name in ("a.txt", "a.list", "a.b.TXT"):
            self.assertEqual(self.written(name=name), "127.0.0.1\n", name)

    def test_format_goes_before_the_ending(self):
        self.expect_rows(self.written("--format", "csv", name="a.txt"), [ALIVE])
        self.assertEqual(self.written("--format", "list", name="a.csv"), "127.0.0.1\n")
        self.assertIn("attempts", self.written("--format", "table", name="a.json"))

    def test_a_dash_is_csv_on_standard_output(self):
        result = self.ringsweep("-q", "127.0.0.1", "-o", "-")
        self.expect(result, stdout=HEADER + ALIVE + "\n", stderr="", masks=("rtt", "time"))

    def test_of_several_the_last_counts(self):
        result = self.ringsweep("-q", "127.0.0.1", "-o", self.file, "-o", "-")
        self.expect(result, stdout=HEADER + ALIVE + "\n", stderr="", masks=("rtt", "time"))
        self.assertFalse(self.file.exists())

    def test_what_was_in_the_file_is_replaced(self):
        self.file.write_text("x" * 1_000_000)
        self.expect_rows(self.written(), [ALIVE])

    def test_a_file_that_was_kept_when_nothing_was_sent(self):
        self.file.write_text("last week\n")
        self.expect(self.ringsweep("127.0.0.300", "-o", self.file), status=2)
        self.expect(self.ringsweep("127.0.0.1", "--dry-run", "-o", self.file), status=0)
        self.expect(self.ringsweep("127.0.0.1", "-I", "nosuch", "-o", self.file), status=4)
        self.assertEqual(self.file.read_text(), "last week\n")

    def test_a_file_that_another_sweep_is_writing(self):
        with open(self.file, "w", encoding="ascii") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            held.write("theirs\n")
            held.flush()
            result = self.ringsweep("127.0.0.1", "-o", self.file)
            self.expect(result, stdout="", status=4, stderr=f"ringsweep: '{self.file}' is being written by another "
                        "process\nwait for it, or give another -o FILE\n")
            self.assertEqual(self.file.read_text(), "theirs\n")

    def test_devices_are_written_to(self):
        self.expect(self.ringsweep("-q", "127.0.0.1", "-o", "/dev/null"), stdout="", stderr="", status=0)

    # field bug 31
    def test_files_that_cannot_be_written(self):
        folder = self.file.parent
        for name, reason, remedy in (
                (folder / "none" / "x", "No such file or directory", "create the folder first, or give another -o FILE"),
                (folder, "Is a directory", "name a file in that folder with -o FILE")):
            result = self.ringsweep("127.0.0.1", "-o", name)
            self.expect(result, stdout="", status=3,
                        stderr=f"ringsweep: cannot write to '{name}': {reason}\n{remedy}\n")

    @needs_root
    def test_somebody_elses_folder(self):
        self.file.parent.chmod(0o755)
        result = self.ringsweep("127.0.0.1", "-o", self.file, nobody=True)
        self.expect(result, stdout="", status=3, stderr=f"ringsweep: cannot write to '{self.file}': Permission denied\n"
                    "give a -o FILE that you may write\n")
        self.assertFalse(self.file.exists())


class Summary(CliTest):
    def test_files_that_cannot_be_written_are_found_before_anything_is_sent(self):
        folder = self.folder()
        for name, reason in ((folder / "none" / "x", "No such file or directory"), (folder, "Is a directory")):
            result = self.ringsweep("127.0.0.1", "--summary-json", name)
            self.expect(result, stdout="", status=3, stderr=f"ringsweep: cannot write the summary to '{name}': "
                        f"{reason}\ngive a --summary-json FILE that you may write\n")

    def test_a_full_device(self):
        result = self.ringsweep("-q", "127.0.0.1", "--summary-json", "/dev/full")
        self.expect(result, stderr="ringsweep: cannot write the summary to '/dev/full': No space left on device\n"
                    "give a --summary-json FILE that you may write\n", status=3)

    def test_an_old_summary_stays_until_the_new_one_is_whole(self):
        file = self.folder() / "summary.json"
        file.write_text("old")
        self.expect(self.ringsweep("-q", "127.0.0.1", "-I", "nosuch", "--summary-json", file), status=4)
        self.assertEqual(file.read_text(), "old")
        self.expect(self.ringsweep("-q", "127.0.0.1", "--summary-json", file), status=0)
        self.assertEqual(json.loads(file.read_text())["targets"], 1)
        self.assertEqual([path.name for path in file.parent.iterdir()], ["summary.json"])


class Metrics(CliTest):
    def test_gauges_of_the_sweep_for_others_to_read(self):
        file = self.folder() / "sweep.prom"
        self.expect(self.ringsweep("-q", *THREE, "--metrics", file, "--job", "three"), status=0)
        text = file.read_text()
        for line in ('ringsweep_targets{job_name="three",state="alive"} 1', 'ringsweep_complete{job_name="three"} 1',
                     'ringsweep_targets{job_name="three",state="send_failed"} 1'):
            self.assertIn(line + "\n", text)
        self.assertEqual(file.stat().st_mode & 0o777, 0o644)

    def test_a_sweep_that_fails_says_so(self):
        for words, status in ((["127.0.0.1", "-I", "nosuch"], 4), (["-f", "/nonexistent"], 2)):
            file = self.folder() / "sweep.prom"
            file.write_text("old")
            self.expect(self.ringsweep("-q", *words, "--metrics", file), status=status)
            self.assertIn('ringsweep_complete{job_name="ringsweep"} 0\n', file.read_text())
            self.assertNotIn("ringsweep_targets", file.read_text())

    def test_where_it_cannot_be_written_nothing_is_sent(self):
        self.expect(self.ringsweep("-q", "127.0.0.1", "--metrics", "/nonexistent/x"), stdout="",
                    stderr="ringsweep: cannot write the metrics to '/nonexistent/x': No such file or directory\n"
                    "give a --metrics FILE that you may write\n", status=3)

    def test_two_files_of_one_name_are_refused(self):
        self.expect(self.ringsweep("127.0.0.1", "--metrics", "x", "--summary-json", "x"), status=2, stdout="",
                    stderr="ringsweep: --summary-json and --metrics both name 'x'\ngive each its own file\n")


class OneFileByTwoNames(CliTest):
    def test_is_refused_before_it_is_there_and_after(self):
        folder = self.folder()
        (folder / "link").symlink_to("x")
        for before in (None, "mine\n"):
            for one, other in (("-o", "--summary-json"), ("--summary-json", "--metrics"), ("--metrics", "--store")):
                for name in ("./x", "link", folder / "x", "none/../x"):
                    if before:
                        (folder / "x").write_text(before)
                    option = "--output" if one == "-o" else one
                    self.expect_usage_error(["127.0.0.1", one, "x", other, name], cwd=folder,
                                            stderr=f"{option} and {other} are the same file\ngive each its own file")
                    self.assertEqual((folder / "x").read_text() if before else (folder / "x").exists(), before or False)

    def test_a_device_may_be_both(self):
        self.expect(self.ringsweep("-q", "127.0.0.1", "-o", "/dev/null", "--summary-json", "/dev/null"), stdout="", stderr="")


class StandardStreams(CliTest):
    """Where a shell has opened a file for a stream, whoever writes to it by a name must not replace or cut it."""

    def redirected(self, words, redirections, before=""):
        """The program with these words, redirected to a file that holds `before`; and what the file holds then."""
        folder = self.folder()
        (folder / "log").write_text(before)
        result = self.isolated("sh", "-c", f'"$0" -q 127.0.0.1 {words} {redirections}', ringsweep_test.BINARY, cwd=folder)
        self.assertEqual(sorted(file.name for file in folder.iterdir()), ["log"])
        return result, (folder / "log").read_text()

    def test_a_report_goes_behind_what_is_there(self):
        for stream, redirection in (("/dev/stderr", "2>>log"), ("log", "2>>log"), ("/dev/stdout", ">>log")):
            with self.subTest(stream=stream):
                result, text = self.redirected(f"-o /dev/null --summary-json {stream}", redirection, "history\n")
                self.expect(result, stdout="", stderr="")
                self.assertTrue(text.startswith("history\n{"), text)
                self.assertEqual(json.loads(text.removeprefix("history\n"))["states"]["alive"], 1)
        _, text = self.redirected("-o /dev/null --metrics /dev/stderr", "2>>log", "history\n")
        self.assertTrue(text.startswith("history\n# HELP "), text)

    def test_rows_go_behind_what_is_there(self):
        for stream, redirection in (("/dev/stdout", ">>log"), ("/dev/stderr", "2>>log"), ("log", ">>log")):
            with self.subTest(stream=stream):
                result, text = self.redirected(f"-o {stream} --format list", redirection, "history\n")
                self.expect(result, stdout="", stderr="")
                self.assertEqual(text, "history\n127.0.0.1\n")
        result, text = self.redirected("-o /dev/stdout --resume", ">>log", "history\n")
        self.expect(result, status=2)
        self.assertEqual(text, "history\n")

    def test_rows_and_a_report_in_one_are_refused(self):
        for option in ("--summary-json", "--metrics"):
            for output in ("", "-o -"):
                for redirection in (">log", "| cat >log"):
                    result, text = self.redirected(f"{output} {option} /dev/stdout", redirection)
                    self.assertEqual((result.stderr, text),
                                     (f"ringsweep: {option} '/dev/stdout' is standard output, which carries the results\n"
                                      "give it a file of its own, or the results with -o FILE\n", ""))
        _, text = self.redirected("--format list --summary-json /dev/stderr", ">log 2>&1")
        self.assertTrue(text.startswith("127.0.0.1\n{"), text)


class Unfinished(CliTest):
    def test_no_other_command_and_no_report_overwrites_the_result_of_an_unfinished_sweep(self):
        folder = self.folder()
        file, journal = folder / "out.csv", folder / "out.csv.journal"
        file.write_text("rows\n")
        journal.write_text("ringsweep.journal/1\n")
        for arguments in (["merge", "a.csv", "b.csv", "-o"], ["merge", "a.csv", "b.csv", "--summary-json"],
                          ["diff", "a.csv", "b.csv", "-o"], ["export", "netbox", "a.csv", "--known", "k.csv", "-o"],
                          ["throughput", "127.0.0.1", "-o"], ["throughput", "127.0.0.1", "--summary-json"],
                          ["throughput", "127.0.0.1", "--plot"], ["127.0.0.1", "--summary-json"],
                          ["127.0.0.1", "--metrics"]):
            with self.subTest(arguments=arguments):
                self.expect_usage_error([*arguments, file],
                                        f"'{file}' is the result of an unfinished sweep: its journal '{journal}' lies "
                                        "beside it\nfinish that sweep with --resume, or give another FILE")
                self.assertEqual(file.read_text(), "rows\n")


if __name__ == "__main__":
    ringsweep_test.main()
