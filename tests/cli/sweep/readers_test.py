"""Readers that close, that are slow, and that look at a file while it is written; and a program that is killed."""

import fcntl
import json
import signal
import struct
import subprocess
import termios

import ringsweep_test
from cli_test_case import HEADER, CliTest, wait_until


class ClosedReaders(CliTest):
    # field bug 31, 48
    def test_head_gets_exactly_the_header(self):
        result = self.isolated("sh", "-c", '"$0" 127.0.0.0/24 2>/dev/null | head -1', ringsweep_test.BINARY)
        self.expect(result, stdout=HEADER, stderr="", status=0)

    def test_it_ends_quietly_and_the_error_is_named(self):
        """Not before the reader has gone, since it would take hours."""
        with self.started("127.0.0.0/16", "-r", "5") as process:
            self.assertEqual(process.stdout.readline(), HEADER)
            process.stdout.close()
            errors = process.stderr.read()
            process.wait(timeout=60)
        self.assertEqual(process.returncode, 3)
        self.assertRegex(errors, r"\nincomplete: standard output: Broken pipe, \d+ rows? not written\n$")
        self.assertNotIn("terminate", errors)

    def test_quiet(self):
        with self.started("127.0.0.0/16", "-r", "5", "-q", "--format", "ndjson") as process:
            self.assertEqual(json.loads(process.stdout.readline())["state"], "alive")
            process.stdout.close()
            self.assertRegex(process.stderr.read(), r"(?m)^ringsweep: incomplete: standard output: Broken pipe, ")
            self.assertEqual(process.wait(timeout=60), 3)

    def test_dry_run(self):
        with self.started("--dry-run", "--order", "address", "10.0.0.0/8") as process:
            self.assertEqual(process.stdout.readline(), "10.0.0.0\n")
            process.stdout.close()
            self.assertEqual(process.stderr.read(), "ringsweep: cannot write to standard output: Broken pipe\n")
            self.assertEqual(process.wait(timeout=60), 3)


def bytes_in(pipe):
    """What waits in a pipe to be read."""
    return struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, b"\0\0\0\0"))[0]


class SlowReaders(CliTest):
    # field bug 46
    def test_a_reader_that_comes_when_all_is_decided(self):
        """The pipe has room for some 900 rows; sending and receiving do not wait for it."""
        with self.started("127.0.0.0/16", "-r", "100k", "--format", "csv") as process:
            self.read_start(process)
            wait_until(lambda: bytes_in(process.stdout) > 50_000, "the pipe is full")
            self.wait_for_progress(process, lambda decided, sent: decided == 65536)
            stdout, errors = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0, errors)
        self.assertIn("\n65536 targets = 65536 alive\n65536 probes = 65536 answered\n", "\n" + errors)
        rows = self.expect_whole_csv(stdout)
        self.assertEqual(len(rows), 65536)
        self.assertEqual({row["state"] for row in rows}, {"alive"})

    def test_a_small_reader(self):
        """A pipe of one page, read a little at a time."""
        with self.started("127.0.0.0/20", "-r", "100k", "-q", text=False) as process:
            fcntl.fcntl(process.stdout, fcntl.F_SETPIPE_SZ, 4096)
            pieces = []
            while piece := process.stdout.read1(100):
                pieces.append(piece)
            self.assertEqual((process.wait(timeout=60), process.stderr.read()), (0, b""))
        self.assertEqual(len(self.expect_whole_csv(b"".join(pieces).decode())), 4096)

    def test_each_write_into_a_pipe_ends_at_the_end_of_a_row(self):
        """A packet pipe's reads give back what was written, piece by piece."""
        reader, writer = ringsweep_test.os.pipe2(ringsweep_test.os.O_DIRECT)
        with self.started("127.0.0.0/20", "-r", "100k", "-q", stdout=writer) as process:
            ringsweep_test.os.close(writer)
            pieces = []
            while piece := ringsweep_test.os.read(reader, 65536):
                pieces.append(piece.decode())
            ringsweep_test.os.close(reader)
            process.wait(timeout=60)
        self.assertEqual([piece for piece in pieces if not piece.endswith("\n")], [])
        self.assertEqual(len(self.expect_whole_csv("".join(pieces))), 4096)


