"""--dry-run: what would be sent, in its order; and what the order, shards, excludes and forms of targets mean."""

import collections
import ipaddress

import ringsweep_test
from cli_test_case import NOBODY, CliTest
from ringsweep_test import needs_root
from sweep_test_case import addresses

# Known from a first run: what changes here changes what --seed and --shard mean to those who run parts apart.
ORDER_OF_SEED_5 = ["10.0.0.4", "10.0.0.6", "10.0.0.3", "10.0.0.2", "10.0.0.7", "10.0.0.0", "10.0.0.5", "10.0.0.1"]


class DryRunTest(CliTest):
    def dry(self, *arguments, **options):
        result = self.ringsweep("--dry-run", *arguments, **options)
        self.expect(result, stderr="", status=0)
        return result.stdout.splitlines()


class Order(DryRunTest):
    def test_the_seed_fixes_it(self):
        self.assertEqual(self.dry("--seed", "5", "10.0.0.0/29"), ORDER_OF_SEED_5)
        self.assertEqual(self.dry("--seed", "0x5", "10.0.0.0/29", "-w", "8", "-r", "max"), ORDER_OF_SEED_5)

    def test_as_the_readme_shows_it(self):
        self.assertEqual(self.dry("--seed", "7", "--shard", "2/3", "10.1.0.0/29"), ["10.1.0.6", "10.1.0.3", "10.1.0.0"])

    def test_it_does_not_depend_on_how_the_targets_were_named(self):
        self.assertEqual(self.dry("--seed", "5", "10.0.0.7", "10.0.0.0-3", "10.0.0.4-10.0.0.6", "10.0.0.2"),
                         ORDER_OF_SEED_5)

    def test_without_a_seed_it_differs_from_run_to_run(self):
        orders = {tuple(self.dry("10.0.0.0/24")) for _ in range(3)}
        self.assertEqual(len(orders), 3)
        self.assertEqual({frozenset(order) for order in orders}, {frozenset(addresses("10.0.0.0/24"))})

    def test_other_seeds_are_other_orders(self):
        orders = {tuple(self.dry("10.0.0.0/24", "--seed", seed)) for seed in ("0", "1", "18446744073709551615")}
        self.assertEqual(len(orders), 3)

    def test_by_address(self):
        shown = self.dry("10.0.1.0/30", "fd00::/127", "10.0.0.255", "::1", "b.example", "9.9.9.9", "a.example",
                         "--order", "address")
        self.assertEqual(shown, ["9.9.9.9", "10.0.0.255", "10.0.1.0", "10.0.1.1", "10.0.1.2", "10.0.1.3",
                                 "::1", "fd00::", "fd00::1", "b.example", "a.example"])

    def test_a_zone_is_kept(self):
        self.assertEqual(self.dry("fe80::1%lo-fe80::2", "--order", "address"), ["fe80::1%lo", "fe80::2%lo"])


class Shards(DryRunTest):
    # field bug 18
    def test_all_parts_together_have_each_target_once(self):
        for more in (("--seed", "3"), (), ("--order", "address")):
            parts = [self.dry("10.0.0.0/22", "--shard", f"{part}/7", *more) for part in range(1, 8)]
            counted = collections.Counter(address for part in parts for address in part)
            self.assertEqual(set(counted), addresses("10.0.0.0/22"))
            self.assertEqual(set(counted.values()), {1})
            self.assertEqual({len(part) for part in parts}, {146, 147})  # 1024 / 7

    def test_dealt_out_in_turn_they_are_the_whole_order(self):
        whole = self.dry("10.0.0.0/22", "fd00::/118", "--seed", "3")
        parts = [self.dry("10.0.0.0/22", "fd00::/118", "--seed", "3", "--shard", f"{part}/7") for part in range(1, 8)]
        self.assertEqual([whole[part::7] for part in range(7)], parts)

    def test_without_a_seed_all_parts_have_the_same(self):
        self.assertEqual(self.dry("10.0.0.0/24", "--shard", "2/3"),
                         self.dry("10.0.0.0/24", "--shard", "2/3", "--seed", "0"))

    # field bug 19
    def test_more_parts_than_targets(self):
        parts = [self.dry("10.0.0.0/29", "--shard", f"{part}/300") for part in range(1, 13)]
        self.assertEqual([len(part) for part in parts], [1] * 8 + [0] * 4)
        self.assertEqual({part[0] for part in parts[:8]}, addresses("10.0.0.0/29"))
        self.assertEqual(self.dry("10.0.0.0/29", "--shard", "300/300"), [])


