"""ringsweep export netbox: NetBox's import of IP addresses accepts what it writes, also repeatedly."""

import csv
import io
import ipaddress
import json
import re

import ringsweep_test
from cli_test_case import HEADER, CliTest

EXPORT_HEADER = "address,status,dns_name,description\n"


def row(address, state="alive", name=""):
    return f"{address},{name},{state},0.100,64,1,{address},0,0,echo_reply,2026-11-28T01:00:00.000Z\n"


class NetBox:
    """A model of NetBox's import of IP addresses, which takes a whole file or refuses it."""

    STATUSES = {"active", "reserved", "deprecated", "dhcp", "slaac"}
    DNS_NAME = re.compile(r"^([0-9A-Za-z_-]+|\*)(\.[0-9A-Za-z_-]+)*\.?$")

    def __init__(self, addresses):
        self.addresses = [ipaddress.ip_interface(address) for address in addresses]

    def load(self, text):
        added = []
        for line in csv.DictReader(io.StringIO(text), strict=True):
            address = ipaddress.ip_interface(line["address"])
            if address.network.prefixlen == 0:
                raise ValueError(f"{address}: cannot have the mask 0")
            if any(address.ip == other.ip for other in self.addresses + added):
                raise ValueError(f"{address}: duplicate")
            if line["status"] not in self.STATUSES or len(line["description"]) > 200:
                raise ValueError(f"{address}: bad status or description")
            if line["dns_name"] and not self.DNS_NAME.match(line["dns_name"]):
                raise ValueError(f"{address}: bad dns_name")
            added.append(address)
        self.addresses += added

    def export(self):
        """NetBox's other export, of all data: more columns, quotes with line ends, CRLF, a byte order mark."""
        lines = [f'{i},{address},"a ""comment"",\r\nof two lines",Active' for i, address in enumerate(self.addresses)]
        return "\r\n".join(["\ufeffID,IP Address,Comments,Status", *lines]) + "\r\n"


class NetBoxExport(CliTest):
    def setUp(self):
        self.place = self.folder()

    def file(self, name, text):
        path = self.place / name
        path.write_text(text, newline="")
        return path

    def exported(self, result, netbox, *arguments):
        done = self.ringsweep("export", "netbox", result, "--known", self.file("ips.csv", netbox.export()), *arguments)
        self.expect(done, status=0)
        return done

    def test_is_imported_twice(self):
        result = self.file("result.csv", HEADER + "".join(map(row, ("10.1.0.1", "10.1.0.2", "10.1.2.3", "192.0.2.9",
                                                                     "127.0.0.1", "2001:db8::1", "fe80::1%eth0"))) +
                           row("10.1.0.5", name="Web.Example.org") + row("10.1.0.6", name="no name") +
                           row("10.1.0.7", "other_source") + row("10.1.0.5"))
        prefixes = self.file("prefixes.csv", "Prefix,Status\n10.0.0.0/8,Active\n10.1.0.0/24,Active\n0.0.0.0/0,Active\n")
        netbox = NetBox(["10.1.0.1/16", "2001:DB8:0::5/64"])
        first = self.exported(result, netbox, "--prefixes", prefixes)
        self.assertEqual(first.stdout, EXPORT_HEADER + "10.1.0.2/24,active,,ringsweep 2026-11-28\n"
                         "10.1.0.5/24,active,web.example.org,ringsweep 2026-11-28\n"
                         "10.1.0.6/24,active,,ringsweep 2026-11-28\n"
                         "10.1.2.3/8,active,,ringsweep 2026-11-28\n"
                         "192.0.2.9/32,active,,ringsweep 2026-11-28\n"
                         "2001:db8::1/128,active,,ringsweep 2026-11-28\n")
        self.assertEqual(first.stderr, "6 new, 1 known to NetBox, 2 loopback or link-local left out\n"
                         "1 name left out that NetBox would refuse\n")
        netbox.load(first.stdout)
        second = self.exported(result, netbox, "--prefixes", prefixes)
        self.assertEqual(second.stdout, EXPORT_HEADER)
        netbox.load(second.stdout)
        with self.assertRaisesRegex(ValueError, "duplicate"):
            netbox.load(first.stdout)

    def test_names_by_rdns_come_along(self):
        result = self.file("result.csv", HEADER.strip() + ",mac,rdns\n" + row("10.1.0.1").strip() + ",,PTR.example.org\n")
        self.assertEqual(self.exported(result, NetBox([])).stdout,
                         EXPORT_HEADER + "10.1.0.1/32,active,ptr.example.org,ringsweep 2026-11-28\n")

    def test_writes_to_a_file(self):
        done = self.exported(self.file("result.csv", HEADER + row("10.1.0.1")), NetBox([]), "-q", "-o",
                             self.place / "import.csv")
        self.assertEqual((done.stdout, done.stderr), ("", ""))
        self.assertEqual((self.place / "import.csv").read_text(),
                         EXPORT_HEADER + "10.1.0.1/32,active,,ringsweep 2026-11-28\n")

    def test_a_result_that_lacks_rows_is_told_as_diff_and_merge_do(self):
        result = self.file("result.csv", HEADER + row("10.1.0.1") + row("10.1.0.2").rstrip("\n"))
        self.assertEqual(self.exported(result, NetBox([])).stderr,
                         f"ringsweep: {result}: the last line was cut off, rows may be missing\n1 new, 0 known to NetBox\n")
        result = self.place / "swept.csv"
        self.expect(self.ringsweep("-q", "127.0.0.1", "-o", result, "--summary-json", self.place / "swept.json"))
        summary = json.loads((self.place / "swept.json").read_text())
        summary |= {"complete": False, "incomplete_because": ["interrupted"]}
        self.file("swept.json", json.dumps(summary))
        self.assertEqual(self.exported(result, NetBox([])).stderr, f"ringsweep: {result}: incomplete: interrupted\n"
                         "0 new, 0 known to NetBox, 1 loopback or link-local left out\n")
        self.assertEqual(self.exported(result, NetBox([]), "-q").stderr, "")

    def test_what_is_wrong_is_told_and_nothing_is_written(self):
        result = self.file("result.csv", HEADER + row("10.1.0.1"))
        known = self.file("known.csv", "address\n10.0.0.1/24\n10.0.0.300/24\n")
        output = self.file("import.csv", "mine\n")
        begin = ["export", "netbox", result, "-o", output]
        self.expect_usage_error(begin, "export netbox: --known FILE is missing\ngive NetBox's export of its IP addresses: "
                                "its import refuses all where one exists already")
        self.expect_usage_error([*begin, "--known", known],
                                f"{known}:3: '10.0.0.300/24' is not an address, such as 10.0.0.1/24")
        self.expect_usage_error([*begin, "--known", result, "--prefixes", known],
                                f"{known}:1: missing column prefix")
        self.expect_usage_error(["export", "netbox", known, "--known", result, "-o", output],
                                f"{known}:1: 'address' is not the header of a result (was it written with --no-header, or "
                                "by something else?)")
        self.expect_usage_error(["export", "ipam", result], "export: invalid kind of export 'ipam'\naccepted: netbox")
        self.expect_usage_error(["export", "netbox", result, "--known", known, "-o", known],
                                f"--output '{known}' is one of the files that are read\ngive it another name")
        self.assertEqual(output.read_text(), "mine\n")


if __name__ == "__main__":
    ringsweep_test.main()
