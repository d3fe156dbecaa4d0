"""What the tests of `throughput` share: the truth about a bottleneck."""

# An echo request of the default size: 24 bytes of payload, 8 of ICMP, 20 of IP, and the Ethernet header that tbf counts.
WIRE_BYTES = 24 + 8 + 20 + 14


def true_rate_pps(mbit):
    return mbit * 1e6 / 8 / WIRE_BYTES
