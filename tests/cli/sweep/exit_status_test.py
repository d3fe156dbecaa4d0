"""The exit statuses that need no signal: 0 complete, 1 --expect, 3 output failed, 4 the system refused (2: usage_*)."""

import os

import ringsweep_test
from cli_test_case import HEADER, SILENT, CliTest, nobody_in
from ringsweep_test import needs_root, needs_tool

ONE_ROW = HEADER + "127.0.0.1,,alive,RTT,64,1,127.0.0.1,0,0,echo_reply,TIME\n"
ALL_GROUPS = '"0 2147483647"'


class Complete(CliTest):
    def status_of(self, *arguments, before=()):
        result = self.isolated(*before, ringsweep_test.BINARY, "-q", "-r", "1k", "-t", "50ms", *arguments)
        self.assertEqual(result.stderr, "")
        return result.status

    @needs_tool("nft")
    def test_zero_is_complete_and_not_up(self):
        for targets in (["127.0.0.1"], ["127.1.0.1"], ["10.9.9.9"], ["127.255.255.255"]):
            self.assertEqual(self.status_of(*targets, before=SILENT), 0, targets)

    @needs_tool("nft")
    def test_expect_all(self):
        for targets, status in ((["127.0.0.1"], 0), (["127.0.0.0/28"], 0), (["127.0.0.1", "127.1.0.1"], 1),
                                (["127.0.0.1", "10.9.9.9"], 1), (["127.255.255.254/31"], 0)):
            self.assertEqual(self.status_of("--expect", "all", *targets, before=SILENT), status, targets)

    @needs_tool("nft")
    def test_expect_a_number(self):
        for number, status in (("1", 0), ("16", 0), ("17", 1), ("1k", 1)):
            self.assertEqual(self.status_of("--expect", number, "127.0.0.0/28", "127.1.0.1", before=SILENT), status)

    def test_the_summary_has_it_too(self):
        summary = self.sweep("127.0.0.1", "--expect", "2", status=1).summary
        self.assertEqual((summary["exit"], summary["complete"]), (1, True))


class LittleMemory(CliTest):
    @needs_tool("prlimit")
    def test_whatever_does_not_fit_is_four_with_an_error_and_nothing_was_sent(self):
        """From too little to begin with to enough, in steps of 8 MiB: no other end is allowed between the two."""
        seen = set()
        for mebibytes in range(24, 1024, 8):
            result = self.isolated("prlimit", f"--as={mebibytes << 20}", "--", ringsweep_test.BINARY, "-q", "-r", "max",
                                   "-w", "2", "127.0.0.0/16", "--show", "no_reply")
            seen.add(result.status)
            if result.status == 0:
                break
            self.assertEqual((result.status, result.stdout), (4, ""), f"{mebibytes} MiB: {result.stderr}")
            self.assertTrue(result.stderr.startswith("ringsweep: "), result.stderr)
        self.assertEqual(seen, {0, 4})


