"""--store and --store-keep: what a sweep leaves in its store, read with Python's SQLite."""

import contextlib
import json
import os
import pathlib
import re
import signal
import sqlite3

import ringsweep_test
from cli_test_case import CliTest, wait_until, with_files
from resume_test_case import decided_in, wait_for_decided
from ringsweep_test import needs_root

NETWORK = "127.0.0.0/24"
COLUMNS = "address, name, state, rtt_ns, ttl, attempts, responder, icmp_type, icmp_code, reason, time_ns"


def ask(file, sql, *parameters):
    with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
        return database.execute(sql, parameters).fetchall()


class StoreCase(CliTest):
    def setUp(self):
        self.file = self.folder() / "net.db"

    def stored(self, *arguments, status=0, stderr="", **options):
        result = self.ringsweep("-q", "--store", self.file, *arguments, **options)
        self.expect(result, status=status, stderr=stderr)
        return result

    def ask(self, sql, *parameters):
        return ask(self.file, sql, *parameters)


class Stored(StoreCase):
    def test_the_schema_is_the_documented_one(self):
        self.stored("127.0.0.1")
        page = self.ringsweep("help", "output").stdout
        text = page[page.index("CREATE TABLE"):page.index("\nJOURNAL\n")]
        with contextlib.closing(sqlite3.connect(":memory:")) as database:
            database.executescript(re.sub(r"(?m)^ {11}", "", text))
            schema = "SELECT type, name, sql FROM sqlite_schema ORDER BY name"
            self.assertEqual(self.ask(schema), database.execute(schema).fetchall())

    def test_rows_are_those_of_the_csv(self):
        rows = self.stored(NETWORK, "10.9.9.9", "127.255.255.255", "localhost", "-4").rows()
        self.assertEqual(len(rows), 259)
        stored = self.ask(f"SELECT {COLUMNS} FROM observations")

        def as_csv(row):
            address, name, state, rtt_ns, ttl, attempts, responder, icmp_type, icmp_code, reason, _ = row
            rtt_ms = None if rtt_ns is None else f"{(rtt_ns + 500) // 1000 / 1000:.3f}"
            fields = (address, name, state, rtt_ms, ttl, attempts, responder, icmp_type, icmp_code, reason)
            return ["" if field is None else str(field) for field in fields]
        self.assertEqual(sorted(as_csv(row) for row in stored), sorted(list(row.values())[:-1] for row in rows))
        times = {(address, name): f"{time_ns // 1_000_000 % 1000:03d}Z" for address, name, *_, time_ns in stored}
        for row in rows:
            self.assertTrue(row["time"].endswith("." + times[row["address"], row["name"]]), row)

    def test_what_is_not_shown_is_stored_all_the_same(self):
        result = self.stored("127.0.0.1", "10.9.9.9", "127.255.255.255", "-a", "--format", "list")
        self.assertEqual(result.stdout, "127.0.0.1\n")
        self.assertEqual(self.ask("SELECT address, state FROM observations ORDER BY key"),
                         [("10.9.9.9", "send_failed"), ("127.0.0.1", "alive"), ("127.255.255.255", "skipped")])
        self.assertEqual(self.ask("SELECT address FROM hosts"), [("127.0.0.1",)])

    def test_it_goes_with_all_other_outputs(self):
        folder = self.file.parent
        self.stored(NETWORK, "--seed", 7, "-o", folder / "rows.ndjson", "--metrics", folder / "x.prom",
                    "--summary-json", folder / "summary.json")
        text = (folder / "summary.json").read_text()
        summary = json.loads(text)
        self.assertEqual(len((folder / "rows.ndjson").read_text().splitlines()), 256)
        self.assertIn("ringsweep_complete", (folder / "x.prom").read_text())
        [(plan_id, seed, targets, complete, status, command, arguments, stored)] = self.ask(
            "SELECT plan_id, seed, targets, complete, exit, command, arguments, summary FROM sweeps")
        self.assertEqual((plan_id, seed, targets, complete, status, command),
                         (summary["plan_id"], "7", 256, 1, 0, "sweep"))
        self.assertEqual(json.loads(arguments)[:5], ["-q", "--store", str(self.file), NETWORK, "--seed"])
        self.assertEqual(stored, text)
        self.assertEqual(self.ask("SELECT count(*) FROM observations"), [(256,)])
        self.assertEqual(sorted(os.listdir(folder)), ["net.db", "rows.ndjson", "summary.json", "x.prom"])

    def test_sweeps_of_other_seeds_are_one_series_and_of_other_targets_another(self):
        for arguments in ([NETWORK], [NETWORK, "-r", "9k", "--order", "address"], ["127.0.0.0/25"],
                          [NETWORK, "--attempts", 2]):
            self.stored(*arguments)
        series = [row[0] for row in self.ask("SELECT series FROM sweeps ORDER BY id")]
        self.assertEqual([series.index(one) for one in series], [0, 0, 2, 3])
        self.assertEqual(self.ask("SELECT sweep, before FROM last_sweep ORDER BY sweep"), [(2, 1), (3, None), (4, None)])

    def test_parts_are_of_one_series_with_the_parts_of_the_same_order(self):
        for arguments in (["--shard", "1/2"], ["--shard", "2/2"], ["--shard", "1/2"], ["--shard", "1/2", "--seed", 5]):
            self.stored(NETWORK, *arguments)
        series = [row[0] for row in self.ask("SELECT series FROM sweeps ORDER BY id")]
        self.assertEqual([series.index(one) for one in series], [0, 1, 0, 3])

    def test_old_sweeps_are_forgotten(self):
        self.stored("127.0.0.1")
        with contextlib.closing(sqlite3.connect(self.file)) as database, database:
            database.execute("UPDATE sweeps SET started_ns = started_ns - 91 * 86400 * 1000000000")
        self.stored("127.0.0.2", "--store-keep", "92d")
        self.assertEqual(self.ask("SELECT id FROM sweeps ORDER BY id"), [(1,), (2,)])
        self.stored("127.0.0.3", "--store-keep", "90d")
        self.assertEqual(self.ask("SELECT id FROM sweeps ORDER BY id"), [(2,), (3,)])
        self.assertEqual(self.ask("SELECT address FROM observations ORDER BY key"), [("127.0.0.2",), ("127.0.0.3",)])
        self.assertEqual(self.ask("SELECT address FROM hosts ORDER BY key"),
                         [("127.0.0.1",), ("127.0.0.2",), ("127.0.0.3",)])

    def test_two_sweeps_at_once_are_two_sweeps(self):
        words = ("-q", "--store", self.file, "-r", "1k", "127.0.0.0/23")
        with self.started(*words) as one, self.started(*words) as other:
            self.assertEqual([process.communicate()[1] for process in (one, other)], ["", ""])
            self.assertEqual([one.returncode, other.returncode], [0, 0])
        self.assertEqual(self.ask("SELECT id, complete FROM sweeps ORDER BY id"), [(1, 1), (2, 1)])
        self.assertEqual(self.ask("SELECT sweep, count(*) FROM observations GROUP BY sweep"), [(1, 512), (2, 512)])
        self.assertEqual(os.listdir(self.file.parent), ["net.db"])

    def test_a_dry_run_makes_no_store(self):
        self.stored("127.0.0.1", "--dry-run")
        self.assertFalse(self.file.exists())


