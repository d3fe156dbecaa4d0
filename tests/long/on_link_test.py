"""Large networks on the machine's own link. They take minutes, and those without the guard overflow the neighbour table
of the whole kernel for some seconds: nothing else on this machine resolves a new neighbour meanwhile."""

import ringsweep_test
from on_link_hosts import addresses_from, add_hosts, forget_neighbours, table_number, table_overflows
from ringsweep_test import Lab, needs_root
from sweep_test_case import COMBINATIONS, SweepTest, addresses

TABLES = {"ipv4": "arp_cache", "ipv6": "ndisc_cache"}
HOSTS = {"ipv4": addresses_from("198.18.100.1", 50), "ipv6": addresses_from("fd77::64:1", 50)}


class OnLinkTest(SweepTest):
    def setUp(self):
        self.lab = self.enterContext(Lab())
        self.begin()
        sizes = {table: table_number(self.lab, table, "thresh3") for table in TABLES.values()}
        if set(sizes.values()) != {1024}:
            self.skipTest(f"gc_thresh3 is not the kernel's default of 1024: {sizes}")

    def begin(self):
        forget_neighbours(self.lab)
        self.before = self.overflows()

    def overflows(self):
        return {family: table_overflows(self.lab, table) for family, table in TABLES.items()}

    def expect_guarded(self, swept, family):
        self.assertEqual(self.overflows(), self.before, "the neighbour table of the kernel overflowed")
        [guard] = swept.summary["guards"]
        setting = rf"net\.{family}\.neigh\.default\.gc_thresh3"
        self.assertRegex(guard["effect"],
                         rf"^at most \d+ targets .*: {setting} is 1024 .*sysctl -w {setting}=16384 on the host raises it")
        self.assertEqual((swept.summary["kernel_counters"], swept.summary["lower_bound"]), ([], []))
        self.assertEqual(swept.summary["local"]["lost_here"], 0)


# field bug 32
class Guarded(OnLinkTest):
    def setUp(self):
        super().setUp()
        add_hosts(self.lab, alive=HOSTS["ipv4"] + HOSTS["ipv6"])

    def test_a_16_with_50_hosts(self):
        swept = self.sweep("198.18.0.0/16", "-r", "50k", "-x", "198.18.0.1-2", lab=self.lab, timeout_s=900)
        self.expect_alive(swept, alive=set(HOSTS["ipv4"]),
                          targets=addresses("198.18.0.0/16") - {"198.18.0.1", "198.18.0.2"})
        self.expect_guarded(swept, "ipv4")

    @needs_root
    def test_ipv6_in_each_plan(self):
        for options in ({}, {"socket": "raw"}, {"nobody": True}):
            with self.subTest(**options):
                self.begin()
                socket = options.pop("socket", "dgram")
                swept = self.sweep("fd77::64:0/116", "-r", "50k", "--socket", socket, lab=self.lab, timeout_s=300,
                                   **options)
                self.expect_alive(swept, alive=set(HOSTS["ipv6"]) & addresses("fd77::64:0/116"),
                                  targets=addresses("fd77::64:0/116"))
                self.expect_guarded(swept, "ipv6")

    def test_many_attempts(self):
        """A probe that comes after the kernel gave up makes it ask again."""
        swept = self.sweep("198.18.96.0/20", "-r", "50k", "--attempts", "5", lab=self.lab, timeout_s=900)
        self.expect_alive(swept, alive=set(HOSTS["ipv4"]), targets=addresses("198.18.96.0/20"))
        self.expect_guarded(swept, "ipv4")


class ManyHosts(OnLinkTest):
    def test_a_link_full_of_hosts(self):
        self.lab.run("ip", "route", "add", "local", "198.18.64.0/21", "dev", "lo", side="far")
        swept = self.sweep("198.18.64.0/21", "-r", "50k", lab=self.lab, timeout_s=900)
        self.assertEqual(swept.of_state("alive"), addresses("198.18.64.0/21"))
        self.expect_guarded(swept, "ipv4")
        self.assertEqual(swept.summary["notes"],
                         ["02:00:00:00:00:02 answers ARP or neighbour discovery for 2048 addresses (proxy ARP?)"])


class NotGuarded(OnLinkTest):
    """The table overflows, as was asked for; it is told, and nobody is called silent or refused for it. The far side
    itself has the addresses: hosts that have to learn our address first would find no room in the table either."""

    NETWORKS = {"ipv4": "198.18.96.0/21", "ipv6": "fd77::64:0/117"}
    COUNTERS = {"ipv4": "arp_table_fulls", "ipv6": "ndisc_table_fulls"}

    def setUp(self):
        super().setUp()
        for address in HOSTS["ipv4"]:
            self.lab.run("ip", "address", "add", address, "dev", "far", side="far")
        for address in HOSTS["ipv6"]:
            self.lab.run("ip", "address", "add", address, "dev", "far", "nodad", side="far")

    def sweep_all(self, family, status=0, **options):
        self.begin()
        network = self.NETWORKS[family]
        swept = self.sweep(network, "-r", "20k", "--attempts", "2", "-t", "500ms", "--no-guards",
                           *options.pop("words", ()), lab=self.lab, status=status, timeout_s=300, **options)
        self.assertGreater(self.overflows()[family], self.before[family])
        self.assertEqual(swept.summary["guards"], [])
        name = self.COUNTERS[family]
        [moved] = [counter for counter in swept.summary["kernel_counters"] if counter["counter"] == name]
        self.assertGreater(moved["delta"], 0)
        self.assertEqual(moved["remedy"], f"raise net.{family}.neigh.default.gc_thresh3")
        self.assertIn(f"kernel counter {name} increased by {moved['delta']} during the sweep: {moved['remedy']}\n",
                      swept.stderr)
        return swept

    def test_each_plan_and_engine(self):
        for family in TABLES:
            for socket, engine in COMBINATIONS:
                with self.subTest(family=family, socket=socket, engine=engine):
                    swept = self.sweep_all(family, words=("--socket", socket, "--engine", engine))
                    targets = addresses(self.NETWORKS[family])
                    self.expect_alive(swept, alive=set(HOSTS[family]) & targets, targets=targets)
                    self.assertGreater(swept.summary["local"]["lost_here"], 0)

    @needs_root
    def test_where_the_kernel_hides_it_the_result_is_a_lower_bound(self):
        swept = self.sweep_all("ipv6", status=3, nobody=True)
        self.assertEqual([bound["counter"] for bound in swept.summary["lower_bound"]], ["Ip6OutDiscards"])
        self.assertFalse(swept.summary["complete"])


if __name__ == "__main__":
    ringsweep_test.main()
