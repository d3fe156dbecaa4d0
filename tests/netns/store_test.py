"""Five nights of one network whose hosts come and go: the store's views and `ringsweep diff` name exactly the changes."""

import contextlib
import csv
import io
import random
import signal
import sqlite3
import subprocess

import ringsweep_test
from cli_test_case import CliTest
from ringsweep_test import Lab

NETWORK = "10.1.0.0/24"
HOSTS = [f"10.1.0.{number}" for number in range(1, 255)]
NIGHTS = 5


class FiveNights(CliTest):
    def setUp(self):
        self.file = self.folder() / "net.db"
        self.lab = self.enterContext(Lab("--alive", "10.200.0.1/32"))
        self.up = set()

    def come_and_go(self, up):
        for command, hosts in (("add", up - self.up), ("del", self.up - up)):
            for host in sorted(hosts):
                result = self.lab.run("ip", "route", command, "local", f"{host}/32", "dev", "lo", side="far")
                self.assertEqual(result.status, 0, result.stderr)
        self.up = up

    def night(self, *arguments):
        result = self.lab.run(ringsweep_test.BINARY, "-q", NETWORK, "-r", "2k", "-t", "200ms", "--attempts", 2,
                              "--store", self.file, *arguments)
        self.expect(result, stderr="", status=0)

    def ask(self, sql):
        with contextlib.closing(sqlite3.connect(self.file)) as database:
            return database.execute(sql).fetchall()

    def changes(self, old, new):
        """What diff says came up and went down."""
        result = self.ringsweep("diff", old, new, "--format", "csv")
        rows = list(csv.DictReader(io.StringIO(result.stdout)))
        self.assertEqual(result.status, 1 if rows else 0, result.stderr)
        self.assertEqual({row["change"] for row in rows} - {"up", "down"}, set())
        return tuple({row["address"] for row in rows if row["change"] == change} for change in ("up", "down"))

    def test_views_and_diff_name_exactly_the_changes(self):
        seed = 20261128
        print(f"seed {seed}", flush=True)
        choose = random.Random(seed)
        before, ever = set(), set()
        for number in range(NIGHTS):
            up = set(choose.sample(HOSTS, 40))
            # Most of them stay from night to night.
            up = {host for host in before if choose.random() < 0.8} | set(sorted(up)[:12])
            self.come_and_go(up)
            with self.subTest(night=number):
                result = self.file.parent / f"night-{number}.csv"
                self.night("-o", result)
                if number > 0:
                    self.assertEqual(self.changes(self.file.parent / f"night-{number - 1}.csv", result),
                                     (up - before, before - up))
                new = {row[0] for row in self.ask("SELECT address FROM new_hosts")}
                gone = {row[0] for row in self.ask("SELECT address FROM gone_hosts")}
                self.assertEqual(new, up - before if number > 0 else set())
                self.assertEqual(gone, before - up)
                ever |= up
                self.assertEqual({row[0] for row in self.ask("SELECT address FROM hosts")}, ever)
                silent = self.ask("SELECT address FROM not_seen WHERE last_state <> 'alive'")
                self.assertEqual({row[0] for row in silent}, ever - up)
            before = up
        self.assertGreater(len(ever - before), 0, "somebody went for good")

    def test_hosts_that_an_incomplete_night_did_not_ask_are_not_gone(self):
        self.come_and_go({"10.1.0.1", "10.1.0.2"})
        self.night()
        self.come_and_go({"10.1.0.2", "10.1.0.3"})
        command = self.lab.on("near", [ringsweep_test.BINARY, NETWORK, "-r", 20, "--attempts", 2, "-t", "200ms", "--store",
                                       self.file, "-o", "/dev/null"])
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
            self.read_start(process)
            process.send_signal(signal.SIGINT)
            process.communicate()
        self.assertEqual(process.returncode, 3)
        self.assertEqual(self.ask("SELECT * FROM gone_hosts UNION ALL SELECT * FROM new_hosts"), [])
        self.night()
        self.assertEqual(self.ask("SELECT address FROM gone_hosts"), [("10.1.0.1",)])
        self.assertEqual(self.ask("SELECT address FROM new_hosts"), [("10.1.0.3",)])
        self.assertEqual(self.ask("SELECT sweep, before FROM last_sweep"), [(3, 1)])


if __name__ == "__main__":
    ringsweep_test.main()
