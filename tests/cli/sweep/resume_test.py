"""--resume and --restart: a sweep that was killed, stopped or out of disk goes on where its journal says, and nothing
of an unfinished sweep is overwritten unasked (field bug 28)."""

import contextlib
import pathlib
import signal
import sqlite3

import ringsweep_test
from cli_test_case import SILENT
from resume_test_case import (MIXED, TARGETS, ResumeTest, comparable, decided_in, journal_of, rewrite_journal,
                              wait_for_decided)
from ringsweep_test import needs_root, needs_tool


@needs_tool("nft")
class Resume(ResumeTest):
    def test_each_format_and_filter_ends_equal_to_an_undisturbed_run(self):
        for name, options in (("out.csv", []), ("out.ndjson", []), ("out.txt", ["--show", "all"]),
                              ("out.table", ["--format", "table"]), ("out.csv", ["-a"]), ("out.csv", ["--no-header"]),
                              ("out.csv", ["--show", "no_reply"]), ("out.table", ["--format", "table", "--show", "all"])):
            with self.subTest(name=name, options=options):
                folder = self.folder()
                undisturbed, file = folder / f"undisturbed.{name}", folder / name
                self.sweep(*MIXED, "-q", "-r", "2k", "-o", undisturbed, *options, through=SILENT)
                self.killed(file, *options)
                vouched = journal_of(file)["output"]["bytes"]
                decided = decided_in(file)
                head = file.read_bytes()[:vouched]
                summary = self.resumed(file, *options).summary
                self.assertEqual(file.read_bytes()[:vouched], head)
                self.assertEqual(comparable(file.read_text(), name), comparable(undisturbed.read_text(), name))
                self.assertEqual(sorted(path.name for path in folder.iterdir()), sorted([name, undisturbed.name]))
                self.assertEqual((summary["targets"], summary["run"], summary["decided_before"], summary["complete"]),
                                 (400, 2, decided, True))
                self.assertEqual({state: count for state, count in summary["states"].items() if count},
                                 {"alive": 200, "no_reply": 200})

    def test_what_was_decided_is_not_probed_again_and_what_was_not_is_probed_once(self):
        file = self.folder() / "out.csv"
        self.killed(file)
        vouched = journal_of(file)["output"]["bytes"]
        summary = self.resumed(file, "-w", "2", "--engine", "mmsg").summary
        rows = self.expect_whole_csv(file.read_text())
        self.assertEqual(len(rows), 400)
        own = file.read_bytes()[vouched:].decode().splitlines()
        self.assertEqual(summary["probes"]["sent"], sum(int(line.split(",")[5]) for line in own))
        self.assertEqual(summary["workers"], 2)

    def test_the_order_of_the_rest_is_that_of_the_seed_which_need_not_be_given(self):
        file = self.folder() / "out.csv"
        with self.started(*TARGETS, "-t", "50ms", "-q", "-r", "250", "-o", file, before=SILENT) as process:
            wait_for_decided(file)
            process.kill()
            process.wait()
        seed = journal_of(file)["seed"]
        swept = self.sweep(*TARGETS, "-t", "50ms", "-q", "-r", "2k", "-o", file, "--resume", through=SILENT)
        self.assertEqual(swept.summary["seed"], seed)
        self.assertEqual(len(self.expect_whole_csv(file.read_text())), 400)

    def test_a_shard_goes_on(self):
        file = self.folder() / "out.csv"
        shard = (*TARGETS, "-t", "50ms", "-q", "--shard", "2/3", "-r", "300", "-o", file)
        with self.started(*shard, "--seed", "7", before=SILENT) as process:
            wait_for_decided(file)
            process.kill()
            process.wait()
        swept = self.sweep(*shard, "--resume", through=SILENT)
        whole = self.folder() / "whole.csv"
        self.sweep(*shard, "--seed", "7", "-r", "6k", "-o", whole, through=SILENT)
        self.assertEqual(comparable(file.read_text(), "out.csv"), comparable(whole.read_text(), "out.csv"))
        self.assertEqual(swept.summary["targets"], 133)

    def stored(self, store):
        """Of each sweep: whether it is complete, its rows, and its different targets."""
        with contextlib.closing(sqlite3.connect(store)) as database:
            return database.execute("""
                SELECT complete, (SELECT count(*) FROM observations WHERE sweep = id),
                  (SELECT count(DISTINCT key) FROM observations WHERE sweep = id)
                FROM sweeps ORDER BY id""").fetchall()

    def test_a_store_goes_on_with_the_same_sweep(self):
        file = self.folder() / "out.csv"
        store = file.parent / "net.db"
        # A later one of the same plan, complete: it is not the one that goes on.
        self.killed(file, "--store", store)
        self.sweep(*MIXED, "-q", "-r", "2k", "-o", file.parent / "other.csv", "--store", store, through=SILENT)
        self.assertEqual(journal_of(file)["store"], {"file": str(store.resolve()), "sweep": 1})
        self.resumed(file, "--store", store)
        self.assertEqual(self.stored(store), [(1, 400, 400), (1, 400, 400)])

    def test_a_store_that_would_lack_rows_is_refused(self):
        file = self.folder() / "out.csv"
        store = file.parent / "net.db"
        self.killed(file, "--store", store)
        self.assertEqual(self.refused(file, "--resume", "--store", file.parent / "another.db"),
                         f"the sweep was started with another store, '{store.resolve()}'\n"
                         "give that one, or leave out --store\n")
        decided = decided_in(file)
        with self.started(*MIXED, "-q", "-r", "250", "-o", file, "--resume", before=SILENT) as process:
            wait_for_decided(file, decided + 1)
            process.kill()
            process.wait()
        self.assertEqual(self.refused(file, "--resume", "--store", store),
                         "the sweep has run without --store, so a store would lack what was decided then\n"
                         "leave out --store, or begin again with --restart\n")
        self.resumed(file)
        [(complete, rows, targets)] = self.stored(store)
        self.assertEqual(complete, 0)
        self.assertEqual(rows, targets)
        self.assertLess(rows, 400)

    def test_through_a_link_that_led_nowhere(self):
        """The journal lies beside the file that the link names, as soon as that is there."""
        folder = self.folder()
        link, file = folder / "latest.csv", folder / "today.csv"
        link.symlink_to(file.name)
        with self.started(*MIXED, "-q", "-r", "250", "-o", link, before=SILENT) as process:
            wait_for_decided(file)
            process.kill()
            process.wait()
        self.assertIn("unfinished sweep", self.refused(file))
        result = self.ringsweep(*MIXED, "-o", link)
        self.assertEqual(result.status, 2)
        self.assertIn("unfinished sweep", result.stderr)

    def test_again_and_again(self):
        """Killed, interrupted, killed, finished; the journal counts on."""
        file = self.folder() / "out.csv"
        self.killed(file)
        decided = [decided_in(file)]
        for number in (signal.SIGINT, signal.SIGKILL):
            with self.started(*MIXED, "-q", "-r", "250", "-o", file, "--resume", before=SILENT) as process:
                wait_for_decided(file, decided[-1] + 1)
                process.send_signal(number)
                process.communicate(timeout=60)
            decided.append(decided_in(file))
        self.assertEqual(sorted(set(decided)), decided)
        summary = self.resumed(file).summary
        self.assertEqual((summary["run"], summary["decided_before"]), (4, decided[-1]))
        self.assertEqual(len(self.expect_whole_csv(file.read_text())), 400)

    def test_an_interrupted_sweep_leaves_an_exact_journal_and_says_so(self):
        file = self.folder() / "out.csv"
        with self.started(*MIXED, "-r", "250", "-o", file, before=SILENT) as process:
            wait_for_decided(file)
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 3)
        self.assertTrue(errors.endswith(f"unfinished: run the same command with --resume to go on ('{file}.journal' stays)\n"),
                        errors)
        self.assertEqual(decided_in(file), len(self.expect_whole_csv(file.read_text())))
        self.assertEqual(journal_of(file)["output"]["bytes"], file.stat().st_size)
        result = self.isolated(*SILENT, ringsweep_test.BINARY, *MIXED, "-r", "2k", "-o", file, "--resume")
        self.expect(result, status=0)
        self.assertRegex(result.stderr, r"^ringsweep: 400 targets, \d+ of them decided before, at 2k pps ")
        self.assertRegex(result.stderr, r"(?m)^400 targets = 200 alive \+ 200 no_reply\n"
                         r"resumed \(run 2\): \d+ targets decided before; probes, replies and RTTs are those of this run$")

    def test_where_all_was_decided_it_has_nothing_to_do_and_ends_right(self):
        """As after a kill in the last moment: here the summary could not be written, which is the step before."""
        folder = self.folder()
        file, away = folder / "out.csv", folder / "away"
        away.mkdir()
        with self.started(*MIXED, "-r", "250", "-o", file, "--summary-json", away / "s.json",
                          before=SILENT) as process:
            wait_for_decided(file)
            away.rmdir()
            _, errors = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 3)
        self.assertIn(f"\nunfinished: run the same command with --resume to go on ('{file}.journal' stays)\n"
                      "ringsweep: cannot write the summary ", errors)
        self.assertEqual(decided_in(file), 400)
        before = file.read_bytes()
        summary = self.resumed(file).summary
        self.assertEqual((summary["probes"]["sent"], summary["states"]["alive"], summary["decided_before"]), (0, 200, 400))
        self.assertEqual(file.read_bytes(), before)
        self.assertIsNone(journal_of(file))

    def test_what_an_earlier_run_lost_here_keeps_it_a_lower_bound(self):
        file = self.folder() / "out.csv"
        self.killed(file)
        self.assertEqual(journal_of(file)["lost"], {})
        rewrite_journal(file, lost={"conntrack_drop": 7})
        swept = self.resumed(file, status=3)
        self.assertEqual([(bound["counter"], bound["delta"]) for bound in swept.summary["lower_bound"]],
                         [("conntrack_drop", 7)])
        self.assertFalse(swept.summary["complete"])

    def test_restart_begins_again(self):
        file = self.folder() / "out.csv"
        self.killed(file)
        swept = self.sweep("127.0.0.0/30", "-q", "-o", file, "--restart")
        self.assertEqual((swept.summary["run"], swept.summary["decided_before"]), (1, 0))
        self.assertEqual(len(self.expect_whole_csv(file.read_text())), 4)
        self.assertIsNone(journal_of(file))
        self.sweep("127.0.0.0/31", "-q", "-o", file, "--restart")  # also where nothing is unfinished
        self.assertEqual(len(self.expect_whole_csv(file.read_text())), 2)

    def test_by_a_link_it_is_the_same_sweep(self):
        folder = self.folder()
        file, link = folder / "out.csv", folder / "link.csv"
        link.symlink_to(file)
        self.killed(file)
        self.assertIn("unfinished sweep", self.refused(link))
        self.resumed(link)
        self.assertEqual(len(self.expect_whole_csv(file.read_text())), 400)
        self.assertEqual(sorted(path.name for path in folder.iterdir()), ["link.csv", "out.csv"])

    @needs_root
    def test_a_full_disk(self):
        """The result fills a small file system; with room again the sweep goes on."""
        folder = self.folder()
        script = ('mount -t tmpfs -o size=160k none "$1" && cd "$1" && shift && "$@" -r 1k -o out.csv; echo $?; '
                  'cp out.csv.journal kept; rm -f kept; cat out.csv.journal | head -c 20; ls; '
                  'mount -o remount,size=4m . && "$@" -o out.csv --resume; echo $?; ls; cat out.csv')
        result = self.isolated("unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh", folder,
                               ringsweep_test.BINARY, "127.0.0.0/20", "-q", "--seed", "3")
        before, rows = result.stdout.split("address,", 1)
        self.assertEqual(before, "3\nringsweep.journal/1\nout.csv\nout.csv.journal\n0\nout.csv\n")
        self.assertIn("'out.csv': No space left on device, ", result.stderr)
        self.assertEqual(len(self.expect_whole_csv("address," + rows)), 4096)


