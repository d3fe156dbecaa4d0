"""Makes tests/fuzz/corpus: valid, edge and malformed inputs with names that say what they are. Run it after a change
here; what the fuzzer found is kept beside them as found-*."""

import pathlib
import struct

CORPUS = pathlib.Path(__file__).with_name("corpus")
PAYLOAD = bytes(range(24))


def put(target, name, data):
    (CORPUS / target / name).write_bytes(data)


def checksum(data):
    total = sum(struct.unpack(f"!{(len(data) + 1) // 2}H", data + b"\0" * (len(data) % 2)))
    total = (total & 0xffff) + (total >> 16)
    return ~((total & 0xffff) + (total >> 16)) & 0xffff


def icmp(icmp_type, code, rest, *, wrong=False):
    message = struct.pack("!BBH", icmp_type, code, 0) + rest
    return struct.pack("!BBH", icmp_type, code, checksum(message) ^ wrong) + rest


def ipv4(message, *, options=b"", length=None, protocol=1, ttl=64):
    header_words = 5 + len(options) // 4
    total = len(message) + header_words * 4 if length is None else length
    header = struct.pack("!BBHHHBBH4s4s", 0x40 | header_words, 0, total, 0, 0, ttl, protocol, 0, b"\x0a\0\0\1",
                         b"\xc6\x12\0\1") + options
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + message


def ipv6(message, *, extra=b"", next_header=58):
    first = 60 if extra else next_header
    return struct.pack("!IHBB", 0x60000000, len(message) + len(extra), first, 64) + b"\xfd" + b"\0" * 31 + extra + message