class Ended(StoreCase):
    """Sweeps that did not finish."""

    def sweeping(self):
        process = self.started("--store", self.file, "-r", "2k", "127.0.0.0/17", "-o", "/dev/null")
        return process

    def wait_for_rows(self):
        def has_rows():
            with contextlib.suppress(sqlite3.OperationalError):
                return self.ask("SELECT count(*) FROM observations")[0][0] > 1000
            return False
        wait_until(has_rows, "rows are in the store")

    def test_a_killed_one_keeps_whole_batches_and_is_not_complete(self):
        with self.sweeping() as process:
            self.read_start(process)
            self.wait_for_rows()
            process.kill()
            process.wait()
        with contextlib.closing(sqlite3.connect(self.file)) as database:
            self.assertEqual(database.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
            self.assertEqual(database.execute("SELECT complete, finished_ns, summary FROM sweeps").fetchall(),
                             [(0, None, None)])
            [(rows, addresses)] = database.execute("SELECT count(*), count(DISTINCT address) FROM observations")
            self.assertGreater(rows, 1000)
            self.assertEqual(rows, addresses)
            self.assertEqual(database.execute("SELECT count(*) FROM last_sweep").fetchall(), [(0,)])
        self.stored("10.9.9.9")
        self.assertEqual(self.ask("SELECT count(*) FROM observations WHERE sweep = 1"), [(rows,)])
        self.assertEqual(self.ask("SELECT count(*) FROM hosts"), [(rows,)])
        self.assertEqual(self.ask("SELECT sweep, before FROM last_sweep"), [(2, None)])

    def test_an_interrupted_one_has_its_rows_and_its_summary(self):
        with self.sweeping() as process:
            self.read_start(process)
            self.wait_for_rows()
            process.terminate()
            process.communicate()
        self.assertEqual(process.returncode, 3)
        [(complete, status, summary)] = self.ask("SELECT complete, exit, summary FROM sweeps")
        states = json.loads(summary)["states"]
        self.assertEqual((complete, status), (0, 3))
        self.assertEqual(self.ask("SELECT count(*) FROM observations"),
                         [(32768 - states["interrupted"] - states["not_sent"],)])

    def test_when_the_store_is_full_the_sweep_goes_on_and_ends_with_3(self):
        folder = self.file.parent / "small"
        folder.mkdir()
        script = 'mount -t tmpfs -o size=400k small "$1" && shift && exec "$@"'
        before = ("unshare", "--mount", "--propagation", "private", "--", "sh", "-c", script, "sh", folder)
        rows = self.file.parent / "rows.csv"
        result = self.isolated(*before, ringsweep_test.BINARY, "-q", "-r", "20k", "127.0.0.0/19", "--store",
                               folder / "net.db", "-o", rows, "--summary-json", self.file.parent / "summary.json")
        self.assertEqual(result.status, 3, result.stderr)
        self.assertRegex(result.stderr, rf"^ringsweep: incomplete: store '{folder}/net\.db': database or disk is full, "
                                        r"\d+ rows? not stored\n$")
        self.assertEqual(len(self.expect_whole_csv(rows.read_text())), 8192)
        summary = json.loads((self.file.parent / "summary.json").read_text())
        self.assertEqual((summary["complete"], summary["exit"]), (False, 3))
        self.assertEqual(sum(summary["states"].values()), 8192)

    @contextlib.contextmanager
    def locked(self):
        """Another process writes to the store for a long time."""
        with contextlib.closing(sqlite3.connect(self.file, isolation_level=None, timeout=60)) as database:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("BEGIN IMMEDIATE")
            yield

    def test_while_it_waits_to_begin_a_second_signal_ends_it(self):
        self.stored("127.0.0.1")

        def takes_signals(process):
            status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
            blocked = int(re.search(r"(?m)^SigBlk:\s*(\w+)$", status)[1], 16)
            return "Name:\tringsweep\n" in status and blocked >> (signal.SIGINT - 1) & 1
        with self.locked(), self.started("127.0.0.2", "--store", self.file) as process:
            wait_until(lambda: takes_signals(process), "signals are taken")
            process.send_signal(signal.SIGINT)
            process.send_signal(signal.SIGTERM)
            _, errors = process.communicate(timeout=30)  # it would wait for a minute
        self.assertEqual(process.returncode, 3)
        self.assertEqual(errors, f"ringsweep: store '{self.file}': database is locked\n"
                                 "another process is writing to it; try again later\n")
        self.assertEqual(self.ask("SELECT id, complete FROM sweeps"), [(1, 1)])

    def test_a_result_that_fails_leaves_the_store_all_that_was_decided(self):
        file = self.file.parent / "summary.json"
        with self.started("--store", self.file, "-r", "2k", "127.0.0.0/17", "--summary-json", file) as process:
            self.read_start(process)

            def read_rows(count):
                for _ in range(count):
                    self.assertNotEqual(process.stdout.readline(), "")
            read_rows(2000)
            with self.locked():
                read_rows(1000)
                process.stdout.close()
                # All threads except main and the store's have ended once it says that it waits for the store.
                wait_until(lambda: len(os.listdir(f"/proc/{process.pid}/task")) <= 2, "the workers have ended")
                for _ in range(2):  # also after it has looked at the time
                    self.progress(process)
            errors = process.stderr.read()
            self.assertEqual(process.wait(timeout=60), 3)
        self.assertRegex(errors, r"\nincomplete: standard output: Broken pipe, \d+ rows? not written\n")
        self.assertNotIn("not stored", errors)
        states = json.loads(file.read_text())["states"]
        self.assertEqual(self.ask("SELECT count(*) FROM observations"),
                         [(32768 - states["interrupted"] - states["not_sent"],)])

    def test_a_store_that_fails_only_at_the_end_is_told_too(self):
        self.stored("127.0.0.1")
        with contextlib.closing(sqlite3.connect(self.file)) as database, database:
            database.execute("CREATE TRIGGER stop BEFORE UPDATE ON sweeps BEGIN SELECT raise(ABORT, 'no more'); END")
        self.stored("127.0.0.1", status=3, stderr=f"ringsweep: incomplete: store '{self.file}': no more\n")
        self.assertEqual(self.ask("SELECT id, complete FROM sweeps ORDER BY id"), [(1, 1), (2, 0)])


class Resumed(StoreCase):
    @needs_root
    def test_a_name_that_has_another_address_now_has_one_row(self):
        """It was in the store, but not yet in the journal, when the sweep was killed."""
        folder = self.file.parent
        file, hosts = folder / "out.csv", folder / "hosts"
        before = with_files(hosts=hosts)
        names = [f"host{i}.example" for i in range(500)]
        words = ("127.0.0.0/24", "127.0.2.0/24", "box.example", *names, "-4", "-q", "--order", "address", "-o", file,
                 "--store", self.file)

        def point_box_to(address):
            hosts.write_text(f"{address} box.example\n" +
                             "".join(f"127.0.{4 + i // 250}.{i % 250} {name}\n" for i, name in enumerate(names)))

        def rows_of_box():
            with contextlib.suppress(sqlite3.OperationalError):
                return self.ask("SELECT address FROM observations WHERE name = 'box.example'")
            return []
        point_box_to("127.0.9.1")
        with self.started(*words, "-r", "250", before=before) as process:
            wait_for_decided(file)
            journal = pathlib.Path(f"{file}.journal").read_bytes()
            self.assertLess(decided_in(file), 512)
            wait_until(rows_of_box, "the name is in the store")
            process.kill()
            process.wait()
        self.assertEqual(rows_of_box(), [("127.0.9.1",)])
        pathlib.Path(f"{file}.journal").write_bytes(journal)  # as where the disk took it no later
        point_box_to("127.0.9.2")
        self.expect(self.isolated(*before, ringsweep_test.BINARY, *words, "-r", "5k", "--resume"), stdout="", status=0)
        self.assertEqual(rows_of_box(), [("127.0.9.2",)])
        self.assertEqual(self.ask("SELECT count(*), count(DISTINCT address) FROM observations"), [(1013, 1013)])


class Refused(StoreCase):
    def expect_refused(self, stderr, *arguments, file=None, status=2, **options):
        file = file or self.file
        before = file.read_bytes() if file.is_file() else None
        result = self.ringsweep("127.0.0.1", "--store", file, *arguments, **options)
        self.expect(result, stdout="", stderr=f"ringsweep: {stderr}\n", status=status)
        self.assertEqual(file.read_bytes() if file.is_file() else None, before)

    def test_what_is_no_store(self):
        self.file.write_text("address,name\n127.0.0.1,\n" * 100)
        self.expect_refused(f"store '{self.file}': is not a SQLite database\n"
                            "give another --store FILE, or move this one away")

    def test_a_newer_version(self):
        self.stored("127.0.0.1")
        with contextlib.closing(sqlite3.connect(self.file)) as database:
            database.execute("PRAGMA user_version = 2")
        self.expect_refused(f"store '{self.file}': has version 2, but this ringsweep reads at most 1\n"
                            "use the ringsweep that wrote it, or a newer one; or give another --store FILE")

    def test_a_damaged_one(self):
        self.stored("127.0.0.1")
        self.file.write_bytes(self.file.read_bytes()[:-1000])
        self.expect_refused(f"store '{self.file}': is damaged: only {self.file.stat().st_size} of its "
                            f"{self.file.stat().st_size + 1000} bytes are present\nrecover what is left with: "
                            "sqlite3 FILE .recover | sqlite3 NEW; or give another --store FILE")

    @needs_root
    def test_one_that_may_not_be_written(self):
        remedy = "give a --store FILE that you may write, in a folder that you may write"
        self.stored("127.0.0.1")
        self.file.chmod(0o444)
        self.expect_refused(f"store '{self.file}': the file is read-only\n{remedy}", status=3, nobody=True)
        self.file.chmod(0o000)
        self.expect_refused(f"store '{self.file}': Permission denied\n{remedy}", status=3, nobody=True)
        self.file.parent.chmod(0o755)
        absent = self.file.with_name("absent.db")
        self.expect_refused(f"store '{absent}': unable to open database file\n{remedy}", file=absent, status=3,
                            nobody=True)
        self.file.chmod(0o666)
        result = self.ringsweep("127.0.0.1", "--store", self.file, nobody=True)
        self.assertEqual(result.status, 3, result.stderr)
        self.assertEqual(result.stdout, "")
        self.assertIn(remedy, result.stderr)

    def test_the_file_of_another_output(self):
        self.expect_refused("--output and --store both name 'x'\ngive each its own file", "-o", "x",
                            file=self.file.with_name("x").relative_to(self.file.parent), cwd=self.file.parent)
        self.stored("127.0.0.1")
        link = self.file.with_name("link.csv")
        link.symlink_to(self.file)
        for option in ("--output", "--summary-json", "--metrics"):
            with self.subTest(option=option):
                self.expect_refused(f"{option} and --store are the same file\ngive each its own file", option, link)
        self.file.unlink()
        same = f"{self.file.parent}/./x/../{self.file.name}"
        self.expect_refused("--metrics and --store are the same file\ngive each its own file", "--metrics", same)

    def test_options_that_mean_nothing(self):
        for arguments, stderr in [
                (["127.0.0.1", "--store-keep", "90d"],
                 "--store-keep says what a store forgets, and there is none\nname it with --store FILE"),
                (["127.0.0.1", "--job", "lan"],
                 "--job is a label of the gauges, and there are none\nwrite them with --metrics FILE"),
                (["127.0.0.1", "--store", "x", "--store-keep", "90"],
                 "--store-keep: '90' has no unit: 90d?\n"
                 "accepted: a number with us, ms, s, m, h or d, at most 36500d (12h, 90d)"),
                (["127.0.0.1", "--store", "x", "--store-keep", "0d"],
                 "--store-keep: '0d' must not be zero\n"
                 "accepted: a number with us, ms, s, m, h or d, at most 36500d (12h, 90d)"),
                (["127.0.0.1", "-t", "1d"], "--timeout: '1d' has the unknown unit 'd'\n"
                 "accepted: a number with us, ms, s, m or h, at most 24h (500ms, 1s, 1.5s)"),
                (["127.0.0.1", "--store", "-"],
                 "--store needs a file name; standard output carries only results")]:
            self.expect_usage_error(arguments, stderr)


if __name__ == "__main__":
    ringsweep_test.main()