class Refused(ResumeTest):
    def test_an_unfinished_result_is_not_overwritten(self):
        file = self.folder() / "out.csv"
        self.killed(file)
        words = (f"'{file}' is the result of an unfinished sweep: its journal '{file}.journal' lies beside it\n"
                 "--resume finishes it, --restart begins again; or give another -o FILE\n")
        self.assertEqual(self.refused(file), words)
        file.unlink()
        self.assertEqual(self.refused(file), words)
        self.assertFalse(file.exists())

    def test_other_options_and_targets_are_named(self):
        file = self.folder() / "out.csv"
        self.killed(file)
        begun = f"the sweep of '{file}' was started with other options or targets\n"
        end = "give the ones it was started with, or begin again with --restart\n"
        for arguments, difference in (
                (["--attempts", "5"], "  --attempts: 3 then, 5 now\n"),
                (["-t", "60ms", "--seed", "2"], "  --seed: 1 then, 2 now\n  --timeout: 50ms then, 60ms now\n"),
                (["-a"], "  --show: all then, alive now\n"),
                (["--format", "ndjson"], "  --format: csv then, ndjson now\n"),
                (["--no-header"], "  --no-header: no then, yes now\n"),
                (["-S", "127.0.0.1"], "  --source (IPv4): by route then, 127.0.0.1 now\n"),
                (["--shard", "1/2"], "  --shard: 1/1 then, 1/2 now\n")):
            with self.subTest(arguments=arguments):
                self.assertEqual(self.refused(file, "--resume", *arguments), begun + difference + end)
        more = self.refused(file, "--resume", "127.9.9.9")
        self.assertRegex(more, r"\n  targets: 400 \([0-9a-f]{16}\) then, 401 \([0-9a-f]{16}\) now\n")
        fewer = self.refused(file, "--resume", "-x", "127.77.0.0/16")
        self.assertRegex(fewer, r"\n  targets: 400 \([0-9a-f]{16}\) then, 400 \([0-9a-f]{16}\) now\n")

    def test_there_must_be_a_journal_and_a_file(self):
        file = self.folder() / "out.csv"
        none = (f"there is no journal '{file}.journal', so there is nothing to resume\n"
                "that sweep has finished or never began; start it without --resume\n")
        self.assertEqual(self.refused(file, "--resume"), none)
        self.assertFalse(file.exists())
        file.write_text("rows of another\n")
        self.assertEqual(self.refused(file, "--resume"), none)
        self.killed(file)
        file.unlink()
        self.assertEqual(self.refused(file, "--resume"),
                         f"'{file}' does not exist, so it cannot be resumed\n"
                         "bring back the file that was written, or begin again with --restart\n")
        self.assertFalse(file.exists())

    def test_a_journal_that_is_damaged_newer_or_not_ours(self):
        file = self.folder() / "out.csv"
        self.killed(file)
        path = pathlib.Path(f"{file}.journal")
        whole = path.read_text()
        for text, words, restart in (
                (whole[:-2], f"the journal '{path}' is damaged: its checksum is wrong\nstart over with --restart\n", True),
                (whole.replace('"seed":1', '"seed":2'),
                 f"the journal '{path}' is damaged: its checksum is wrong\nstart over with --restart\n", True),
                (whole.replace("journal/1", "journal/2"),
                 f"the journal '{path}' was written by a newer version of ringsweep (2; this one knows 1)\n"
                 "resume with that version, or start over with --restart\n", True),
                ("my notes\n", f"'{path}' is not a ringsweep journal\nmove it away, or give another -o FILE\n", False),
                ("", f"'{path}' is not a ringsweep journal\nmove it away, or give another -o FILE\n", False)):
            with self.subTest(text=text[:30], words=words):
                path.write_text(text)
                self.assertEqual(self.refused(file, "--resume"), words)
                self.assertNotEqual(self.refused(file), "")
                if not restart:
                    self.assertEqual(self.refused(file, "--restart"), words)
        path.write_text(whole[:-2])
        self.sweep("127.0.0.1", "-q", "-o", file, "--restart")
        self.assertIsNone(journal_of(file))

    def test_a_journal_that_is_a_folder_or_a_link(self):
        folder = self.folder()
        file, path = folder / "out.csv", folder / "out.csv.journal"
        path.mkdir()
        for option in ([], ["--resume"], ["--restart"]):
            result = self.ringsweep(*MIXED, "-o", file, *option)
            self.expect(result, stdout="", status=2,
                        stderr=f"ringsweep: '{path}' is not a ringsweep journal\nmove it away, or give another -o FILE\n")
        path.rmdir()
        (folder / "precious").write_text("precious\n")
        path.symlink_to(folder / "precious")
        for option in ([], ["--resume"], ["--restart"]):
            result = self.ringsweep(*MIXED, "-o", file, *option)
            self.expect(result, stdout="", status=2,
                        stderr=f"ringsweep: cannot read the journal '{path}': Too many levels of symbolic links\n"
                               "move it away, or give another -o FILE\n")
        self.assertEqual((folder / "precious").read_text(), "precious\n")

    def test_a_result_that_is_shorter_or_another(self):
        file = self.folder() / "out.csv"
        self.killed(file)
        vouched = journal_of(file)["output"]["bytes"]
        whole = file.read_bytes()
        remedy = "bring back the file that was written, or begin again with --restart\n"
        file.write_bytes(whole[:vouched - 1])
        self.assertEqual(self.refused(file, "--resume"),
                         f"'{file}' has {vouched - 1} bytes, but its journal vouches for {vouched}\n" + remedy)
        for at in (100, vouched - 5):
            file.write_bytes(whole[:at] + b"!" + whole[at + 1:])
            self.assertEqual(self.refused(file, "--resume"),
                             f"'{file}' is not the file that its journal was written for\n" + remedy)

    def test_a_file_that_is_being_written(self):
        file = self.folder() / "out.csv"
        with self.started(*MIXED, "-q", "-r", "50", "-o", file, before=SILENT) as process:
            wait_for_decided(file)
            for option in ([], ["--resume"], ["--restart"]):
                result = self.ringsweep(*MIXED, "-o", file, *option)
                self.expect(result, stdout="", status=4,
                            stderr=f"ringsweep: '{file}' is being written by another process\n"
                                   "wait for it, or give another -o FILE\n")
            process.kill()

    def test_what_cannot_be_resumed(self):
        self.expect_usage_error(["127.0.0.1", "--resume"], "--resume needs the file of the unfinished sweep\n"
                                "as in: ringsweep --resume -o FILE TARGET...")
        self.expect_usage_error(["127.0.0.1", "--restart", "-o", "-"], "--restart needs the file of the unfinished sweep\n"
                                "as in: ringsweep --restart -o FILE TARGET...")
        self.expect_usage_error(["127.0.0.1", "--resume", "--restart", "-o", "x"],
                                "--resume and --restart exclude each other: one goes on, the other begins again\n"
                                "leave out one of them")
        self.expect_usage_error(["127.0.0.1", "--resume", "--dry-run", "-o", "x"],
                                "--resume and --dry-run exclude each other: a dry run writes no result\n"
                                "leave out one of them")
        self.expect_usage_error(["127.0.0.1", "--restart", "-o", "/dev/null"],
                                "'/dev/null' is not a regular file, so it has no journal\n"
                                "leave out --resume and --restart")


