#include "ringsweep/engine/links/on_link.h"

#include <fmt/core.h>

#include <algorithm>

#include "engine/links/mac_column.h"
#include "ringsweep/base/limits.h"
#include "ringsweep/net/kernel/neighbour_tables.h"
#include "ringsweep/net/kernel/routes.h"
#include "ringsweep/output/text/number_text.h"
#include "ringsweep/system/clock.h"

namespace ringsweep {
namespace {

// A MAC that answers for more targets than this is reported.
constexpr std::uint64_t shared_mac_targets = 8;

// The prefixes that hold a target; all of them if names are among the targets.
OnLinkPrefixes prefixes_of(const TargetSet& targets) {
  OnLinkPrefixes all = read_on_link_prefixes();
  if (targets.name_count() > 0) return all;
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

// Entries of one target: in IPv6 the multicast group that is asked has one as well.
constexpr std::uint64_t entries_of_target_v4 = 1;
constexpr std::uint64_t entries_of_target_v6 = 2;

// A fifth stays free for others.
std::uint64_t places_in(const NeighbourTable& table, std::uint64_t entries_of_target) {
  const std::uint64_t free = table.size - std::min(table.size, table.entries);
  return std::max<std::uint64_t>(free * 8 / 10 / entries_of_target, 1);
}

std::string reason_of(const NeighbourTable& table, const char* family) {
  return fmt::format(
      "net.{0}.neigh.default.gc_thresh3 is {1} and {2} entries are in use; sysctl -w net.{0}.neigh.default.gc_thresh3={3} on the host raises it",
      family, table.size, table.entries, table.size * 16);
}

// Probes of one target that can wait for their neighbour at once.
std::uint64_t parked_probes(const SweepOptions& options, std::int64_t asking_ns) {
  const std::int64_t timeout_ns = std::max<std::int64_t>(options.timeout_ns, 1);
  return std::min<std::uint64_t>(options.attempts, static_cast<std::uint64_t>(asking_ns / timeout_ns) + 1);
}

}  // namespace

OnLink::OnLink(const SweepOptions& options, const TargetSet& targets)
    : options_(options), prefixes_(prefixes_of(targets)) {
  if (!prefixes_.empty()) read_tables();
}

void OnLink::read_tables() {
  NeighbourTables tables = read_neighbour_tables();
  leave_out_spare_entries(tables);
  const auto take = [this](const NeighbourTable& table, const char* family, std::uint64_t entries_of_target) {
    const std::uint64_t places = places_in(table, entries_of_target);
    guard_.asking_ns = std::max(guard_.asking_ns, table.asking_ns);
    guard_.reachable_ns = std::max(guard_.reachable_ns, table.reachable_ns);
    if (table_places_ != 0 && table_places_ <= places) return;
    table_places_ = places;
    table_reason_ = reason_of(table, family);
  };
  if (has_family(prefixes_, Family::v4)) take(tables.v4, "ipv4", entries_of_target_v4);
  if (has_family(prefixes_, Family::v6)) take(tables.v6, "ipv6", entries_of_target_v6);
  if (!options_.guards) table_places_ = 0;
  // A packet that waits for its neighbour stays charged to the send buffer.
  bytes_per_target_ = packet_charge_bytes(options_.payload_size) * parked_probes(options_, guard_.asking_ns);
}

std::uint64_t OnLink::send_buffer_bytes_wanted() const {
  return table_places_ * bytes_per_target_;
}

void OnLink::begin(std::uint64_t send_buffer_bytes, unsigned workers) {
  workers_ = workers;
  if (prefixes_.empty()) return;
  watch_ = std::make_unique<NeighbourWatch>(prefixes_);
  if (table_places_ == 0) return;
  guard_.limit = std::max<std::uint64_t>(table_places_ / workers, 1);
  limit_reason_ = table_reason_;
  const std::uint64_t buffer_places = std::max<std::uint64_t>(send_buffer_bytes / bytes_per_target_, 1);
  if (buffer_places >= guard_.limit) return;
  guard_.limit = buffer_places;
  // The kernel doubles what a program asks for.
  limit_reason_ = fmt::format("the send buffer of a socket holds {} bytes; sysctl -w net.core.wmem_max={} raises it",
                              send_buffer_bytes, (send_buffer_bytes_wanted() + 1) / 2);
}

OnLinkGuard::Options OnLink::guard_of_worker() const {
  OnLinkGuard::Options guard = guard_;
  guard.neighbours = watch_.get();
  return guard;
}

std::unique_ptr<ExtraColumn> OnLink::mac_column() const {
  return std::make_unique<MacColumn>(
      prefixes(), MacColumn::Neighbours{[this](const Address& address) { return watch_->mac_of(address); },
                                        [this] { watch_->refresh(); }, realtime_now_ns});
}

std::int64_t OnLink::longest_wait_ns() const {
  return watch_ == nullptr ? 0 : OnLinkGuard::longest_neighbour_wait_ns(guard_.asking_ns, watch_->has_stale());
}

void OnLink::report(SweepSummary& summary, bool held_back) const {
  if (held_back) {
    summary.guards.push_back(
        {"on-link",
         fmt::format(
             "at most {} targets on this machine's own links were unresolved or fresh at once: {}; --no-guards removes the limit",
             limit(), limit_reason_)});
  }
  if (const std::uint64_t there = summary.tally.silent_but_there; there > 0) {
    summary.notes.push_back(
        fmt::format("{} present all the same: ARP or neighbour discovery answered (--show arp_reply,nd_reply)",
                    counted_text(there, "silent target")));
  }
  if (watch_ == nullptr) return;
  for (const SharedMac& shared : watch_->macs_with_more_than(shared_mac_targets)) {
    summary.notes.push_back(fmt::format("{} answers ARP or neighbour discovery for {} addresses (proxy ARP?)",
                                        shared.mac, shared.addresses));
  }
}

}  // namespace ringsweep
