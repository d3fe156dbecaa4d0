"""`throughput` at the command line: what it refuses before anything is sent, and what it writes."""

import json
import pathlib
import re
import signal

import ringsweep_test
from cli_test_case import SILENT, CliTest, wait_until, with_files

OPTIONS = "ringsweep throughput --help lists all options"


class Refusals(CliTest):
    def test_wrong_values_are_told_with_what_is_accepted(self):
        for arguments, said in (
                (("127.0.0.1", "--loss", "0.1"), "--loss: '0.1' has no unit: 0.1%?\n"
                                                 "accepted: a number with %, at most 100% (2%, 0.1%)"),
                (("127.0.0.1", "--precision", "0%"), "--precision: '0%' must not be zero\n"
                                                     "accepted: a number with %, at most 100% (2%, 0.1%)"),
                (("127.0.0.1", "--max-rate", "max"), "--max-rate: invalid rate 'max'\ngive a number, such as 50k"),
                (("127.0.0.1", "--trial", "5"), "--trial: '5' has no unit: 5s?\naccepted: a number with us, ms, s, m or "
                                                "h, at most 24h (500ms, 1s, 1.5s)"),
                (("127.0.0.1", "--trial", "10ms"), "--trial: accepted: 100ms or more"),
                (("127.0.0.1", "--min-rate", "60k"), "--min-rate 60000 is over --max-rate 50000"),
                (("127.0.0.1", "-o", "x", "--plot", "x"), "--output and --plot both name 'x'\ngive each its own file"),
                (("127.0.0.1", "--format", "csv"), f"'--format' is not an option\n{OPTIONS}")):
            self.expect_usage_error(("throughput", *arguments), said)

    def test_more_than_the_targets_may_be_asked_is_refused_with_the_number_that_it_needs(self):
        self.expect_usage_error(("throughput", "127.0.0.0/28", "--max-rate", "10k"),
                                "--max-rate 10 kpps needs 100 targets at 100 pps each at most; there are 16\n"
                                "give more targets, a lower rate, or a higher --per-target if you may ask them so often")

    def test_public_networks_need_a_word(self):
        for target in ("192.0.2.1", "172.32.0.1", "2001:db8::1"):
            result = self.ringsweep("throughput", target)
            self.assertEqual(result.status, 2)
            self.assertIn("outside of private, loopback and link-local networks", result.stderr)
            self.assertIn("--yes-i-may", result.stderr)
        self.expect_usage_error(("throughput",), "no target\nfor example: ringsweep throughput 192.168.1.0/24\n"
                                                 "or:          ringsweep throughput -f targets.txt -o result.csv\n" +
                                OPTIONS)

    def test_nobody_answers(self):
        result = self.ringsweep("throughput", "10.0.0.1", "-t", "100ms", "-q")
        self.assertEqual(result.status, 3, result.stderr)
        self.assertIn("no reply from 1 target", result.stderr)


    def test_a_signal_that_asks_for_progress_ends_nothing_while_names_are_looked_up(self):
        resolv_conf = self.folder() / "resolv.conf"
        resolv_conf.write_text("nameserver 127.1.0.1\n")
        before = (*with_files(resolv_conf=resolv_conf), *SILENT)
        with self.started("throughput", "slow.test", before=before) as process:
            wait_until(lambda: self.has_usr1(process.pid, "SigBlk", "SigIgn"), "it waits for signals")
            for _ in range(2):
                process.send_signal(signal.SIGUSR1)
                wait_until(lambda: not self.has_usr1(process.pid, "ShdPnd"), "the signal is taken")
            self.assertIsNone(process.poll())
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=60)
        self.assertEqual((process.returncode, errors), (3, "ringsweep: interrupted\n"))

    @staticmethod
    def has_usr1(pid, *masks):
        """In all of these. The program alone has ignored it before it blocks it."""
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
        values = [re.search(rf"^{mask}:\s*(\w+)$", status, re.MULTILINE)[1] for mask in masks]
        return all(int(value, 16) >> (signal.SIGUSR1 - 1) & 1 for value in values)

    def test_no_list_of_targets_is_replaced(self):
        folder = self.folder()
        listed = folder / "list"
        listed.write_text("127.0.0.1\n")
        (folder / "also").hardlink_to(listed)
        for list_option in ("-f", "--exclude-file"):
            for option, name in (("-o", "--output"), ("--summary-json", "--summary-json"), ("--plot", "--plot")):
                for file in (listed, folder / "also"):
                    self.expect_usage_error(("throughput", "127.0.0.2", list_option, listed, option, file),
                                            f"{name} '{file}' is one of the files that are read\ngive it another name")
        self.assertEqual(listed.read_text(), "127.0.0.1\n")


