#include "ringsweep/engine/on_link.h"

#include <fmt/format.h>

#include <algorithm>

#include "ringsweep/core/on_link_guard.h"
#include "ringsweep/net/neighbour_limits.h"
#include "ringsweep/net/routes.h"
#include "ringsweep/output/number_text.h"

namespace ringsweep {
namespace {

// A packet that waits for its neighbour stays charged to the send buffer with this much.
constexpr std::uint64_t parked_packet_bytes = 832;
// One MAC that answers for more targets than this is worth a word.
constexpr std::uint64_t shared_mac_targets = 8;

// Those prefixes that hold a target.
OnLinkPrefixes prefixes_of(const TargetSet& targets) {
  const OnLinkPrefixes all = read_on_link_prefixes();
  OnLinkPrefixes used;
  for (const auto& [first, last] : all.ranges()) {
    if (targets.has_any(first, last)) used.add(first, last);
  }
  used.sort();
  return used;
}

bool has_family(const OnLinkPrefixes& prefixes, Family family) {
  return std::any_of(prefixes.ranges().begin(), prefixes.ranges().end(),
                     [family](const auto& range) { return range.first.family == family; });
}

std::string table_reason(const char* family, std::uint64_t size, std::uint64_t used) {
  return fmt::format(
      "net.{0}.neigh.default.gc_thresh3 is {1} and {2} entries are used; sysctl -w "
      "net.{0}.neigh.default.gc_thresh3={3} "
      "raises it",
      family, size, used, size * 16);
}

}  // namespace

OnLink::OnLink(const SweepOptions& options, const TargetSet& targets, std::uint64_t send_buffer_bytes, unsigned workers)
    : prefixes_(prefixes_of(targets)), limit_per_worker_(OnLinkGuard::unlimited) {
  if (prefixes_.empty()) return;
  watch_ = std::make_unique<NeighbourWatch>(prefixes_);
  if (!options.guards) return;
  limit_by_neighbour_table(workers);
  limit_by_send_buffer(send_buffer_bytes, options.attempts);
}

void OnLink::take_limit(std::uint64_t limit, std::string reason) {
  limit = std::max<std::uint64_t>(limit, 1);
  if (limit_per_worker_ != OnLinkGuard::unlimited && limit_per_worker_ <= limit) return;
  limit_per_worker_ = limit;
  limit_reason_ = std::move(reason);
}

void OnLink::limit_by_neighbour_table(unsigned workers) {
  const NeighbourLimits limits = read_neighbour_limits();
  const auto share = [workers](std::uint64_t size, std::uint64_t used) {
    return (size - std::min(size, used)) * 8 / 10 / workers;
  };
  if (has_family(prefixes_, Family::v4)) {
    take_limit(share(limits.gc_thresh3_v4, limits.used_v4), table_reason("ipv4", limits.gc_thresh3_v4, limits.used_v4));
  }
  if (has_family(prefixes_, Family::v6)) {
    take_limit(share(limits.gc_thresh3_v6, limits.used_v6), table_reason("ipv6", limits.gc_thresh3_v6, limits.used_v6));
  }
}

void OnLink::limit_by_send_buffer(std::uint64_t send_buffer_bytes, std::uint32_t attempts) {
  take_limit(send_buffer_bytes / (parked_packet_bytes * attempts),
             fmt::format("the send buffer holds {} bytes; net.core.wmem_max raises it", send_buffer_bytes));
}

void OnLink::report(SweepSummary& summary, bool held_back) const {
  if (held_back) {
    summary.guards.push_back({"on-link", fmt::format("at most {} unresolved targets of the own links at once: {}; "
                                                     "--no-guards does without",
                                                     limit_per_worker_ * summary.workers, limit_reason_)});
  }
  if (const std::uint64_t there = summary.tally.silent_but_there; there > 0) {
    summary.notes.push_back(
        fmt::format("{} there all the same: ARP or neighbour discovery answered (--show arp_reply,nd_reply)",
                    counted_text(there, "silent target")));
  }
  if (watch_ == nullptr) return;
  for (const SharedMac& shared : watch_->macs_with_more_than(shared_mac_targets)) {
    summary.notes.push_back(
        fmt::format("{} answers ARP or neighbour discovery for {} targets (proxy ARP?)", shared.mac, shared.addresses));
  }
}

}  // namespace ringsweep