class NoJournal(ResumeTest):
    def test_none_is_kept_for_what_is_no_regular_file(self):
        folder = self.folder()
        (folder / "link").symlink_to("/dev/null")
        self.sweep("127.0.0.1", "-q", "-o", folder / "link")
        with open(folder / "out", "w", encoding="ascii") as out:
            self.isolated(ringsweep_test.BINARY, "127.0.0.1", "-q", "-o", "-", cwd=folder)
            self.assertEqual(out.tell(), 0)
        self.expect(self.ringsweep("127.0.0.1", "--dry-run", "-o", folder / "dry"), status=0)
        self.assertEqual(sorted(path.name for path in folder.iterdir()), ["link", "out"])

    @needs_root
    def test_in_a_folder_where_none_can_be_made_the_sweep_goes_on_without(self):
        folder = self.folder()
        file = folder / "out.csv"
        file.touch()
        file.chmod(0o666)
        folder.chmod(0o755)
        self.expect(self.ringsweep("127.0.0.0/30", "-q", "-o", file, nobody=True), status=0, stderr="")
        result = self.ringsweep("127.0.0.0/30", "-o", file, nobody=True)
        self.expect(result, status=0)
        self.assertIn(f"ringsweep: warning: cannot write the journal '{file}.journal': Permission denied; --resume will "
                      "not be possible\n", result.stderr)
        self.assertEqual(len(self.expect_whole_csv(file.read_text())), 4)
        self.assertIsNone(journal_of(file))


if __name__ == "__main__":
    ringsweep_test.main()
