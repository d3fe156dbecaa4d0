"""The commands in README.md, in src/cli/README.md and in the manual pages run as they are printed.

Networks of others become 127.0.0.0/29, and a measurement of two minutes one of seconds; nothing else is changed. A block
follows `<!-- run -->` or `.\\" run`; where lines begin with "$ ", those are the commands, and the others what they print.
"""

import re

import ringsweep_test
from cli_test_case import CliTest
from ringsweep_test import BINARY, ROOT, masked, needs_tool

NETWORK = "127.0.0.0/29"
PAGES = sorted((ROOT / "src").rglob("*.in"))
INSTEAD = [(r"\b(192\.168\.1\.0/24|10\.0\.0\.0/8|10\.[01]\.0\.0/16|10\.0\.0\.0/21)", NETWORK),
           ("/etc/inventory/networks", "networks"),
           ("--max-rate 200k", "--max-rate 500 --min-rate 400 --trial 100ms")]


def blocks(kind):
    """(document, text) of each block that is marked so."""
    for name in ("README.md", "src/cli/README.md"):
        for block in re.findall(rf"<!-- {kind}(?:: .*)? -->\n((?:    .*\n|\n)+)", (ROOT / name).read_text()):
            yield name, re.sub(r"(?m)^    ", "", block).rstrip("\n") + "\n"
    for page in PAGES:
        for block in re.findall(rf'(?m)^\.\\" {kind}\n\.EX\n((?:.*\n)*?)\.EE\n', page.read_text()):
            yield page.name, block


def commands_in(block):
    lines = block.splitlines()
    shown = [line[2:] for line in lines if line.startswith("$ ")]
    return shown or lines


class Examples(CliTest):
    def setUp(self):
        self.place = self.folder()
        (self.place / "bin").mkdir()
        (self.place / "bin" / "ringsweep").symlink_to(BINARY)
        for name in ("hosts.txt", "networks"):
            (self.place / name).write_text(NETWORK + "\n")
        (self.place / "ips.csv").write_text("address,status\n127.0.0.1/24,active\n")
        (self.place / "prefixes.csv").write_text("prefix,status\n127.0.0.0/8,active\n")
        for name in ("monday.csv", "tuesday.csv", "result.csv", "last.csv"):
            self.in_shell(f"ringsweep -q {NETWORK} -o {name} --store net.db")

    def in_shell(self, command):
        for pattern, replacement in INSTEAD:
            command = re.sub(pattern, replacement, command)
        path = f"{self.place / 'bin'}:{ringsweep_test.environment(None)['PATH']}"
        return self.isolated("sh", "-c", command, cwd=self.place, env={"PATH": path})

    @needs_tool("sqlite3")
    def test_run_as_they_are_printed(self):
        ran = 0
        for document, block in blocks("run"):
            for command in commands_in(block):
                with self.subTest(document=document, command=command):
                    result = self.in_shell(command)
                    self.assertEqual(result.status, 0, result.stderr)
                    ran += 1
        self.assertGreater(ran, 20)

    def test_print_what_is_shown(self):
        compared = 0
        for document, block in blocks("output"):
            first, _, shown = block.partition("\n")
            if first.startswith("$ ./scripts/"):
                continue  # on a terminal: it is test_at_the_terminal
            with self.subTest(document=document, command=first):
                result = self.in_shell(first.removeprefix("$ "))
                self.assertEqual((masked(result.stdout), result.stderr, result.status), (masked(shown), "", 0))
                compared += 1
        self.assertEqual(compared, 3)

    def test_at_the_terminal(self):
        """The first thing that README shows, but for the numbers of the moment."""
        _, block = next(blocks("output"))
        written, status = self.on_terminal("127.0.0.1-3", command=("env", "NO_COLOR=1", BINARY))
        self.assertEqual(status, 0)

        def lines(text):
            text = re.sub(r"\x1b\[K|\r", "", text)
            rows = [line for line in text.splitlines() if line.startswith(("127.", "address", "3 "))]
            return [re.sub(r"\d+", "N", re.sub(r" +", " ", row)) for row in rows]
        self.assertEqual(lines(written), lines(block.partition("\n")[2]))


if __name__ == "__main__":
    ringsweep_test.main()