class OutputFailed(CliTest):
    """field bug 31: the error is named, and nothing is lost silently."""

    def test_a_full_device(self):
        result = self.isolated("sh", "-c", '"$0" -q --expect all 127.0.0.1 10.9.9.9 >/dev/full', ringsweep_test.BINARY)
        self.expect(result, stdout="", status=3)  # and not 1
        self.assertRegex(result.stderr, r"^ringsweep: incomplete: standard output: No space left on device, "
                         r"\d rows? not written\n$")
        result = self.ringsweep("127.0.0.1", "-o", "/dev/full")
        self.expect(result, stdout="", status=3)
        self.assertRegex(result.stderr, r"\n1 target = .*\n[^\0]*\n"
                         r"incomplete: '/dev/full': No space left on device, \d rows? not written\n$")

    @needs_root
    def test_a_disk_that_fills_up_keeps_whole_rows(self):
        folder = self.folder()
        script = ('mount -t tmpfs -o size=16k tmpfs "$1" && { "$0" -q -o "$1/result.csv" --summary-json "$1/../s" '
                  '127.0.0.0/22 -r max; status=$?; cat "$1/result.csv"; exit $status; }')
        (folder / "disk").mkdir()
        result = self.isolated("unshare", "--mount", "--propagation", "private", "--", "sh", "-c", script,
                               ringsweep_test.BINARY, folder / "disk")
        self.assertEqual(result.status, 3, result.stderr)
        self.assertIn("No space left on device", result.stderr)
        rows = self.expect_whole_csv(result.stdout)
        summary = ringsweep_test.pathlib.Path(folder / "s").read_text()
        self.assertIn("No space left on device", summary)
        self.assertTrue(100 < len(rows) < 1024, len(rows))

    def test_standard_output_is_closed(self):
        """Refused before anything is sent; nor does a socket take its place."""
        for arguments in ("127.0.0.1", "127.0.0.1 -o -"):
            result = self.isolated("sh", "-c", f'"$0" {arguments} >&-; echo $? >&2; grep -c IcmpMsg /proc/net/snmp >&2',
                                   ringsweep_test.BINARY)
            self.assertEqual(result.stdout, "")
            self.assertEqual(result.stderr, "ringsweep: cannot write to standard output: Bad file descriptor\n"
                             "it is closed; give -o FILE\n3\n0\n")

    def test_standard_output_can_only_be_read(self):
        result = self.isolated("sh", "-c", '"$0" 127.0.0.1 1</dev/null', ringsweep_test.BINARY)
        self.expect(result, stderr="ringsweep: cannot write to standard output: Bad file descriptor\n"
                    "it is closed; give -o FILE\n", status=3)

    def test_with_a_file_closed_streams_do_not_matter(self):
        file = self.folder() / "result.csv"
        result = self.isolated("sh", "-c", '"$0" "$@" <&- >&- 2>&-', ringsweep_test.BINARY, "127.0.0.1", "-o", file)
        self.expect(result, stdout="", stderr="", status=0)
        self.assertEqual(ringsweep_test.masked(file.read_text(), "rtt", "time"), ONE_ROW)

    def test_standard_error_is_closed(self):
        result = self.isolated("sh", "-c", '"$0" 127.0.0.1 2>&-', ringsweep_test.BINARY)
        self.expect(result, stdout=ONE_ROW, stderr="", status=0, masks=("rtt", "time"))

    def test_what_only_standard_error_is_told_changes_no_status(self):
        folder = self.folder()
        (folder / "old.csv").write_text(HEADER)
        # Cut off in its last line: a note.
        (folder / "cut.csv").write_text(HEADER + "127.0.0.1,,alive,0.100,64,1,127.0.0.1,0,0,echo_reply")
        (folder / "known.csv").write_text("address\n")
        for arguments, stdout in (("diff old.csv cut.csv", ""),
                                  ("export netbox cut.csv --known known.csv", "address,status,dns_name,description\n")):
            for place in ("2>&-", "2>/dev/full"):
                result = self.isolated("sh", "-c", f'"$0" {arguments} {place}', ringsweep_test.BINARY, cwd=folder)
                self.expect(result, stdout=stdout, stderr="", status=0)

    def test_texts_that_cannot_be_written(self):
        for arguments in ("--help", "--version", "--dry-run 10.0.0.1"):
            for place, reason in ((">/dev/full", "No space left on device"), (">&-", "Bad file descriptor")):
                result = self.isolated("sh", "-c", f'"$0" {arguments} {place}', ringsweep_test.BINARY)
                self.expect(result, stderr=f"ringsweep: cannot write to standard output: {reason}\n", status=3)


class Refused(CliTest):
    def test_an_interface_that_is_not_there(self):
        self.expect(self.ringsweep("127.0.0.1", "-I", "nosuch"), stdout="", status=4,
                    stderr="ringsweep: cannot send by interface 'nosuch': No such device\n")

    def test_a_source_that_is_not_ours(self):
        for source in ("10.9.9.9", "fd00::9"):
            target = "127.0.0.1" if "." in source else "::1"
            self.expect(self.ringsweep(target, "-S", source), stdout="", status=4,
                        stderr=f"ringsweep: cannot send from {source}: Cannot assign requested address\n")