class Results(CliTest):
    QUICK = ("--trial", "200ms", "--max-rate", "800", "--min-rate", "400", "-t", "200ms")

    def test_a_path_without_a_limit(self):
        folder = self.folder()
        result = self.ringsweep("throughput", "127.0.0.0/28", *self.QUICK, "--summary-json", folder / "all.json")
        self.assertIn(result.status, (0, 3), result.stderr)
        self.assertRegex(result.stderr, r"^ringsweep: first pass: 16 targets at 500 pps; sockets ")
        self.assertRegex(result.stderr, r"\nringsweep: 16 targets of 16 answer; trials of 0.2 s from 400 pps to 800 pps ")
        self.assertRegex(result.stderr, r"\nringsweep: trial 1 up: 400 pps for 0.05 s, 20 sent, ")
        found = json.loads((folder / "all.json").read_text())
        self.assertEqual(found["schema"], "ringsweep.throughput/1")
        self.assertEqual(found["targets"], 16)
        self.assertIn(found["verdict"], result.stdout)

    def test_without_a_highest_rate_it_is_what_the_targets_may_be_asked(self):
        result = self.ringsweep("throughput", "127.0.0.1", "127.0.0.2", "--trial", "200ms", "-t", "200ms")
        self.assertIn("from 100 pps to 200 pps", result.stderr)

    def test_a_highest_rate_below_the_usual_lowest_one_is_the_lowest(self):
        result = self.ringsweep("throughput", "127.0.0.1", "--max-rate", "50", "--trial", "200ms", "-t", "200ms")
        self.assertIn("from 50 pps to 50 pps", result.stderr)

    def test_files_are_written_where_standard_output_cannot_be(self):
        folder = self.folder()
        files = [folder / name for name in ("trials.csv", "all.json", "plot.svg")]
        options = [word for pair in zip(("-o", "--summary-json", "--plot"), files) for word in pair]
        with open("/dev/full", "w", encoding="utf-8") as full:
            with self.started("throughput", "127.0.0.0/28", *self.QUICK, *options, stdout=full) as process:
                _, errors = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 3)
        self.assertIn("cannot write to standard output", errors)
        for file in files:
            self.assertGreater(file.stat().st_size, 0)

    def test_an_interrupted_run_tells_what_is_known(self):
        with self.started("throughput", "127.0.0.0/28", "--trial", "1s", "--max-rate", "800", "-t", "200ms") as process:
            while not (line := process.stderr.readline()).startswith("ringsweep: trial 2 "):
                self.assertTrue(line)
            process.send_signal(signal.SIGINT)
            shown, _ = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 3)
        self.assertIn("zero-loss rate at least ", shown)
        self.assertTrue(shown.endswith("stopped early: interrupted\n"), shown)

    def test_csv_on_standard_output_has_the_table_elsewhere(self):
        result = self.ringsweep("throughput", "127.0.0.0/28", *self.QUICK, "-o", "-")
        self.assertRegex(result.stdout, r"^trial,purpose,started,asked_pps,")
        self.assertTrue(re.search(r"\n1,up,.*\n", result.stdout))
        self.assertIn("zero-loss rate", result.stderr)


if __name__ == "__main__":
    ringsweep_test.main()