class Excluded(DryRunTest):
    # field bug 24
    def test_never_in_any_mode(self):
        excludes = ("-x", "10.0.0.16/28", "-x", "10.0.0.1", "-x", "10.0.0.200-10.0.1.55", "-x", "fd00::/120")
        left = addresses("10.0.0.0/24", "fd00::/119") - addresses("10.0.0.16/28", "fd00::/120") - {"10.0.0.1"}
        left -= {f"10.0.0.{last}" for last in range(200, 256)}
        for mode in ((), ("--order", "address"), ("--seed", "9"), ("-r", "max", "-w", "4"), ("--all-addresses",)):
            self.assertEqual(set(self.dry("10.0.0.0/24", "fd00::/119", *excludes, *mode)), left, mode)
        for part in (1, 2, 3):
            shown = self.dry("10.0.0.0/24", "fd00::/119", *excludes, "--shard", f"{part}/3")
            self.assertEqual(set(shown) - left, set())

    def test_an_exclude_goes_before_every_target(self):
        self.assertEqual(self.dry("-x", "10.0.0.1", "10.0.0.1", "10.0.0.0/30", "10.0.0.1-2", "--order", "address"),
                         ["10.0.0.0", "10.0.0.2", "10.0.0.3"])

    def test_a_name(self):
        self.assertEqual(self.dry("a.example", "b.example", "-x", "A.EXAMPLE."), ["b.example"])

    # field bug 22
    def test_nothing_else_is_excluded(self):
        special = ["0.0.0.0", "10.0.0.0", "127.0.0.1", "169.254.1.1", "172.16.0.1", "192.168.0.255", "198.18.0.1",
                   "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fd00::1", "ff02::1"]
        self.assertEqual(self.dry(*special, "--order", "address"), special)


class Forms(DryRunTest):
    # field bug 25
    def test_ranges_in_both_forms_and_networks_mean_the_same(self):
        for a, b in (("10.0.0.0/24", "10.0.0.0-10.0.0.255"), ("10.0.0.0/24", "10.0.0.0-255"),
                     ("10.0.0.77/24", "10.0.0.0/24"), ("10.0.0.0/15", "10.0.0.0-10.1.255.255"),
                     ("10.0.0.4/32", "10.0.0.4"), ("10.0.0.4-4", "10.0.0.4"),
                     ("fd00::/120", "fd00::-fd00::ff"), ("fd00::12/120", "fd00::/120"), ("FD00:0:0::1", "fd00::1"),
                     ("::ffff:10.0.0.1", "::ffff:a00:1")):
            with self.subTest(a=a, b=b):
                sample = ("--seed", "1", "--shard", "1/64")
                self.assertEqual(self.dry(*sample, a), self.dry(*sample, b))

    def test_a_network_has_its_first_and_last_address(self):
        self.assertEqual(self.dry("10.0.0.0/30", "--order", "address"), [f"10.0.0.{last}" for last in range(4)])

    def test_ranges_across_networks(self):
        self.assertEqual(self.dry("10.0.0.254-10.0.1.1", "--order", "address"),
                         ["10.0.0.254", "10.0.0.255", "10.0.1.0", "10.0.1.1"])
        self.assertEqual(self.dry("10.0.0.1-254", "--order", "address"), [f"10.0.0.{last}" for last in range(1, 255)])

    def test_large_sets_are_only_walked_through(self):
        """2^40 targets, of which this part has two."""
        shown = self.dry("fd00::/88", "--max-targets", "1099511627776", "--shard", f"1/{1 << 39}")
        self.assertEqual(len(shown), 2)
        for address in shown:
            self.assertIn(ipaddress.ip_address(address), ipaddress.ip_network("fd00::/88"))


class Privileges(DryRunTest):
    @needs_root
    def test_none_are_needed(self):
        shown = self.isolated("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--",
                              ringsweep_test.public_binary(), "--dry-run", "10.0.0.1", ping_groups="1 0")
        self.expect(shown, stdout="10.0.0.1\n", stderr="", status=0)

    def test_nothing_is_sent(self):
        counts = 'for o in --dry-run -q; do "$0" $o 127.0.0.0/28 >/dev/null; grep -c IcmpMsg /proc/net/snmp; done'
        self.expect(self.isolated("sh", "-c", counts, ringsweep_test.BINARY), stdout="0\n2\n", stderr="", status=0)


if __name__ == "__main__":
    ringsweep_test.main()