@needs_root
class NoSocket(CliTest):
    """field bug 35, 36: the error names the present value and what can help where the program runs."""

    NOTHING = "ringsweep: cannot open an ICMP socket: "
    BOTH = NOTHING + "ping sockets: Permission denied, raw sockets: Operation not permitted\n"
    SYSCTL = {
        "host": f"allow ping sockets: sudo sysctl -w net.ipv4.ping_group_range={ALL_GROUPS}\n",
        "docker": f"allow ping sockets: docker run --sysctl net.ipv4.ping_group_range={ALL_GROUPS} ... "
                  "(with --network host: sysctl -w on the host)\n",
        "pod": "allow ping sockets: in the pod's securityContext.sysctls, name: net.ipv4.ping_group_range, "
               'value: "0 2147483647"\n'}

    def setUp(self):
        self.program = ringsweep_test.public_binary()
        self.setcap = (f"allow raw sockets: sudo setcap cap_net_raw=p {self.program} (or set-uid root, as ping once was: "
                       f"sudo chown root {self.program} && sudo chmod u+s {self.program})\n")
        container = any(os.path.exists(path) for path in ("/.dockerenv", "/run/.containerenv"))
        self.here = "docker" if container else "host"

    def expect_refused(self, *arguments, stderr, groups=(), before=(), ping_groups="1 0"):
        command = [*before, *nobody_in(*groups), self.program, *arguments]
        self.expect(self.isolated(*command, ping_groups=ping_groups), stdout="", stderr=stderr, status=4)

    def test_it_names_range_groups_and_remedies(self):
        for target in ("127.0.0.1", "::1", "localhost"):
            self.expect_refused(target, stderr=self.BOTH + "net.ipv4.ping_group_range is 1 0, your groups are 65534\n" +
                                self.SYSCTL[self.here] + self.setcap)

    def test_all_groups_are_named(self):
        self.expect_refused("127.0.0.1", groups=(20, 7), ping_groups="8 19",
                            stderr=self.BOTH + "net.ipv4.ping_group_range is 8 19, your groups are 7 20 65534\n" +
                            self.SYSCTL[self.here] + self.setcap)

    def test_one_kind_of_socket_is_asked_for(self):
        self.expect_refused("127.0.0.1", "--socket", "raw",
                            stderr=self.NOTHING + "raw sockets: Operation not permitted\n" + self.setcap)
        self.expect_refused("127.0.0.1", "--socket", "dgram", stderr=self.NOTHING + "ping sockets: Permission denied\n"
                            "net.ipv4.ping_group_range is 1 0, your groups are 65534\n" + self.SYSCTL[self.here])

    def test_in_a_pod(self):
        self.expect_refused("127.0.0.1", before=["env", "KUBERNETES_SERVICE_HOST=10.0.0.1"],
                            stderr=self.BOTH + "net.ipv4.ping_group_range is 1 0, your groups are 65534\n" +
                            self.SYSCTL["pod"] + self.setcap)

    def test_in_a_container(self):
        script = 'mount -t tmpfs tmpfs /run && touch /run/.containerenv && exec "$@"'
        private = ["unshare", "--mount", "--propagation", "private", "--", "sh", "-c", script, "sh"]
        self.expect_refused("127.0.0.1", before=private, stderr=self.BOTH + "net.ipv4.ping_group_range is 1 0, "
                            "your groups are 65534\n" + self.SYSCTL["docker"] + self.setcap)

    def test_what_cannot_help_is_not_offered(self):
        """setcap gives nothing where new privileges are forbidden, or the capability is out of bounds."""
        for before in (["setpriv", "--no-new-privs", "--"], ["setpriv", "--bounding-set=-net_raw", "--"]):
            self.expect_refused("127.0.0.1", before=before, stderr=self.BOTH + "net.ipv4.ping_group_range is 1 0, "
                                "your groups are 65534\n" + self.SYSCTL[self.here] +
                                ("allow raw sockets: docker run --cap-add NET_RAW ...\n" * (self.here == "docker")))

    def test_nobody_may_where_a_group_of_theirs_is_permitted(self):
        for groups, ping_groups in (((), "65534 65534"), ((12,), "12 12"), ((), "0 2147483647")):
            for target in ("127.0.0.1", "::1"):
                command = [*nobody_in(*groups), self.program, "-q", "--format", "list", target]
                self.expect(self.isolated(*command, ping_groups=ping_groups), stdout=f"{target}\n", stderr="", status=0)


if __name__ == "__main__":
    ringsweep_test.main()
