"""The scenarios: for each the options of the lab, the network, which addresses are alive, and the tools to compare."""

import dataclasses
import ipaddress
import pathlib

import tools

COMBINATIONS = [("dgram", "uring"), ("dgram", "mmsg"), ("raw", "uring"), ("raw", "mmsg")]


@dataclasses.dataclass
class Scenario:
    what: str
    lab: list  # options of scripts/lab
    targets: int
    alive: set  # which addresses answer
    tools: list


def hosts(network):
    return {str(address) for address in ipaddress.ip_network(network)}


def first_of_each_24(network, count):
    base = int(ipaddress.ip_network(network)[0])
    size = ipaddress.ip_network(network).num_addresses
    return {str(ipaddress.ip_address(base + block + host)) for block in range(0, size, 256) for host in range(count)}


def dense(quick):
    network = "10.0.0.0/24" if quick else "10.0.0.0/13"
    count = ipaddress.ip_network(network).num_addresses
    compared = []
    for plan, engine in COMBINATIONS:
        for workers in (1, 2) if plan == "dgram" else (1,):
            compared.append(tools.bare_loop(engine, plan, workers, "10.0.0.0", count))
            compared.append(tools.ringsweep(network, "-r", "max", "--socket", plan, "--engine", engine, "-w", str(workers)))
    compared += tools.zmap(network, "-r", "10000000")
    compared.append(tools.masscan(network, "--rate", "10000000", "--wait", "1" if quick else "10"))
    return Scenario(f"dense {network}, every address alive, as fast as each goes", ["--alive", "10.0.0.0/8"], count,
                    hosts(network), compared)


def sparse(quick):
    network = "10.200.0.0/24" if quick else "10.200.0.0/16"
    compared = [tools.ringsweep(network), tools.ringsweep(network, "-r", "100k"),
                tools.ringsweep(network, "-r", "100k", "--attempts", "1"), *tools.zmap(network),
                *tools.zmap(network, "-r", "100000"), *tools.zmap(network, "-r", "100000", "-c", "1"),
                tools.masscan(network, "--rate", "100000"),
                tools.nmap(network)]
    return Scenario(f"sparse {network}, 16 of each /24 alive (6 %), defaults and 100 kpps",
                    ["--alive-per-24", "16=10.200.0.0/16"], ipaddress.ip_network(network).num_addresses,
                    first_of_each_24(network, 16), compared)


def small(_):
    network = "10.200.0.0/24"
    compared = [tools.ringsweep(network), tools.fping(["-g", network]), *tools.zmap(network), tools.masscan(network),
                tools.nmap(network)]
    return Scenario("small /24, 16 alive, each tool's defaults (fping leaves out the first and the last address)",
                    ["--alive-per-24", "16=10.200.0.0/16"], 256, first_of_each_24(network, 16), compared)


def cpu(quick):
    count = 100 if quick else 65_000
    base = int(ipaddress.ip_address("10.0.0.0"))
    addresses = [str(ipaddress.ip_address(base + number)) for number in range(count)]
    file = pathlib.Path("targets")
    compared = [tools.ringsweep("-f", "targets", "-r", "10k", "--attempts", "1", name="ringsweep -r 10k --attempts 1"),
                tools.fping(["-f", "targets"], "-i", "0.1", "-r", "0", "-t", "1000")]
    scenario = Scenario(f"{count} live targets at 10 kpps, one probe each: CPU", ["--alive", "10.0.0.0/8"], count,
                        set(addresses), compared)
    scenario.files = {file: "\n".join(addresses) + "\n"}
    return scenario


def scaling(quick):
    """Rate and memory against the number of targets: both should be flat."""
    compared = []
    for bits in (8, 10) if quick else (8, 12, 16, 20, 24):
        network = f"10.0.0.0/{32 - bits}"
        compared.append(tools.ringsweep(network, "-r", "max", "--show", "no_reply", "--max-targets", "17M",
                                        name=f"2^{bits} targets, -r max"))
    return Scenario("ringsweep alone: time per probe and memory", ["--alive", "10.0.0.0/8"], 0, None, compared)


def memory(quick):
    """Memory against rate x timeout: where nobody answers, a probe is in flight for the whole timeout."""
    compared = []
    for rate, timeout in (("12500", "1s"), ("25k", "1s"), ("50k", "1s"), ("100k", "1s"), ("100k", "2s"), ("100k", "4s")):
        compared.append(tools.ringsweep("10.0.0.0/24" if quick else "10.0.0.0/13", "-r", rate, "-t", timeout,
                                        "--attempts", "1", "-a", name=f"-r {rate} -t {timeout}"))
    return Scenario("ringsweep alone, 524,288 silent targets: memory", ["--alive-per-24", "16=10.200.0.0/16"], 0,
                    set(), compared)


ALL = {"dense": dense, "sparse": sparse, "small": small, "cpu": cpu, "scaling": scaling, "memory": memory}
