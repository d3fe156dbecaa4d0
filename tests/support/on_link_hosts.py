"""Hosts on the lab's own link, each with a hardware address of its own: a macvlan device each on the far side.

  with Lab() as lab:
      add_hosts(lab, alive=addresses_from("198.18.40.1", 40), silent=addresses_from("198.18.40.101", 20))

Some answer echo requests, the silent ones ARP and neighbour discovery only. The lab's prefixes are on-link: whatever
else lies in 198.18.0.0/15 and fd77::/16 is not there.
"""

import ipaddress
import time

# Its own value in every test: what a kernel does by default, and what it does a tenth of the time.
RETRANS_MS = 100


def addresses_from(first, count):
    """`count` addresses in a row."""
    return [str(ipaddress.ip_address(first) + n) for n in range(count)]


def add_hosts(lab, *, alive, silent=()):
    """All of them at once: host n has the n-th address of each family."""
    families = {4: [], 6: []}
    for address in [*alive, *silent]:
        families[ipaddress.ip_address(address).version].append(address)
    commands = []
    for number in range(max(len(families[4]), len(families[6]))):
        device = f"host{number}"
        commands.append(f"link add {device} link far address 02:00:00:01:{number // 256:02x}:{number % 256:02x}"
                        " type macvlan mode bridge")
        for addresses in families.values():
            if number < len(addresses):
                kind = "nodad" if ":" in addresses[number] else ""
                commands.append(f"address add {addresses[number]} dev {device} {kind}")
        commands.append(f"link set {device} up")
    expect_success(lab.run("sysctl", "-qw", "net.ipv4.conf.all.arp_ignore=1", "net.ipv4.conf.default.rp_filter=0",
                           "net.ipv6.conf.default.accept_dad=0", side="far"))
    expect_success(lab.run("ip", "-batch", "-", side="far", stdin="\n".join(commands) + "\n"))
    if silent:
        expect_success(lab.run("nft", "-f", "-", side="far", stdin=silence(silent)))


def silence(addresses):
    """The rules that drop echo requests for these."""
    rules = "table inet silent { chain input { type filter hook input priority 0;\n"
    for address in addresses:
        family, protocol = ("ip6", "icmpv6") if ":" in address else ("ip", "icmp")
        rules += f"{family} daddr {address} {protocol} type echo-request drop\n"
    return rules + "} ; }\n"


def ask_quickly(lab):
    """An address that nobody has is given up after 0.3 s instead of 3 s."""
    expect_success(lab.run("sysctl", "-qw", *(f"net.{family}.neigh.near.retrans_time_ms={RETRANS_MS}"
                                              for family in ("ipv4", "ipv6"))))


def forget_neighbours(lab):
    """As if nobody had been asked yet."""
    for family in ("-4", "-6"):
        lab.run("ip", family, "neigh", "flush", "dev", "near")


def wait_for_an_empty_table(lab, *, entries=300, give_up_s=20):
    """What other namespaces put into the kernel's tables goes some time after them."""
    give_up = time.monotonic() + give_up_s
    while any(table_number(lab, table, "entries") > entries for table in ("arp_cache", "ndisc_cache")):
        if time.monotonic() > give_up:
            return
        time.sleep(0.1)


def table_overflows(lab, table="arp_cache"):
    """How often the kernel found no room for a neighbour; it has one table for all namespaces."""
    return table_number(lab, table, "table_fulls")


def table_number(lab, table, name):
    words = lab.run("ip", "-s", "ntable", "show", "name", table).stdout.split()
    return int(words[words.index(name) + 1])


def expect_success(result):
    if result.status != 0:
        raise RuntimeError(result.stderr)
