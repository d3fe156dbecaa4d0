"""scripts/compare from end to end, on tiny networks: every tool that is installed runs, and ours are right."""

import csv
import json
import pathlib
import subprocess
import tempfile

import ringsweep_test

COMPARE = ringsweep_test.ROOT / "scripts" / "compare"


class Compare(ringsweep_test.RingsweepTest):
    def test_writes_csv_json_and_markdown_of_every_scenario(self):
        with tempfile.TemporaryDirectory() as temporary:
            folder = pathlib.Path(temporary)
            ran = subprocess.run([COMPARE, "--quick", "--out", folder], capture_output=True, text=True, check=False)
            self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
            # What it may have to build, it says.
            self.assertRegex(ran.stderr, r"^(build: building \w+\n)*$")
            with open(folder / "runs.csv", newline="", encoding="utf-8") as file:
                runs = list(csv.DictReader(file))
            summary = json.loads((folder / "summary.json").read_text())
            tables = (folder / "summary.md").read_text()
        self.assertEqual({run["scenario"] for run in runs}, {"dense", "sparse", "small", "cpu", "scaling", "memory"})
        self.assertEqual(len(summary["runs"]), len(runs))
        self.assertEqual(tables.count("### "), 6)
        ours = [run for run in runs if run["tool"].startswith("ringsweep") and run["scenario"] not in ("scaling", "memory")]
        self.assertEqual(len(ours), 6 + 3 + 1 + 1)
        for run in ours:
            self.assertEqual((run["missed"], run["false"], run["status"]), ("0", "0", "0"), run)
            self.assertLess(float(run["peak_mib"]), 64)

    def test_an_unknown_scenario_is_a_usage_error(self):
        ran = subprocess.run([COMPARE, "dens"], capture_output=True, text=True, check=False)
        self.assertEqual((ran.returncode, ran.stdout), (2, ""))
        self.assertIn("SCENARIO   dense sparse small cpu scaling memory", ran.stderr)


if __name__ == "__main__":
    ringsweep_test.main()