def decoder():
    echo = struct.pack("!HH", 0x1234, 7) + PAYLOAD
    probe = icmp(8, 0, echo)
    raw = {
        "reply": icmp(0, 0, echo),
        "reply-without-payload": icmp(0, 0, echo[:4]),
        "reply-odd-length": icmp(0, 0, echo + b"\xff"),
        "reply-wrong-checksum": icmp(0, 0, echo, wrong=True),
        "request": probe,
        "seven-bytes": icmp(0, 0, echo)[:7],
        "unreachable": icmp(3, 1, b"\0" * 4 + ipv4(probe)),
        "unreachable-quote-8": icmp(3, 1, b"\0" * 4 + ipv4(probe)[:28]),
        "unreachable-quote-cut": icmp(3, 1, b"\0" * 4 + ipv4(probe)[:27]),
        "unreachable-quote-options": icmp(3, 13, b"\0" * 4 + ipv4(probe, options=b"\x01" * 40)),
        "unreachable-quote-header-lies": icmp(3, 1, b"\0" * 4 + b"\x4f" + ipv4(probe)[1:]),
        "unreachable-quote-of-tcp": icmp(3, 3, b"\0" * 4 + ipv4(probe, protocol=6)),
        "unreachable-quote-of-a-reply": icmp(3, 1, b"\0" * 4 + ipv4(icmp(0, 0, echo))),
        "time-exceeded": icmp(11, 0, b"\0" * 4 + ipv4(probe)),
        "redirect": icmp(5, 1, b"\x0a\0\0\xfe" + ipv4(probe)),
        "source-quench": icmp(4, 0, b"\0" * 4 + ipv4(probe)),
        "parameter-problem": icmp(12, 0, b"\x14\0\0\0" + ipv4(probe)),
        "extension": icmp(3, 1, b"\0\x20\0\0" + ipv4(probe).ljust(128, b"\0") + b"\x20\0\0\0\0\x08\1\1\0\1\2\3"),
        "empty": b"",
    }
    for name, message in raw.items():
        put("decoder", f"raw-{name}", b"\0" + ipv4(message))
        put("decoder", f"ping-{name}", b"\1" + message)
    put("decoder", "raw-options-40", b"\0" + ipv4(raw["reply"], options=b"\x01" * 40))
    put("decoder", "raw-length-over", b"\0" + ipv4(raw["reply"], length=1500))
    put("decoder", "raw-length-under", b"\0" + ipv4(raw["reply"], length=19))
    put("decoder", "raw-header-length-4", b"\0" + b"\x44" + ipv4(raw["reply"])[1:])
    put("decoder", "raw-header-length-60", b"\0" + b"\x4f" + ipv4(b"")[1:])
    put("decoder", "raw-version-6", b"\0" + b"\x65" + ipv4(raw["reply"])[1:])
    put("decoder", "raw-padding", b"\0" + ipv4(raw["reply"]) + b"\0" * 18)
    put("decoder", "raw-65515-bytes", b"\0" + ipv4(icmp(0, 0, echo + b"x" * 65000)))
    probe_v6 = icmp(128, 0, echo)
    v6 = {
        "reply": icmp(129, 0, echo),
        "reply-without-payload": icmp(129, 0, echo[:4]),
        "seven-bytes": icmp(129, 0, echo)[:7],
        "no-route": icmp(1, 0, b"\0" * 4 + ipv6(probe_v6)),
        "too-big": icmp(2, 0, b"\0\0\5\0" + ipv6(probe_v6)),
        "hop-limit": icmp(3, 0, b"\0" * 4 + ipv6(probe_v6)),
        "parameter": icmp(4, 1, b"\0" * 4 + ipv6(probe_v6)),
        "quote-options": icmp(1, 3, b"\0" * 4 + ipv6(probe_v6, extra=b"\x3a\1" + b"\0" * 14)),
        "quote-options-lie": icmp(1, 3, b"\0" * 4 + ipv6(probe_v6, extra=b"\x3a\xff" + b"\0" * 14)),
        "quote-options-for-ever": icmp(1, 3, b"\0" * 4 + ipv6(b"\x3c\0" * 400, next_header=60)),
        "quote-fragment": icmp(1, 3, b"\0" * 4 + ipv6(b"\x3a\0\0\1\0\0\0\1" + probe_v6, next_header=44)),
        "quote-cut": icmp(1, 0, b"\0" * 4 + ipv6(probe_v6)[:45]),
        "redirect": icmp(137, 0, b"\0" * 36 + ipv6(probe_v6)),
        "neighbour": icmp(135, 0, b"\0" * 20),
        "empty": b"",
    }
    for name, message in v6.items():
        put("decoder", f"v6-{name}", b"\2" + message)
    for family, first, message in (("v4", b"\3\3\1", probe), ("v6", b"\4\1\0", probe_v6)):
        for size in (0, 7, 8, 31, 32):
            put("decoder", f"quote-{family}-{size}", first + message[:size])
    put("decoder", "quote-v4-unknown-code", b"\3\3\xff" + probe)


def targets():
    lists = {
        "address": "10.0.0.1\n",
        "no-newline": "10.0.0.1",
        "crlf": "10.0.0.1\r\n10.0.0.2\r\n",
        "bom": "\ufeff10.0.0.1\n",
        "comment": "# all\n10.0.0.1 # one\n\n",
        "blanks": "\t 10.0.0.1 \t\n",
        "network": "10.0.0.0/24\n",
        "host-bits": "10.0.0.77/24\n",
        "all-of-v4": "0.0.0.0/0\n",
        "too-many": "10.0.0.0/8\n",
        "slash-33": "10.0.0.0/33\n",
        "slash": "10.0.0.0/\n",
        "range": "10.0.0.1-10.0.1.5\n",
        "range-last-octet": "10.0.0.1-254\n",
        "range-reversed": "10.0.0.9-3\n",
        "range-open": "10.0.0.1-\n",
        "range-mixed": "10.0.0.1-fd77::1\n",
        "octet-256": "10.0.0.256\n",
        "leading-zero": "010.0.0.1\n",
        "three-octets": "10.0.0\n",
        "v6": "2001:db8::1\n",
        "v6-network": "2001:db8::/112\n",
        "v6-range": "fd77::1-fd77::ff\n",
        "v6-zone": "fe80::1%1\n",
        "v6-zone-name": "fe80::1%eth0\n",
        "v6-embedded": "::ffff:10.0.0.1\n",
        "v6-all": "::/0\n",
        "v6-two-gaps": "1::2::3\n",
        "v6-slash-129": "fd77::/129\n",
        "name": "host.example.org\n",
        "name-twice": "Host.example\nhost.EXAMPLE.\n",
        "name-long": "a" * 254 + "\n",
        "label-long": "a" * 64 + ".example\n",
        "name-umlaut": "\u00fc.example\n",
        "overlap": "10.0.0.0/25\n10.0.0.64-10.0.0.200\n10.0.0.1\n",
        "line-of-10000": "1" * 10000 + "\n",
        "nul": "10.0.0.1\0\n",
        "not-utf8": "\udcff\udcfe",
        "empty": "",
        "minus": "-\n",
        "many": "".join(f"10.{i}.0.{i}\n" for i in range(256)),
    }
    for name, text in lists.items():
        put("targets", name, b"\3" + text.encode("utf-8", "surrogateescape"))


