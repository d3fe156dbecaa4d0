"""The manual pages: groff and mandoc accept them, `ringsweep help` shows them, and an installed tree is enough."""

import re
import shutil
import subprocess

import ringsweep_test
from cli_test_case import CliTest
from ringsweep_test import BINARY, needs_tool

BUILD = BINARY.parent
PAGES = {"ringsweep.1", "ringsweep-ping.1", "ringsweep-throughput.1", "ringsweep-diff.1", "ringsweep-merge.1",
         "ringsweep-export.1", "ringsweep-output.5"}
TOPICS = {"sweep": "ringsweep.1"} | {page.split("-")[1][:-2]: page for page in PAGES if "-" in page}


def pages():
    return sorted((BUILD / "man").iterdir())


def plain_characters(text):
    """With ASCII for the quotes, hyphens, bullets and accents that man sets."""
    return text.translate(str.maketrans("\u2018\u2019\u2010\u2022\u00b7\u00b4", "''-**'"))


def plain(page):
    """As man shows it on a terminal of 300 columns, without fonts."""
    return ringsweep_test.run(["man", "--nh", "--nj", "-l", page], env={"MANWIDTH": "300", "TERM": "dumb"}).stdout


class Pages(CliTest):
    def test_are_these(self):
        self.assertEqual({page.name for page in pages()}, PAGES)

    @needs_tool("man")
    def test_have_no_warning_of_groff(self):
        for page in pages():
            with self.subTest(page=page.name):
                result = ringsweep_test.run(["man", "--warnings", "-E", "UTF-8", "-l", page])
                self.assertEqual((result.stderr, result.status), ("", 0))

    @needs_tool("mandoc")
    def test_have_no_warning_of_mandoc(self):
        result = ringsweep_test.run(["mandoc", "-T", "lint", "-W", "warning", *pages()])
        self.assertEqual((result.stdout, result.stderr, result.status), ("", "", 0))

    def test_name_each_option_of_help(self):
        for topic, page in TOPICS.items():
            if topic == "output":
                continue
            with self.subTest(topic=topic):
                words = ["--help"] if topic == "sweep" else [topic, "--help"]
                shown = self.ringsweep(*words).stdout
                options = re.findall(r"(?m)^ +(?:(-\w), )?(--?[\w-]+)", shown)
                self.assertGreater(len(options), 2)
                text = (BUILD / "man" / page).read_text().replace("\\-", "-")
                for option in (name for names in options for name in names if name):
                    self.assertIn(f"\\fB{option}\\fR", text)

    def test_name_each_key_of_the_summary_and_each_metric(self):
        folder = self.folder()
        reports = ("--summary-json", folder / "s.json", "--metrics", folder / "m.prom")
        self.ringsweep("-q", "127.0.0.1", "-o", "/dev/null", *reports)
        text = (BUILD / "man" / "ringsweep-output.5").read_text().replace("\\-", "-")
        names = set(re.findall(r'(?m)^ +"(\w+)": ', (folder / "s.json").read_text()))
        names |= set(re.findall(r"(?m)^# TYPE (\w+) ", (folder / "m.prom").read_text()))
        self.assertGreater(len(names), 80)
        self.assertEqual([name for name in sorted(names) if not re.search(rf"\b{name}\b", text.replace("\\fB", " "))], [])


class Help(CliTest):
    def test_is_plain_text_in_a_pipe(self):
        for topic, page in TOPICS.items():
            with self.subTest(topic=topic):
                result = self.ringsweep("help", topic)
                self.assertEqual((result.stderr, result.status), ("", 0))
                name = f"{page[:-2].upper()}({page[-1]})"
                kind = "(User Commands|File Formats)"
                self.assertRegex(result.stdout, rf"\A{re.escape(name)} +{kind} +{re.escape(name)}\n\nNAME\n")
                self.assertNotRegex(result.stdout, r"(?m)^\.|\\f| $")
        self.assertEqual(self.ringsweep("help").stdout, self.ringsweep("help", "sweep").stdout)

    @needs_tool("man")
    def test_says_what_man_says(self):
        """Word by word, but for the lines at head and foot."""
        for topic, page in TOPICS.items():
            with self.subTest(topic=topic):
                ours, mans = self.ringsweep("help", topic).stdout, plain(BUILD / "man" / page)
                words = [plain_characters(text).split()[4:-4] for text in (ours, mans)]
                self.assertEqual(*words)

    def test_of_no_such_page(self):
        self.expect_usage_error(("help", "nosuch"), "help: no manual page 'nosuch'\n"
                                "accepted: diff, export, merge, output, ping, sweep, throughput")

    def test_on_a_terminal_goes_through_man(self):
        folder = self.folder()
        man = folder / "man"
        man.write_text(f'#!/bin/sh\necho "man $*"\ncat > {folder}/page\n')
        man.chmod(0o755)
        path = ringsweep_test.environment(None)["PATH"]
        written, status = self.on_terminal("help", "diff", env={"PATH": f"{folder}:{path}"})
        self.assertEqual((written, status), ("man -l -\r\n", 0))
        self.assertEqual((folder / "page").read_text(), (BUILD / "man" / "ringsweep-diff.1").read_text())

    def test_on_a_terminal_without_man_is_plain_text(self):
        shown = self.ringsweep("help", "diff").stdout.replace("\n", "\r\n")
        self.assertEqual(self.on_terminal("help", "diff", command=("env", "PATH=/nonexistent", BINARY)), (shown, 0))

    def test_is_named_by_the_short_help(self):
        self.assertIn("\n  ringsweep help [COMMAND|output] ", self.ringsweep("--help").stdout)


class Installed(CliTest):
    @needs_tool("cmake")
    def test_program_and_pages_need_nothing_else(self):
        folder = self.folder()
        done = subprocess.run(["cmake", "--install", BUILD, "--prefix", "/usr"], capture_output=True, text=True, check=False,
                              env=ringsweep_test.environment({"DESTDIR": str(folder)}))
        self.assertEqual((done.stderr, done.returncode), ("", 0))
        installed = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
        self.assertEqual(installed, {"usr/bin/ringsweep"} | {f"usr/share/man/man{page[-1]}/{page}" for page in PAGES})
        program = folder / "usr" / "bin" / "ringsweep"
        result = self.isolated(program, "-q", "--format", "list", "127.0.0.1", cwd=folder)
        self.assertEqual((result.stdout, result.stderr, result.status), ("127.0.0.1\n", "", 0))
        for topic in TOPICS:
            self.assertEqual(self.isolated(program, "help", topic, cwd=folder).stdout, self.ringsweep("help", topic).stdout)
        if shutil.which("man"):
            found = ringsweep_test.run(["man", "-w", "-M", folder / "usr" / "share" / "man", "ringsweep-output"])
            self.assertEqual((found.stdout, found.status), (f"{folder}/usr/share/man/man5/ringsweep-output.5\n", 0))


if __name__ == "__main__":
    ringsweep_test.main()