class Files(CliTest):
    """field bug 28, 29: what lies in the file parses at every moment.

    The kernel writes a row that lies on two pages in two steps. Who looks, or kills, between them sees half of it; the
    file then ends with the page. Nothing can be done about that, and nothing else is allowed.
    """

    FORMATS = ("csv", "ndjson")

    def rows_in(self, file, format_name):
        with open(file, "rb") as opened:
            text = opened.read(file.stat().st_size).decode()
        if len(text) % 4096 == 0:
            text = text[:text.rfind("\n") + 1]
        if format_name == "ndjson":
            self.assertTrue(text == "" or text.endswith("\n"), text[-200:])
            return [json.loads(line) for line in text.splitlines()]
        return self.expect_whole_csv(text) if text else []

    def test_while_it_is_written(self):
        for name in self.FORMATS:
            file = self.folder() / f"result.{name}"
            with self.started("127.0.0.0/18", "-r", "20k", "-q", "-o", file) as process:
                wait_until(file.exists, "the file is there")
                seen = []
                while process.poll() is None:
                    seen.append(len(self.rows_in(file, name)))
                self.assertEqual((process.returncode, process.stderr.read()), (0, ""))
            self.assertEqual(seen, sorted(seen))
            self.assertGreater(len(set(seen)), 2)
            self.assertEqual(len(self.rows_in(file, name)), 16384)

    def test_killed_in_the_middle(self):
        for name in self.FORMATS:
            for least in (1, 100_000, 300_000, 600_000):
                file = self.folder() / f"result.{name}"
                with self.started("127.0.0.0/16", "-r", "50k", "-q", "-o", file) as process:
                    wait_until(lambda: file.exists() and file.stat().st_size >= least, "rows are written")
                    process.send_signal(signal.SIGKILL)
                    self.assertEqual(process.wait(timeout=60), -signal.SIGKILL)
                rows = self.rows_in(file, name)
                self.assertLess(len(rows), 65536)
                self.assertEqual({row["state"] for row in rows} - {"alive"}, set())

    def test_all_that_was_decided_is_there_100_ms_later(self):
        """So a reader of the file sees rows of a sweep that is far from a full buffer."""
        file = self.folder() / "result.csv"
        with self.started("127.0.0.0/24", "-r", "20", "-o", file) as process:
            self.read_start(process)
            for rows in (1, 2, 3):
                wait_until(lambda: file.exists() and len(file.read_text().splitlines()) > rows, "a row is written")
                self.assertLess(self.progress(process)[0], rows + 100)
            self.assertIsNone(process.poll())

    def test_the_file_is_locked_while_it_is_written(self):
        file = self.folder() / "result.csv"
        with self.started("127.0.0.0/24", "-r", "20", "-o", file) as process:
            wait_until(lambda: file.exists() and file.stat().st_size > 0, "the header is written")
            second = self.ringsweep("-q", "127.0.0.1", "-o", file)
            self.expect(second, stdout="", status=4, stderr=f"ringsweep: '{file}' is being written by another process\n"
                        "wait for it, or give another -o FILE\n")
            process.send_signal(signal.SIGKILL)
            process.wait(timeout=60)
        self.expect(self.ringsweep("-q", "127.0.0.1", "-o", file, "--restart"), stdout="", stderr="", status=0)
        self.assertEqual(len(self.rows_in(file, "csv")), 1)


class Pipelines(CliTest):
    def test_one_sweep_feeds_the_next(self):
        script = ('"$0" -q 127.0.0.0/29 10.9.9.9 -a --format list | "$0" -q -f - --order address --format list | '
                  '"$0" --dry-run --order address -f -')
        result = self.isolated("sh", "-c", script, ringsweep_test.BINARY)
        self.expect(result, stdout="".join(f"127.0.0.{last}\n" for last in range(8)), stderr="", status=0)

    def test_a_fifo(self):
        fifo = self.folder() / "fifo"
        ringsweep_test.os.mkfifo(fifo)
        with subprocess.Popen(["cat", fifo], stdout=subprocess.PIPE, text=True) as reader:
            self.expect(self.ringsweep("-q", "127.0.0.0/29", "-o", fifo), stdout="", stderr="", status=0)
            self.assertEqual(len(self.expect_whole_csv(reader.communicate(timeout=60)[0])), 8)


if __name__ == "__main__":
    ringsweep_test.main()
