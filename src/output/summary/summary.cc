#include "ringsweep/output/summary/summary.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <utility>

#include "output/summary/counter_names.h"
#include "ringsweep/base/time.h"
#include "ringsweep/output/text/number_text.h"

namespace ringsweep {
namespace {

using NamedCount = std::pair<std::string_view, std::uint64_t>;

constexpr std::array<std::pair<std::string_view, std::string_view>, 12> remedies = {{
    {"socket_drops", "raise net.core.rmem_max, or lower -r"},
    {"buffer_ring_empty", "lower -r, or use more cores with -w"},
    {"completion_overflow", "lower -r, or use more cores with -w"},
    {"receive_backlogs", "raise net.core.rmem_max, or lower -r"},
    {"void_probes", "lower -r, or raise --attempts"},
    {"unrepaired", "raise net.core.rmem_max, lower -r, or raise --attempts"},
    {"IpOutDiscards",
     "a device queue or the neighbour table was full; lost probes were sent again; lower -r to avoid this"},
    {"arp_table_fulls", "raise net.ipv4.neigh.default.gc_thresh3"},
    {"ndisc_table_fulls", "raise net.ipv6.neigh.default.gc_thresh3"},
    {"conntrack_drop", "raise net.netfilter.nf_conntrack_max, or exempt ICMP from tracking"},
    {"IPReversePathFilter", "replies arrived on another interface: set net.ipv4.conf.all.rp_filter=2 to accept them"},
    {"Ip6OutDiscards", "run with CAP_NET_RAW, which shows each local drop, or lower -r"},
}};

// "4096 alive + 61440 no_reply", without zero counts; "" if all are zero.
std::string joined(const std::vector<NamedCount>& counts, std::string_view separator) {
  std::string text;
  for (const auto& [name, count] : counts) {
    if (count == 0) continue;
    if (!text.empty()) text += separator;
    text += fmt::format("{} {}", count, name);
  }
  return text;
}

template <typename Counts, typename Names>
std::vector<NamedCount> named(const Counts& counts, const Names& names) {
  std::vector<NamedCount> result;
  result.reserve(names.size());
  for (const auto& [name, member] : names) result.emplace_back(name, counts.*member);
  return result;
}

// One line of the balance; a difference would be a fault of this program, and is shown.
std::string balance(std::uint64_t whole, std::string_view noun, std::vector<NamedCount> parts) {
  std::uint64_t sum = 0;
  for (const auto& [name, count] : parts) sum += count;
  if (sum < whole) parts.emplace_back("NOT ACCOUNTED FOR", whole - sum);
  std::string text =
      fmt::format("{} = {}", counted_text(whole, noun), sum == 0 && whole == 0 ? "0" : joined(parts, " + "));
  if (sum > whole) text += fmt::format(" - {} COUNTED TWICE", sum - whole);
  return text;
}

std::string states_line(const SweepSummary& summary) {
  std::vector<NamedCount> states;
  for (std::size_t i = 0; i < state_count; ++i) {
    states.emplace_back(to_text(static_cast<State>(i)), summary.tally.states[i]);
  }
  return balance(summary.targets, "target", std::move(states)) + "\n";
}

std::string probes_line(const Tally& tally) {
  std::vector<NamedCount> outcomes;
  for (std::size_t i = 0; i < outcome_count; ++i) outcomes.emplace_back(outcome_names[i], tally.outcomes[i]);
  return balance(tally.probes_sent, "probe", std::move(outcomes)) + "\n";
}

std::string resumed_line(const SweepSummary& summary) {
  if (summary.run == 1) return {};
  return fmt::format("resumed (run {}): {} decided before; probes, replies and RTTs are those of this run\n",
                     summary.run, counted_text(summary.decided_before, "target"));
}

std::string run_line(const SweepSummary& summary) {
  return fmt::format("{} pps sent, {} asked, in {:.3f} s; engine {}, sockets {}, {}, {} matching\n",
                     short_number(summary.rate_sent_pps()), rate_text(summary.rate_asked),
                     static_cast<double>(summary.duration_ns) / static_cast<double>(ns_per_s), summary.engine,
                     summary.sockets, counted_text(summary.workers, "worker"), summary.matching);
}

std::string rtt_line(const SweepSummary& summary) {
  const RttHistogram& rtts = summary.rtts;
  if (rtts.count() == 0) return {};
  const RttCounts& source = summary.tally.rtt;
  std::string text =
      fmt::format("rtt ms: min {}, p50 {}, p90 {}, p99 {}, max {}, mean {}", ms_text(rtts.min_ns()),
                  ms_text(rtts.quantile_ns(0.5)), ms_text(rtts.quantile_ns(0.9)), ms_text(rtts.quantile_ns(0.99)),
                  ms_text(rtts.max_ns()), ms_text(static_cast<std::int64_t>(rtts.mean_ns())));
  // Kernel timestamps are the rule; only exceptions are shown.
  const std::vector<NamedCount> departures = {{"stamped when read", source.reap_time},
                                              {"clamped", source.clamped},
                                              {"stretched while sending", source.stretched_batches},
                                              {"clock steps", source.clock_steps}};
  const std::string notes = joined(departures, ", ");
  if (!notes.empty()) text += " (" + notes + ")";
  return text + "\n";
}

std::string counters_line(std::string_view title, const std::vector<NamedCount>& counts) {
  const std::string text = joined(counts, ", ");
  return text.empty() ? text : fmt::format("{}: {}\n", title, text);
}

std::string rate_and_bits(const StartInfo& info) {
  if (info.rate.is_max()) return "as fast as the kernel accepts them (" + info.rate_reason + ")";
  const double bits_per_s = info.rate.pps() * static_cast<double>(info.packet_bytes) * 8;
  return fmt::format("at {} pps ({}), {}bit/s", rate_text(info.rate), info.rate_reason, short_number(bits_per_s));
}

}  // namespace

double SweepSummary::rate_sent_pps() const {
  const auto probes = static_cast<double>(tally.probes_sent);
  // The time from the first to the last probe has one interval fewer than probes; count a single probe per second.
  if (tally.probes_sent > 1 && sending_ns > 0) return (probes - 1) * 1e9 / static_cast<double>(sending_ns);
  return probes * 1e9 / static_cast<double>(std::max(duration_ns, ns_per_s));
}

std::string rate_text(Rate rate) {
  if (rate.is_max()) return "max";
  const std::uint64_t milli = rate.milli_pps;
  if (milli % 1'000'000'000 == 0) return std::to_string(milli / 1'000'000'000) + "M";
  if (milli % 1'000'000 == 0) return std::to_string(milli / 1'000'000) + "k";
  return decimal_text(milli);
}

std::string_view remedy_for(std::string_view counter) {
  const auto found =
      std::find_if(remedies.begin(), remedies.end(), [counter](const auto& entry) { return entry.first == counter; });
  return found == remedies.end() ? std::string_view{} : found->second;
}

void add_moved(std::vector<MovedCounter>& sums, const MovedCounter& more) {
  const auto found = std::ranges::find(sums, more.counter, &MovedCounter::counter);
  if (found == sums.end()) {
    sums.push_back(more);
  } else {
    found->delta += more.delta;
  }
}

std::string summary_text(const SweepSummary& summary) {
  std::string text =
      states_line(summary) + resumed_line(summary) + probes_line(summary.tally) + run_line(summary) + rtt_line(summary);
  text += counters_line("replies not counted as answers", named(summary.tally.replies, reply_counters));
  LocalCounts local = summary.tally.local;
  local.multishot_ended = 0;  // every pending error ends it: the normal course of things, for the JSON only
  text += counters_line("on this machine", named(local, local_counters));
  for (const GuardReport& guard : summary.guards) text += fmt::format("guard {}: {}\n", guard.guard, guard.effect);
  for (const std::string& note : summary.notes) text += note + "\n";
  for (const MovedCounter& moved : summary.kernel_counters) {
    text += fmt::format("kernel counter {}increased by {} during the sweep: {}\n", moved.counter, moved.delta,
                        moved.remedy);
  }
  for (const MovedCounter& bound : summary.lower_bound) {
    text += fmt::format("lower bound: {} increased by {}, so more targets may be alive", bound.counter, bound.delta);
    text += bound.remedy.empty() ? "\n" : "; " + bound.remedy + "\n";
  }
  for (const std::string& cause : summary.incomplete_because) text += "incomplete: " + cause + "\n";
  return text;
}

std::string summary_errors(const SweepSummary& summary) {
  std::string text;
  for (const MovedCounter& bound : summary.lower_bound)
    text += fmt::format("ringsweep: lower bound: {} increased by {}; {}\n", bound.counter, bound.delta, bound.remedy);
  for (const std::string& cause : summary.incomplete_because) text += "ringsweep: incomplete: " + cause + "\n";
  return text;
}

std::string start_line(const StartInfo& info) {
  std::string text = fmt::format("ringsweep: {}", counted_text(info.targets, "target"));
  if (info.shards > 1) text += fmt::format(" (shard {}/{})", info.shard, info.shards);
  if (info.decided_before > 0) text += fmt::format(", {} of them decided before,", info.decided_before);
  text += fmt::format(" {}", rate_and_bits(info));
  if (info.longest_ns) text += fmt::format(", at most {}", duration_text(std::max(*info.longest_ns, ns_per_s)));
  if (info.on_link_limit > 0) text += fmt::format(", at most {} on-link targets at once", info.on_link_limit);
  if (info.names_ns > 0) text += fmt::format(", then at most {} for names", duration_text(info.names_ns));
  text += fmt::format("; seed {}, sockets {}, engine {}", info.seed, info.sockets, info.engine);
  if (info.workers > 1) text += fmt::format(", {} workers", info.workers);
  text += '\n';
  return text;
}

}  // namespace ringsweep
