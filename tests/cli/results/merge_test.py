"""ringsweep merge: the shards of a sweep as one result. The rules: tests/unit/output/merge/result_merge_test.cc."""

import contextlib
import csv
import json
import sqlite3

import ringsweep_test
from cli_test_case import HEADER, CliTest

TARGETS = ["127.0.0.0/22", "::1", "10.9.9.9", "-r", "10k"]


def without_moment(text):
    """Rows without RTT and time."""
    return [row[:3] + row[4:10] for row in (line.split(",") for line in text.splitlines())]


class Merge(CliTest):
    def setUp(self):
        self.place = self.folder()

    def swept(self, name, *arguments):
        path = self.place / f"{name}.csv"
        self.expect(self.ringsweep("-q", *TARGETS, *arguments, "-o", path, "--summary-json", self.place / f"{name}.json"))
        return path

    def parts(self, count, *arguments):
        return [self.swept(f"part{i}", "--shard", f"{i}/{count}", *arguments) for i in range(1, count + 1)]

    def test_three_shards_are_the_whole(self):
        parts = self.parts(3)
        whole = self.swept("whole", "--seed", "0", "--order", "random")
        merged, summary_file = self.place / "merged.csv", self.place / "merged.json"
        result = self.ringsweep("merge", parts[1], parts[2], parts[0], "-o", merged, "--summary-json", summary_file)
        self.expect(result, stdout="", status=0)
        self.assertTrue(result.stderr.startswith("1026 targets = 1025 alive + 1 send_failed\n"), result.stderr)
        self.assertTrue(merged.read_text().startswith(HEADER + "10.9.9.9,,send_failed,"))
        self.assertEqual(sorted(without_moment(merged.read_text())), sorted(without_moment(whole.read_text())))
        order = [row[0] for row in without_moment(merged.read_text())[1:]]
        self.assertEqual(order[1:4] + order[-2:], ["127.0.0.0", "127.0.0.1", "127.0.0.2", "127.0.3.255", "::1"])
        self.expect(self.ringsweep("diff", whole, merged, "--all", "--rtt-factor", "1000000"), stdout="", status=0)

        summary, unsharded = json.loads(summary_file.read_text()), json.loads((self.place / "whole.json").read_text())
        self.expect_balance(summary)
        for key in ("plan_id", "targets_id", "targets", "seed", "shard", "states", "probes", "complete", "exit"):
            self.assertEqual(summary[key], unsharded[key], key)
        self.assertEqual(summary["command"], "merge")
        self.assertEqual(summary["rtt_ms"]["count"], 1025)

    def test_missing_parts_are_listed_and_nothing_is_written(self):
        parts = self.parts(4)
        merged = self.place / "merged.csv"
        merged.write_text("mine\n")
        result = self.ringsweep("merge", parts[1], parts[2], "-o", merged)
        self.expect(result, stdout="", stderr="ringsweep: 2 of 4 parts are missing: 1/4 4/4\nnothing was written\n", status=3)
        self.assertEqual(merged.read_text(), "mine\n")

    def test_parts_that_do_not_fit(self):
        first, second = self.parts(2)
        self.expect_usage_error(["merge", first, second, first],
                                f"{first} and {first} are both part 1/2\nleave out one of them")
        other = self.swept("other", "--shard", "2/2", "--attempts", "2")
        result = self.ringsweep("merge", first, other)
        self.expect(result, stdout="", status=2)
        self.assertRegex(result.stderr, rf"^ringsweep: {other} belongs to another plan than {first}: plan \w{{16}} in 2 parts, "
                         r"seed 0 and plan \w{16} in 2 parts, seed 0\n"
                         "give parts with the same targets, excludes, seed, probing options and number of shards\n$")
        (self.place / "part2.json").unlink()
        self.expect_usage_error(["merge", first, second],
                                f"{second}: the summary of its sweep is missing, such as {second}.json\n"
                                "sweep with -o FILE.csv and --summary-json FILE.json: the summary says which part of which "
                                "plan this is")

    def test_what_an_incomplete_part_lacks_makes_the_whole_incomplete(self):
        first, second = self.parts(2)
        lines = second.read_text().splitlines(keepends=True)
        gone = next(line for line in lines[1:] if ",alive," in line)
        second.write_text("".join(line for line in lines if line != gone))
        alive = second.read_text().count(",alive,")
        result = self.ringsweep("merge", "-q", first, second, "--format", "list")
        self.expect(result, stderr=f"ringsweep: incomplete: {second}: {alive} of {alive + 1} alive rows\n", status=3)
        self.assertEqual(len(result.stdout.splitlines()), 1025)

    def test_a_part_that_was_cut_to_its_header_makes_the_whole_incomplete(self):
        first, second = self.parts(2)
        alive = second.read_text().count(",alive,")
        second.write_text(HEADER)
        (self.place / "part2.json").touch()  # as where both were copied
        result = self.ringsweep("merge", "-q", first, second, "-o", self.place / "whole.csv")
        self.expect(result, stdout="", status=3,
                    stderr=f"ringsweep: incomplete: {second}: no rows, although {alive} targets answered\n")

    def test_parts_with_alive_hosts_alone_and_in_ndjson(self):
        parts = []
        for i in (1, 2):
            parts.append(self.place / f"part{i}.ndjson")
            self.expect(self.ringsweep("-q", "-a", "127.0.0.1", "10.9.9.9", "--shard", f"{i}/2", "-o", parts[-1],
                                       "--summary-json", f"{parts[-1]}.json"))
        self.assertEqual(sorted(part.stat().st_size > 0 for part in parts), [False, True])
        result = self.ringsweep("merge", *parts, "--no-header")
        self.expect(result, stdout="127.0.0.1,,alive,RTT,64,1,127.0.0.1,0,0,echo_reply,TIME\n", status=0,
                    masks=("time", "rtt"))
        self.assertIn("rows for 0 of 1 target\n", result.stderr)

    def test_the_columns_of_options_stay(self):
        first, second = self.parts(2, "--rdns", "--mac")
        result = self.ringsweep("merge", first, second)
        parts = [line for part in (first, second) for line in part.read_text().splitlines()[1:]]
        self.assertEqual(result.stdout.splitlines()[0] + "\n", HEADER.strip() + ",mac,rdns\n")
        self.assertEqual(sorted(result.stdout.splitlines()[1:]), sorted(parts))
        self.assertTrue(any(line.endswith(",localhost") for line in parts))
        first.write_text(first.read_text().replace(",localhost\n", ",local\x1bhost\n"))
        result = self.ringsweep("merge", first, second)
        self.expect(result, stdout="", status=2)
        self.assertIn("invalid rdns", result.stderr)
        second.write_text(second.read_text().replace(",rdns\n", ",colour\n", 1))
        self.expect_usage_error(["merge", second, first],
                                f"{second}: the column 'colour' cannot be joined\n"
                                "behind the columns of every result this version knows mac, rdns")

    def test_the_whole_goes_into_a_store_as_one_sweep(self):
        database = self.place / "net.db"
        for _ in range(2):
            first, second = self.parts(2, "--rdns")
            result = self.ringsweep("merge", "-q", first, second, "--store", database, "-o", self.place / "whole.csv",
                                    "--summary-json", self.place / "net.json")
            self.expect(result, stdout="", stderr="", status=0)
        rows = list(csv.DictReader((self.place / "whole.csv").read_text().splitlines()))
        summary = (self.place / "net.json").read_text()
        with contextlib.closing(sqlite3.connect(database)) as store:
            def ask(sql):
                return store.execute(sql).fetchall()
            plan = json.loads(summary)["plan_id"]
            self.assertEqual(ask("SELECT id, series, plan_id, command, targets, shard, shards, complete, exit FROM sweeps"),
                             [(i, plan, plan, "merge", 1026, 1, 1, 1, 0) for i in (1, 2)])
            self.assertEqual(ask("SELECT summary FROM sweeps WHERE id = 2"), [(summary,)])
            self.assertEqual(json.loads(ask("SELECT arguments FROM sweeps WHERE id = 2")[0][0])[:4],
                             ["merge", "-q", str(first), str(second)])
            self.assertEqual(ask("SELECT sweep, before FROM last_sweep"), [(2, 1)])
            self.assertEqual(ask("SELECT count(*) FROM hosts"), [(1025,)])
            self.assertEqual(sorted(ask("SELECT address, state, reason, ifnull(rdns, '') FROM settled WHERE sweep = 2")),
                             sorted((row["address"], row["state"], row["reason"], row["rdns"]) for row in rows))

    def test_a_store_that_cannot_take_it(self):
        first, second = self.parts(2)
        other = self.place / "other.db"
        other.write_text("mine\n")
        for option in ("-o", "--summary-json"):
            self.expect_usage_error(["merge", first, second, "--store", other, option, other],
                                    f"{'--output' if option == '-o' else option} and --store both name '{other}'\n"
                                    "give each its own file")
        result = self.ringsweep("merge", first, second, "--store", other, "-o", self.place / "whole.csv")
        self.expect(result, stdout="", status=2)
        self.assertEqual(other.read_text(), "mine\n")
        self.assertFalse((self.place / "whole.csv").exists())

    def test_no_part_is_overwritten(self):
        first, second = self.parts(2)
        for option, file in (("--output", second), ("--summary-json", self.place / "part1.json")):
            before = file.read_text()
            self.expect_usage_error(["merge", first, second, option, file],
                                    f"{option} '{file}' is one of the files that are read\ngive it another name")
            self.assertEqual(file.read_text(), before)

    def test_output_that_fails_is_told(self):
        result = self.ringsweep("merge", *self.parts(2), "--format", "csv", "-o", "/dev/full")
        self.expect(result, stdout="", stderr="ringsweep: cannot write to '/dev/full': No space left on device\n", status=3)


if __name__ == "__main__":
    ringsweep_test.main()
