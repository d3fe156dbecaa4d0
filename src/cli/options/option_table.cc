// The texts of the options. `help` fits on one line of --help (a test measures it); `manual` is prose for the man page.
#include "cli/options/option_table.h"

namespace ringsweep {
namespace {

using enum OptionGroup;

constexpr bool once = false;
constexpr bool repeatable = true;

constexpr OptionSpec target_options[] = {
    {OptionId::file, targets, "-f", "--file", "FILE", repeatable, "", "read targets from FILE, one a line; - is stdin",
     "Comments that begin with # (also behind a target), blank lines and CRLF line ends are fine. A line that is no target is an error that names file, line and text; nothing is sent then."},
    {OptionId::exclude, targets, "-x", "--exclude", "SPEC", repeatable, "", "never probe SPEC (any form of target)",
     "A name that resolves to an excluded address is skipped, too. An excluded name is that target alone, not the addresses that it has. Nothing is excluded that you did not exclude."},
    {OptionId::exclude_file, targets, "", "--exclude-file", "FILE", repeatable, "",
     "never probe what FILE lists, one a line; - is stdin", "The file has the form of a target file."},
    {OptionId::target_limit, targets, "", "--max-targets", "N", once, "16777216",
     "refuse to start with more targets than N (17M)",
     "A mistyped mask must not become a day of probing. The error says how many targets there are and how long they would take. k, M and G are decimal."},
    {OptionId::all_addresses, targets, "", "--all-addresses", "", once, "",
     "probe each address of a name, not only the first",
     "Without it a host name is probed at its first address in the order of RFC 6724."},
};

constexpr OptionSpec rate_options[] = {
    {OptionId::rate, rate, "-r", "--rate", "PPS", once, "500 for each /24, at most 10k",
     "probes a second: 500, 10k, 1M, 0.5, max",
     "The rate of everything that is sent, retries included. From 0.001 to 1G; k, M and G are decimal; max sends as fast as the kernel takes packets. Without this option the rate is 500 for each /24 (IPv6: /64) among the targets, at most 10k, and stays under half of what this machine's connection table has free per ICMP timeout."},
};

constexpr OptionSpec probing_options[] = {
    {OptionId::attempts, probing, "", "--attempts", "N", once, "3",
     "probes to a target that stays silent, 1 to 1000000",
     "The next attempt is made when the one before has timed out. The first reply or ICMP error ends the attempts."},
    {OptionId::timeout, probing, "-t", "--timeout", "TIME", once, "1s", "time to wait for a reply to each attempt",
     "A duration with a unit: us, ms, s, m or h, at most 24h. A late reply to an earlier attempt still decides its target while a later attempt is waiting."},
    {OptionId::linger, probing, "", "--linger", "TIME", once, "0s", "listen this much longer before no_reply is final",
     "For networks with hosts that take seconds to answer, such as mobile ones."},
    {OptionId::size, probing, "", "--size", "BYTES", once, "24", "payload of a probe, 24 to 65507 bytes",
     "The first 24 bytes are the token by which a reply is recognised, so less is not possible."},
    {OptionId::ttl, probing, "", "--ttl", "N", once, "the system's", "time to live (IPv6: hop limit), 1 to 255", ""},
    {OptionId::tos, probing, "", "--tos", "N", once, "0", "type of service (IPv6: traffic class), 0 to 255",
     "Decimal, or hexadecimal as 0x10."},
    {OptionId::interface, probing, "-I", "--interface", "NAME", once, "by route", "send by this interface only",
     "Replies count whichever interface they come in by."},
    {OptionId::source, probing, "-S", "--source", "ADDRESS", repeatable, "by route",
     "source address of the probes, one a family", "Give it twice for IPv4 and IPv6 targets in one sweep."},
    {OptionId::ipv4, probing, "-4", "--ipv4", "", once, "", "IPv4 only",
     "Names are resolved to IPv4 addresses only, and an IPv6 address among the targets is an error."},
    {OptionId::ipv6, probing, "-6", "--ipv6", "", once, "", "IPv6 only",
     "Names are resolved to IPv6 addresses only, and an IPv4 address among the targets is an error."},
};

constexpr OptionSpec order_options[] = {
    {OptionId::seed, order, "", "--seed", "N", once, "random", "number that fixes the random order",
     "The same targets and the same seed give the same order. Decimal, or hexadecimal as 0x2a; up to 64 bits. With --shard the default is 0, so that parts that are run apart fit together."},
    {OptionId::order, order, "", "--order", "ORDER", once, "random", "order of sending: random, or address (ascending)",
     "A random order spreads the probes over all networks among the targets."},
    {OptionId::shard, order, "", "--shard", "I/N", once, "1/1", "sweep only part I of N (from 1) of the targets",
     "The N parts together have each target exactly once, where targets, excludes and seed are the same. --rate is the rate of the whole plan: each part sends an N-th of it."},
};

constexpr OptionSpec engine_options[] = {
    {OptionId::engine, engine, "", "--engine", "ENGINE", once, "auto",
     "how packets are passed to the kernel: auto, uring or mmsg",
     "uring is one io_uring per worker (kernel 6.1 or newer); mmsg is sendmmsg and recvmmsg. auto takes uring where the kernel allows it, and says why where it does not."},
    {OptionId::socket, engine, "", "--socket", "KIND", once, "auto",
     "kind of socket: auto, dgram (a ping socket) or raw",
     "dgram needs a group in net.ipv4.ping_group_range, raw needs the capability CAP_NET_RAW. auto takes the first that works, dgram before raw, and says which."},
    {OptionId::workers, engine, "-w", "--workers", "N", once, "auto", "sending threads, 1 to 256, or auto",
     "auto is one worker up to 100k probes a second, and one a core above and for max. With raw sockets there is one only, since each of them would get a copy of the replies to the others."},
    {OptionId::batch, engine, "", "--batch", "N", once, "32", "probes that leave in one go at most, 1 to 64", ""},
    {OptionId::no_guards, engine, "", "--no-guards", "", once, "", "do not hold back for this machine's tables",
     "The guards keep the unresolved targets on this machine's own links under what its neighbour table and the send buffer hold, and the default rate under half of what its connection table has free. The summary says when one of them slowed the sweep, and which setting raises it."},
};

constexpr OptionSpec output_options[] = {
    {OptionId::output, output, "-o", "--output", "FILE", once, "stdout", "write the rows to FILE; - is CSV on stdout",
     "A regular file is replaced, unless the sweep that wrote it is unfinished. It is locked while it is written, and every write ends at the end of a row."},
    {OptionId::resume, output, "", "--resume", "", once, "", "finish the sweep of -o FILE that was stopped or killed",
     "While a sweep writes FILE it keeps a journal, FILE.journal, which stays where the sweep does not come to its end. Targets that it says are decided are not probed again. Targets, excludes, the options of probing and order, --format, --show and --no-header must be the same; rate, workers, engine and sockets may change. The seed is that of the journal."},
    {OptionId::restart, output, "", "--restart", "", once, "", "begin again, though FILE is of an unfinished sweep",
     ""},
    {OptionId::format, output, "", "--format", "FORMAT", once, "table on a terminal, csv else",
     "rows as csv, ndjson, table or list",
     "Without it the ending of the file decides (.ndjson, .jsonl, .json; .txt, .list; else CSV); on a terminal it is a table of those who answered, and into a pipe CSV with all rows. list is the bare address, one a line."},
    {OptionId::show, output, "", "--show", "WHAT", repeatable, "by format",
     "only rows with these states or reasons, or all",
     "A list with commas: --show alive,other_source or --show unreachable,arp_reply."},
    {OptionId::alive, output, "-a", "--alive", "", once, "", "only rows of targets that are alive",
     "Short for --show alive."},
    {OptionId::mac, output, "", "--mac", "", once, "", "add the hardware address of targets on the own links",
     "A column at the end: of targets that answered the probe, or ARP or neighbour discovery. Empty for targets behind a router and for addresses of this machine."},
    {OptionId::rdns, output, "", "--rdns", "", once, "", "add the names of targets that are alive, by reverse DNS",
     "A column at the end. At most 200 queries a second, and 2 s for each name. The sweep does not wait, but the row of a target does, and the end for the last of them. /etc/hosts and resolv.conf hold. A name that is no host name is as none."},
    {OptionId::no_header, output, "", "--no-header", "", once, "", "CSV without its first line", ""},
    {OptionId::summary_json, output, "", "--summary-json", "FILE", once, "", "write the summary as JSON to FILE", ""},
    {OptionId::metrics, output, "", "--metrics", "FILE", once, "", "write gauges of the sweep for Prometheus to FILE",
     "In the text format of node_exporter's textfile collector, mode 0644. Also written where the sweep fails, with ringsweep_complete 0."},
    {OptionId::job, output, "", "--job", "NAME", once, "ringsweep", "label job_name of the gauges", ""},
    {OptionId::store, output, "", "--store", "FILE", once, "", "keep the sweep in FILE, a SQLite database",
     "Made where it does not exist. It keeps all rows, also those that --show and -a leave out, of all sweeps, and which hosts have ever answered. Its tables and views are in README, and are asked with sqlite3. Several sweeps may write to one store."},
    {OptionId::store_keep, output, "", "--store-keep", "TIME", once, "all",
     "forget sweeps of the store older than TIME",
     "A duration with a unit, also d for days: 90d. Their rows go with them, hosts stay."},
    {OptionId::quiet, output, "-q", "--quiet", "", once, "", "nothing on stderr but errors",
     "No start line, no progress, no summary. The exit status still tells."},
    {OptionId::progress, output, "", "--progress", "WHEN", once, "auto", "show the progress: auto, on or off",
     "auto shows one line that is written over where stderr is a terminal. on writes plain lines every few seconds elsewhere, too."},
    {OptionId::expect, output, "", "--expect", "WHAT", once, "", "exit 1 unless all, or at least N, targets are alive",
     "Without it exit status 0 means complete, not up."},
    {OptionId::dry_run, output, "", "--dry-run", "", once, "", "send nothing: list the addresses in sending order",
     "Goes through everything but the socket, and needs no privileges. Combined with --shard it shows who sends what."},
};

constexpr OptionSpec about_options[] = {
    {OptionId::help, about, "-h", "--help", "", once, "", "show this help", ""},
    {OptionId::version, about, "-V", "--version", "", once, "", "show the version and what it was built with", ""},
};

template <std::size_t... sizes>
constexpr auto concatenate(const OptionSpec (&... parts)[sizes]) {
  std::array<OptionSpec, (sizes + ...)> all{};
  std::size_t next = 0;
  const auto append = [&](const auto& part) {
    for (const OptionSpec& option : part) all[next++] = option;
  };
  (append(parts), ...);
  return all;
}

constexpr auto all_options = concatenate(target_options, rate_options, probing_options, order_options, engine_options,
                                         output_options, about_options);

constexpr ExitStatusText exit_statuses[] = {
    {0, "complete: every target has its verdict (it does not mean that they are up)"},
    {1, "complete, but --expect was not met"},
    {2, "usage: a wrong option or target; nothing was sent"},
    {3, "incomplete: interrupted, output failed, or some probes or replies were lost on this machine"},
    {4, "the system refused: no socket, no permission, no memory"},
};

}  // namespace

std::string_view to_text(OptionGroup group) {
  switch (group) {
    case targets:
      return "Targets";
    case rate:
      return "Rate";
    case probing:
      return "Probing";
    case order:
      return "Order";
    case engine:
      return "Engine";
    case output:
      return "Output";
    case command:
      return "Options";
    case about:
      return "About";
  }
  return {};
}

std::span<const OptionSpec> option_table() {
  return all_options;
}

std::span<const ExitStatusText> exit_status_table() {
  return exit_statuses;
}

}  // namespace ringsweep
