"""The program with more rights than its caller: set-uid root, a file capability, root itself (field bug 47)."""

import functools
import os
import pathlib
import shutil
import signal
import subprocess
import unittest

import ringsweep_test
from cli_test_case import HEADER, NOBODY, CliTest, nobody_in
from ringsweep_test import needs_root, needs_tool, public_binary

SECRET = "root:secret.example"
ROW = "127.0.0.1,,alive,RTT,64,1,127.0.0.1,0,0,echo_reply,TIME\n"
DAC_OVERRIDE = 1 << 1
CAP_NET_RAW = "cap_net_raw=p"


@functools.cache
def set_uid_binary():
    """A copy that everybody runs as root."""
    copy = public_binary().with_name("ringsweep.suid")
    shutil.copy(public_binary(), copy)
    copy.chmod(0o4755)
    if os.statvfs(copy).f_flag & os.ST_NOSUID:
        raise unittest.SkipTest(f"{copy.parent} is mounted nosuid")
    return copy


@functools.cache
def capable_binary():
    """A copy that has CAP_NET_RAW, permitted only, for everybody."""
    copy = public_binary().with_name("ringsweep.cap")
    shutil.copy(public_binary(), copy)
    copy.chmod(0o755)
    made = subprocess.run(["setcap", CAP_NET_RAW, copy], capture_output=True, text=True, check=False,
                          env=ringsweep_test.environment(None))
    if made.returncode != 0:
        raise unittest.SkipTest(f"setcap: {made.stderr}")
    return copy


def rights_of(pid):
    """Of each thread of a process: the lines of its status that tell its rights."""
    wanted = ("Uid", "Gid", "Groups", "CapInh", "CapPrm", "CapEff", "CapAmb", "NoNewPrivs")
    threads = []
    for status in pathlib.Path(f"/proc/{pid}/task").glob("*/status"):
        lines = dict(line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line)
        threads.append({name: lines[name].strip() for name in wanted})
    return threads


