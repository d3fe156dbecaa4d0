"""Host names, by a name server of our own in the lab: one row each, and a sweep that waits for no name.

The lab has no way out, and the program sees a resolv.conf that names only our server: it lies over the machine's in a
mount namespace that ends with the program. Nothing can ask the machine's real resolver.
"""

import contextlib
import datetime
import pathlib
import re
import subprocess
import sys
import tempfile

import ringsweep_test
from ringsweep_test import Lab, needs_tool
from sweep_test_case import SweepTest, read_rows

SERVER, SLOW_SERVER = "127.0.0.1", "127.0.0.2"
SLOW_DNS = pathlib.Path(ringsweep_test.__file__).with_name("slow_dns.py")

ALIVE = [f"alive-{i}.test" for i in range(600)]
V6_ONLY = [f"six-{i}.test" for i in range(50)]
SILENT_HOSTS = [f"quiet-{i}.test" for i in range(30)]
UNKNOWN = [f"unknown-{i}.test" for i in range(300)]
NO_ADDRESS = ["mail.test"]
LATE = [f"late-{200 + 100 * i}-10-5-0-{i}.slow.test" for i in range(19)]
HOSTS = (
    [f"10.1.{i // 250}.{i % 250} {name}" for i, name in enumerate(ALIVE)]
    + [f"fd78:1::{i + 1:x} {name}" for i, name in enumerate(V6_ONLY)]
    + [f"10.9.0.{i} {name}" for i, name in enumerate(SILENT_HOSTS)]
    + ["10.1.7.1 many.test", "10.1.7.2 many.test", "10.9.7.3 many.test", "fd78:1::7:4 many.test",
       "10.1.7.1 same.test"])


@contextlib.contextmanager
def name_servers(lab, folder):
    """Both servers on the lab's near side, up; the slow one's process."""
    (folder / "hosts").write_text("\n".join(HOSTS) + "\n")
    dnsmasq = ["dnsmasq", "--no-daemon", "--conf-file=/dev/null", "--user=root", "--pid-file=", "--no-resolv",
               "--no-hosts", f"--addn-hosts={folder}/hosts", f"--listen-address={SERVER}", "--bind-interfaces",
               "--local=/test/", f"--server=/slow.test/{SLOW_SERVER}", "--mx-host=mail.test,alive-0.test",
               "--cache-size=5000", "--dns-forward-max=1000"]
    with lab.running(sys.executable, "-B", SLOW_DNS, SLOW_SERVER, stdout=subprocess.PIPE,
                     stderr=subprocess.DEVNULL) as slow, lab.running(*dnsmasq, stderr=subprocess.PIPE) as fast:
        for line in fast.stderr:
            if re.search("read .* names", line):
                break
        if slow.stdout.readline() != "up\n":
            raise RuntimeError("no name server")
        yield slow


def with_resolver(resolv_conf):
    """Words before a command that make it see this resolv.conf."""
    script = 'mount --bind "$0" /etc/resolv.conf && exec "$@"'
    return ["unshare", "--mount", "--propagation", "private", "--", "sh", "-c", script, resolv_conf]


