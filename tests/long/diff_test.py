"""Two sweeps of a network that did not change differ in nothing, ten times, with the kernel's limits on ICMP errors."""

import ringsweep_test
from ringsweep_test import needs_root, needs_tool
from sweep_test_case import SweepTest
from unchanged_network import UnchangedNetwork


@needs_root
@needs_tool("nft")
class Diff(UnchangedNetwork, SweepTest):
    # field bug 49
    def test_of_an_unchanged_network_is_empty(self):
        self.expect_no_difference(rounds=10)


if __name__ == "__main__":
    ringsweep_test.main()
