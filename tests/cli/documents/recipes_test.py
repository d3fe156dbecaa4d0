"""The recipes of the command line: each runs as it is printed, but on 127.0.0.0/29, and with its folders in one of ours."""

import contextlib
import csv
import io
import re
import sqlite3
import subprocess

import ringsweep_test
from cli_test_case import CliTest
from ringsweep_test import BINARY, ROOT, needs_tool

NETWORK = "127.0.0.0/29"
ALIVE = [f"127.0.0.{i}" for i in range(8)]


def recipes(document="src/cli/README.md"):
    """The lines after each `<!-- recipe: NAME -->`, by name."""
    blocks = re.findall(r"<!-- recipe: (\w+) -->\n((?:    .*\n)+)", (ROOT / document).read_text())
    return {name: re.sub(r"(?m)^    ", "", block) for name, block in blocks}


class Recipes(CliTest):
    def setUp(self):
        self.place = self.folder()
        (self.place / "bin").mkdir()
        (self.place / "bin" / "ringsweep").symlink_to(BINARY)

    def here(self, recipe):
        return recipe.replace("10.1.0.0/16", NETWORK).replace("/var/lib/ringsweep", str(self.place)).replace(
            "/var/lib/prometheus/node-exporter", str(self.place))

    def in_shell(self, recipe):
        path = f"{self.place / 'bin'}:{ringsweep_test.environment(None)['PATH']}"
        return self.isolated("sh", "-c", self.here(recipe), cwd=self.place, env={"PATH": path})

    def follow(self, recipe, status=0):
        result = self.in_shell(recipe)
        self.assertEqual((result.stderr, result.status), ("", status))
        return result.stdout

    def night(self):
        """What cron runs: the line without its times and its user."""
        comment, line = recipes()["cron"].splitlines()
        self.assertEqual(comment, "# /etc/cron.d/ringsweep")
        minute, hour, *days, user, command = line.split(maxsplit=6)
        self.assertEqual((minute, hour, days, user), ("10", "2", ["*", "*", "*"], "ringsweep"))
        self.assertNotIn("%", command, "cron takes it for the end of the line")
        return command

    def test_are_all_known_here(self):
        self.assertEqual(sorted(recipes()), ["changes", "cron", "duckdb", "metrics", "netbox", "nightly_diff", "phpipam",
                                               "sqlite"])

    def test_of_the_readme_are_the_same(self):
        self.assertEqual(sorted(recipes("README.md")), ["changes", "cron", "metrics"])
        self.assertEqual(recipes("README.md").items() - recipes().items(), set())

    def test_cron(self):
        self.assertEqual(self.follow(self.night()), "")
        rows = list(csv.DictReader(io.StringIO((self.place / "today.csv").read_text())))
        self.assertEqual(sorted(row["address"] for row in rows), ALIVE)
        self.assertEqual(list(rows[0])[-2:], ["mac", "rdns"])
        self.assertIn('"complete": true', (self.place / "today.json").read_text())

    def test_cron_while_the_last_one_runs(self):
        with subprocess.Popen(["flock", self.place / "lock", "sh", "-c", "echo up; exec cat"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True) as last:
            self.assertEqual(last.stdout.readline(), "up\n")
            self.follow(self.night(), status=1)
            last.communicate()
        self.assertFalse((self.place / "today.csv").exists())

    def test_cron_after_a_night_that_was_interrupted(self):
        night = self.night()
        slow = night.replace("timeout -s INT 5h", "timeout -s INT 1").replace("-r 2k", "-r 2")
        self.assertNotEqual(slow, night)
        for next_night, done in ((night.replace("--restart", "--resume"), 1), (night, 2)):
            with self.subTest(next_night=next_night):
                result = self.in_shell(slow)
                self.assertEqual(result.status, 124, "that of timeout")
                self.assertTrue((self.place / "today.csv.journal").exists())
                self.assertEqual(self.follow(next_night), "")
                self.assertFalse((self.place / "today.csv.journal").exists())
                rows = list(csv.DictReader(io.StringIO((self.place / "today.csv").read_text())))
                self.assertEqual(sorted(row["address"] for row in rows), ALIVE)
                with contextlib.closing(sqlite3.connect(self.place / "net.db")) as database:
                    self.assertEqual(database.execute("SELECT count(*) FROM sweeps WHERE complete").fetchone(), (done,))

    def two_nights(self):
        self.follow(self.night())
        self.follow(self.night())
        with contextlib.closing(sqlite3.connect(self.place / "net.db")) as database, database:
            for sweep, address in ((1, "127.0.0.2"), (2, "127.0.0.3")):
                database.execute("UPDATE settled SET state = 'no_reply' WHERE sweep = ? AND address = ?", (sweep, address))

    def test_nightly_diff(self):
        self.two_nights()
        self.assertEqual(self.follow(recipes()["nightly_diff"], status=1),
                         "up         127.0.0.2  no_reply -> alive\ndown       127.0.0.3  alive -> no_reply\n")

    def test_netbox(self):
        self.follow(self.night())
        today = self.place / "today.csv"
        today.write_text(today.read_text().replace("127.0.0.", "10.1.0.").replace(",localhost", ",one.example"))
        (self.place / "ips.csv").write_text("address,status\n" + "".join(f"10.1.0.{i}/24,active\n" for i in range(2, 8)))
        (self.place / "prefixes.csv").write_text("prefix,status\n10.1.0.0/16,active\n10.1.0.0/24,active\n")
        self.follow(recipes()["netbox"])
        rows = list(csv.DictReader(io.StringIO((self.place / "import.csv").read_text())))
        self.assertEqual([(row["address"], row["status"], row["dns_name"]) for row in rows],
                         [("10.1.0.0/24", "active", ""), ("10.1.0.1/24", "active", "one.example")])

    @needs_tool("sqlite3")
    def test_changes(self):
        self.two_nights()
        self.assertEqual(self.follow(recipes()["changes"]), "came up|127.0.0.2\nwent down|127.0.0.3\n")

    @needs_tool("sqlite3")
    def test_sqlite(self):
        self.follow(self.night())
        self.assertEqual(self.follow(recipes()["sqlite"]), "alive|echo_reply|8\n")

    def test_duckdb_counts_the_same(self):
        """It is not in Debian: its query is that of sqlite3, but for the table."""
        query = re.search('duckdb -c "(.*)"', recipes()["duckdb"])[1]
        self.assertIn(query.replace("read_csv('today.csv', header = true)", "today"), recipes()["sqlite"])

    @needs_tool("sqlite3")
    def test_phpipam(self):
        self.follow(self.night())
        self.follow(recipes()["phpipam"])
        rows = list(csv.DictReader(io.StringIO((self.place / "phpipam.csv").read_text())))
        self.assertEqual(list(rows[0]), ["section", "ip_addr", "hostname", "description", "subnet", "mac"])
        self.assertEqual(sorted(row["ip_addr"] for row in rows), ALIVE)
        self.assertEqual({(row["section"], row["description"], row["subnet"], row["mac"]) for row in rows},
                         {("Customers", "ringsweep", NETWORK, "")})

    def test_metrics(self):
        self.follow(recipes()["metrics"])
        self.assertIn('ringsweep_targets{job_name="lan",state="alive"} 8\n', (self.place / "ringsweep.prom").read_text())


@needs_tool("promtool", "Debian's package prometheus has it, which is too large for scripts/setup")
class Promtool(CliTest):
    def expect_no_complaint(self, file):
        result = ringsweep_test.run(["promtool", "check", "metrics"], stdin=file.read_text())
        self.assertEqual((result.stdout, result.stderr, result.status), ("", "", 0))

    def test_has_no_complaint(self):
        file = self.folder() / "x.prom"
        for arguments in ((NETWORK,), (NETWORK, "10.9.9.9", "host.invalid", "127.255.255.255"), ("10.9.9.9",)):
            with self.subTest(arguments=arguments):
                self.ringsweep("-q", *arguments, "--metrics", file, "--job", 'a "quoted" \\ job')
                self.expect_no_complaint(file)

    def test_nor_about_a_sweep_that_failed(self):
        file = self.folder() / "x.prom"
        self.assertEqual(self.ringsweep("-q", NETWORK, "--metrics", file, "-I", "nosuch").status, 4)
        self.expect_no_complaint(file)


if __name__ == "__main__":
    ringsweep_test.main()