@needs_tool("dnsmasq")
class Names(SweepTest):
    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab("--alive", "10.1.0.0/16", "--alive", "10.5.0.0/16",
                                            "--alive", "fd78:1::/64"))
        folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="ringsweep-test.")))
        cls.resolv_conf = folder / "resolv.conf"
        cls.resolv_conf.write_text(f"nameserver {SERVER}\n")
        cls.slow = cls.enterClassContext(name_servers(cls.lab, folder))

    def sweep_names(self, *arguments, **options):
        return self.sweep(*arguments, lab=self.lab, through=with_resolver(self.resolv_conf), **options)

    def list_of(self, *names):
        file = self.folder() / "names"
        file.write_text("\n".join(name for group in names for name in group))
        return file

    def test_a_thousand_names_have_a_row_each(self):
        names = [ALIVE, V6_ONLY, SILENT_HOSTS, UNKNOWN, NO_ADDRESS, LATE]
        file = self.list_of(*names)
        swept = self.sweep_names("-f", file, "-r", "5k", "--attempts", "2", "-t", "300ms")
        rows = {row["name"]: row for row in swept.rows}
        self.assertEqual(len(swept.rows), 1000)
        self.assertEqual(len(rows), 1000)
        for names, state, reason in ((ALIVE, "alive", "echo_reply"), (V6_ONLY, "alive", "echo_reply"),
                                     (LATE, "alive", "echo_reply"), (SILENT_HOSTS, "no_reply", "timeout"),
                                     (UNKNOWN, "unresolved", "name_unknown"),
                                     (NO_ADDRESS, "unresolved", "name_no_address")):
            seen = {(rows[name]["state"], rows[name]["reason"]) for name in names}
            self.assertEqual(seen, {(state, reason)}, names[0])
        self.assertEqual(rows["alive-599.test"]["address"], "10.1.2.99")
        self.assertEqual(rows["six-49.test"]["address"], "fd78:1::32")
        self.assertEqual(rows["late-1000-10-5-0-8.slow.test"]["address"], "10.5.0.8")
        self.assertEqual(rows["unknown-0.test"]["address"], "")

    # field bug 39
    def test_the_sweep_does_not_wait_for_the_slowest_name(self):
        slowest = "late-1900-10-5-9-9.slow.test"
        swept = self.sweep_names("alive-1.test", slowest, "alive-2.test", "--order", "address")
        first, late = swept.rows[0], swept.rows[-1]
        self.assertEqual((late["name"], late["state"]), (slowest, "alive"))
        for line in self.slow.stdout:
            name, answered = line.split()
            if name == slowest:
                break
        for name, row in (("alive-1.test", first), ("alive-2.test", swept.rows[1])):
            self.assertEqual((row["name"], row["state"]), (name, "alive"))
            self.assertLess(datetime.datetime.fromisoformat(row["time"]).timestamp(), float(answered))
        self.assertGreaterEqual(datetime.datetime.fromisoformat(late["time"]).timestamp(), float(answered) - 0.001)

    def test_a_server_that_fails_is_no_unknown_name(self):
        swept = self.sweep_names("broken-1.slow.test", "alive-1.test")
        self.assertEqual({(row["name"], row["state"], row["reason"]) for row in swept.rows},
                         {("broken-1.slow.test", "unresolved", "resolver_failed"),
                          ("alive-1.test", "alive", "echo_reply")})

    def test_a_name_is_probed_at_its_first_address(self):
        """RFC 6724: of the addresses of many.test an IPv4 one comes first, since fd00::/8 is but local."""
        [row] = self.sweep_names("many.test", "--attempts", "1", "-t", "100ms").rows
        self.assertIn(row["address"], ("10.1.7.1", "10.1.7.2", "10.9.7.3"))
        [row] = self.sweep_names("many.test", "-6").rows
        self.assertEqual((row["address"], row["state"]), ("fd78:1::7:4", "alive"))

    def test_all_addresses(self):
        swept = self.sweep_names("many.test", "same.test", "10.1.7.1", "unknown-1.test", "--all-addresses",
                                 "--attempts", "1", "-t", "300ms")
        self.assertEqual(sorted((row["address"], row["name"], row["state"]) for row in swept.rows), [
            ("", "unknown-1.test", "unresolved"),
            ("10.1.7.1", "", "alive"), ("10.1.7.1", "many.test", "alive"), ("10.1.7.1", "same.test", "alive"),
            ("10.1.7.2", "many.test", "alive"), ("10.9.7.3", "many.test", "no_reply"),
            ("fd78:1::7:4", "many.test", "alive")])
        self.assertEqual(swept.summary["targets"], 7)

    # field bug 24
    def test_an_excluded_address_is_not_probed_under_its_name_either(self):
        for more in ((), ("--all-addresses",)):
            before = self.lab.counter("IcmpMsg", "OutType8")
            swept = self.sweep_names("same.test", "alive-5.test", "-x", "10.1.7.0/24", *more)
            self.assertEqual({(row["name"], row["address"], row["state"], row["reason"]) for row in swept.rows},
                             {("same.test", "10.1.7.1", "skipped", "excluded"),
                              ("alive-5.test", "10.1.0.5", "alive", "echo_reply")})
            self.assertEqual(self.lab.counter("IcmpMsg", "OutType8") - before, 1)

    def test_a_server_that_never_answers(self):
        with self.sweeping("-q", "silent-1.slow.test", "alive-3.test", lab=self.lab,
                           through=with_resolver(self.resolv_conf)) as process:
            shown = process.stdout.readline() + process.stdout.readline()
            self.assertEqual([row["name"] for row in read_rows(shown)], ["alive-3.test"])
            self.assertIsNone(process.poll(), "the row of one name waited for the other")
            rest, errors = process.communicate(timeout=60)
        self.assertRegex(rest, r"^,silent-1\.slow\.test,unresolved,,,0,,,,resolver_failed,")
        self.assertEqual((errors, process.returncode), ("", 0))


if __name__ == "__main__":
    ringsweep_test.main()