class Rights(CliTest):
    def rights_while_sweeping(self, program, *arguments, before=(), ping_groups="1 0"):
        """The rights of all its threads while it sweeps; it is known to because its header is there."""
        with self.started("127.0.0.0/24", "-r", "1", "-q", *arguments, program=program, before=before,
                          ping_groups=ping_groups) as process:
            self.assertEqual(process.stdout.readline(), HEADER, process)
            threads = rights_of(process.pid)
            process.send_signal(signal.SIGKILL)
        self.assertGreaterEqual(len(threads), 3)  # main, a worker, the writer
        return threads

    def expect_nothing_left(self, threads, uid=NOBODY):
        for thread in threads:
            self.assertEqual({name: int(thread[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapAmb")},
                             dict.fromkeys(("CapInh", "CapPrm", "CapEff", "CapAmb"), 0))
            self.assertEqual(thread["NoNewPrivs"], "1")
            self.assertEqual(thread["Uid"].split(), [str(uid)] * 4)
            self.assertEqual(thread["Gid"].split(), [str(uid)] * 4)

    def expect_sweep(self, program):
        """By raw sockets, since ping sockets are forbidden to all."""
        for target, row in (("127.0.0.1", ROW), ("::1", "::1,,alive,RTT,64,1,::1,129,0,echo_reply,TIME\n")):
            result = self.isolated(*nobody_in(), program, target, ping_groups="1 0")
            self.expect(result, stdout=HEADER + row, masks=("rtt", "time"))
            self.assertIn("sockets raw sockets (ping sockets: Permission denied; net.ipv4.ping_group_range is 1 0)",
                          result.stderr)


@needs_root
class SetUid(Rights):
    def test_it_sweeps(self):
        self.expect_sweep(set_uid_binary())

    def test_nothing_is_left_of_it_while_it_sweeps(self):
        self.expect_nothing_left(self.rights_while_sweeping(set_uid_binary(), before=nobody_in()))

    def test_nor_where_it_was_not_needed(self):
        self.expect_nothing_left(self.rights_while_sweeping(set_uid_binary(), before=nobody_in(),
                                                            ping_groups="0 2147483647"))

    def test_a_file_of_root_is_not_read(self):
        """field bug 47: permission denied, and no word of the content."""
        secret = self.folder() / "secret"
        secret.write_text(SECRET + "\n")
        secret.chmod(0o600)
        for option in ("-f", "--exclude-file"):
            result = self.isolated(*nobody_in(), set_uid_binary(), "127.0.0.1", option, secret, ping_groups="1 0")
            self.expect(result, stdout="", stderr=f"ringsweep: cannot read '{secret}': Permission denied\n", status=2)

    def test_nothing_is_written_into_a_folder_of_root(self):
        folder = self.folder()
        folder.chmod(0o755)
        file = folder / "result.csv"
        result = self.isolated(*nobody_in(), set_uid_binary(), "127.0.0.1", "-o", file, ping_groups="1 0")
        self.expect(result, stdout="", status=3, stderr=f"ringsweep: cannot write to '{file}': Permission denied\n"
                    "give a -o FILE that you may write\n")
        result = self.isolated(*nobody_in(), set_uid_binary(), "127.0.0.1", "--summary-json", file, ping_groups="1 0")
        self.expect(result, stdout="", status=3, stderr=f"ringsweep: cannot write the summary to '{file}': Permission "
                    "denied\ngive a --summary-json FILE that you may write\n")
        self.assertEqual(list(folder.iterdir()), [])

    def test_a_file_of_root_is_not_replaced(self):
        file = self.folder() / "result.csv"
        file.write_text(SECRET)
        file.chmod(0o644)
        result = self.isolated(*nobody_in(), set_uid_binary(), "127.0.0.1", "-o", file, ping_groups="1 0")
        self.assertEqual((result.status, result.stdout, file.read_text()), (3, "", SECRET))

    def test_what_it_writes_belongs_to_the_caller(self):
        folder = self.folder()
        result = self.isolated(*nobody_in(), set_uid_binary(), "-q", "127.0.0.1", "-o", folder / "rows",
                               "--summary-json", folder / "summary", ping_groups="1 0")
        self.expect(result, stdout="", stderr="")
        for name in ("rows", "summary"):
            self.assertEqual(((folder / name).stat().st_uid, (folder / name).stat().st_gid), (NOBODY, NOBODY))

    def test_dry_run_and_errors_need_and_keep_nothing(self):
        result = self.isolated(*nobody_in(), set_uid_binary(), "--dry-run", "10.0.0.1", ping_groups="1 0")
        self.expect(result, stdout="10.0.0.1\n", stderr="")

    def test_closed_streams_do_not_become_files(self):
        """The classic of set-uid programs: standard error closed, and the next file opened takes its number."""
        folder = self.folder()
        words = [*nobody_in(), "sh", "-c", '"$0" "$@" 2>&- 1>&-', set_uid_binary(), "127.0.0.1", "-o", folder / "rows"]
        self.expect(self.isolated(*words, ping_groups="1 0"), stdout="", stderr="", status=0)
        self.assertEqual(ringsweep_test.masked((folder / "rows").read_text(), "rtt", "time"), HEADER + ROW)


@needs_root
@needs_tool("setcap")
class FileCapability(Rights):
    def test_it_sweeps(self):
        self.expect_sweep(capable_binary())

    def test_nothing_is_left_of_it_while_it_sweeps(self):
        self.expect_nothing_left(self.rights_while_sweeping(capable_binary(), before=nobody_in()))

    def test_names_are_resolved_without_it(self):
        """Before the first probe threads ask for names, and they have no rights either."""
        self.expect_nothing_left(self.rights_while_sweeping(capable_binary(), "localhost", before=nobody_in()))

    def test_without_the_right_within_bounds_it_still_starts(self):
        """So `p` and not `ep`: the kernel refuses to start the latter here."""
        result = self.isolated("setpriv", "--bounding-set=-net_raw", "--", *nobody_in(), capable_binary(), "--version",
                               ping_groups="1 0")
        self.assertEqual(result.status, 0, result.stderr)


@needs_root
@needs_tool("setcap")
class Ping(Rights):
    """ringsweep ping, with each of the rights that it can have. Without any: tests/netns/ping_test.py."""

    def expect_reply(self, program, *, before=(), ping_groups):
        for host, first in (("127.0.0.1", "PING 127.0.0.1 (127.0.0.1) 56(84) bytes of data.\n64 bytes from 127.0.0.1: "),
                            ("::1", "PING ::1(::1) 56 data bytes\n64 bytes from ::1: ")):
            result = self.isolated(*before, program, "ping", "-c", "1", host, ping_groups=ping_groups)
            self.assertEqual((result.status, result.stderr), (0, ""))
            self.assertTrue(result.stdout.startswith(first + "icmp_seq=1 ttl=64 time="), result.stdout)

    def test_a_user_in_a_permitted_group(self):
        self.expect_reply(public_binary(), before=nobody_in(4000), ping_groups="4000 4000")

    def test_a_user_in_another_group(self):
        result = self.isolated(*nobody_in(4001), public_binary(), "ping", "-c", "1", "127.0.0.1", ping_groups="4000 4000")
        self.assertEqual((result.status, result.stdout), (2, ""))
        self.assertIn("net.ipv4.ping_group_range is 4000 4000, your groups are 4001 65534\n", result.stderr)

    def test_root_with_and_without_ping_sockets(self):
        self.expect_reply(public_binary(), ping_groups="0 2147483647")
        self.expect_reply(public_binary(), ping_groups="1 0")

    def test_set_uid_and_the_file_capability(self):
        self.expect_reply(set_uid_binary(), before=nobody_in(), ping_groups="1 0")
        self.expect_reply(capable_binary(), before=nobody_in(), ping_groups="1 0")

    def test_nothing_is_left_of_it_while_it_pings(self):
        for program in (set_uid_binary(), capable_binary()):
            with self.started("ping", "-i", "60", "localhost", program=program, before=nobody_in(),
                              ping_groups="1 0") as process:
                self.assertIn("PING localhost", process.stdout.readline())
                threads = rights_of(process.pid)
            self.expect_nothing_left(threads)

    def test_a_user_keeps_a_users_limits_where_the_program_is_set_uid(self):
        result = self.isolated(*nobody_in(), set_uid_binary(), "ping", "-f", "127.0.0.1", ping_groups="1 0")
        self.assertEqual((result.status, result.stderr),
                         (2, "ping: cannot flood; minimal interval allowed for user is 2ms\n"))


@needs_root
class Root(Rights):
    def test_all_is_given_up_but_what_writing_the_users_own_files_needs(self):
        for thread in self.rights_while_sweeping(public_binary()):
            self.assertEqual((int(thread["CapEff"], 16), int(thread["CapPrm"], 16)), (DAC_OVERRIDE, DAC_OVERRIDE))
            self.assertEqual(int(thread["CapAmb"], 16), 0)
            self.assertEqual(thread["NoNewPrivs"], "1")

    def test_it_may_write_where_root_may(self):
        folder = self.folder()
        os.chown(folder, NOBODY, NOBODY)
        folder.chmod(0o700)
        self.expect(self.ringsweep("-q", "127.0.0.1", "-o", folder / "rows"), stdout="", stderr="")
        self.assertEqual((folder / "rows").stat().st_uid, 0)


if __name__ == "__main__":
    ringsweep_test.main()