def results():
    header = "address,name,state,rtt_ms,ttl,attempts,responder,icmp_type,icmp_code,reason,time\n"
    row = "10.0.0.1,,alive,0.123,64,1,10.0.0.1,0,0,echo_reply,2026-11-25T03:48:15.123Z\n"
    silent = "fe80::1%eth0,,no_reply,,,3,,,,timeout,2026-11-25T03:48:15.123Z\n"
    gone = ",gone.example,unresolved,,,0,,,,name_unknown,2026-11-25T03:48:15.123Z\n"
    fields = ('{"address":"10.0.0.1","name":null,"state":"alive","rtt_ms":0.123,"ttl":64,"attempts":1,"responder":"10.0.0.1",'
              '"icmp_type":0,"icmp_code":0,"reason":"echo_reply","time":"2026-11-25T03:48:15.123Z"')
    files = {
        "csv": header + row + silent + gone,
        "csv-cut": header + row + silent[:20],
        "csv-crlf": (header + row).replace("\n", "\r\n"),
        "csv-header-alone": header,
        "csv-no-header": row,
        "csv-more-columns": header[:-1] + ",mac\n" + row[:-1] + ",02:00:00:00:00:09\n",
        "csv-column-twice": header[:-1] + ",mac,mac\n",
        "csv-too-few-fields": header + "10.0.0.1,,alive\n",
        "csv-quotes": header + row.replace("10.0.0.1,,", '10.0.0.1,"a,""b",', 1),
        "csv-quote-open": header + '"10.0.0.1,,alive\n',
        "csv-quote-then-text": header + '"10.0.0.1"x,,alive\n',
        "csv-empty-line": header + "\n",
        "csv-rtt-huge": header + row.replace("0.123", "9" * 30 + ".000"),
        "csv-rtt-negative": header + row.replace("0.123", "-1.000"),
        "csv-time-wrong": header + row.replace("11-25", "13-45"),
        "csv-zone-of-v4": header + row.replace("10.0.0.1,", "10.0.0.1%0,", 1),
        "csv-nul": header + row.replace("alive", "al\0ve"),
        "csv-not-utf8": header + row.replace(",,", ",\udcff\udcfe,", 1),
        "csv-line-of-70000": header + "x" * 70000,
        "empty": "",
        "ndjson": fields + "}\n" + fields + "}\n",
        "ndjson-cut": fields + "}\n" + fields,
        "ndjson-more": fields + ',"mac":null}\n',
        "ndjson-deep": "{" + '"a":[' * 5000 + "\n",
        "ndjson-array": fields + "}\n[1]\n",
        "ndjson-nothing": "{}\n",
        "ndjson-twice": fields + ',"state":"no_reply"}\n',
        "ndjson-rtt-1e400": fields.replace("0.123", "1e400") + "}\n",
        "ndjson-strings": fields.replace( "64", '"64"') + "}\n",
        "ndjson-escape": fields.replace("null", '"\\ud800"') + "}\n",
        "table": "address  state\n10.0.0.1  alive\n",
    }
    for name, text in files.items():
        put("results", name, b"\3" + text.encode("utf-8", "surrogateescape"))


if __name__ == "__main__":
    for folder in ("decoder", "targets", "results"):
        (CORPUS / folder).mkdir(parents=True, exist_ok=True)
    decoder()
    targets()
    results()
