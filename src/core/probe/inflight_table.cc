#include "ringsweep/core/probe/inflight_table.h"

#include <algorithm>
#include <bit>
#include <cassert>

#include "ringsweep/core/probe/low_bits.h"

namespace ringsweep {
namespace {

constexpr std::uint64_t index_mask = max_targets - 1;
constexpr unsigned tries_shift = target_index_bits;
constexpr std::uint64_t repaired_bit = std::uint64_t{1} << 56;
constexpr std::uint64_t unsure_bit = std::uint64_t{1} << 57;
constexpr std::uint64_t no_neighbour_bit = std::uint64_t{1} << 58;
constexpr std::uint64_t on_link_bit = std::uint64_t{1} << 59;
constexpr std::uint64_t attempt_left_bit = std::uint64_t{1} << 60;

std::uint64_t pack(const TargetMemory& memory) {
  return memory.target | (std::uint64_t{memory.local_tries} << tries_shift) | (memory.repaired ? repaired_bit : 0) |
         (memory.unsure ? unsure_bit : 0) | (memory.no_neighbour ? no_neighbour_bit : 0) |
         (memory.on_link ? on_link_bit : 0) | (memory.attempt_left ? attempt_left_bit : 0);
}

TargetMemory unpack(std::uint64_t word) {
  TargetMemory memory;
  memory.target = word & index_mask;
  memory.local_tries = static_cast<std::uint16_t>(word >> tries_shift);
  memory.repaired = (word & repaired_bit) != 0;
  memory.unsure = (word & unsure_bit) != 0;
  memory.no_neighbour = (word & no_neighbour_bit) != 0;
  memory.on_link = (word & on_link_bit) != 0;
  memory.attempt_left = (word & attempt_left_bit) != 0;
  return memory;
}

}  // namespace

InflightTable::InflightTable(std::uint64_t slots, bool with_v6, const Schedule& timeouts)
    : mask_(slots - 1),
      with_v6_(with_v6),
      timeouts_(timeouts),
      word_(slots),
      target_(slots),
      successor_(slots),
      address_low_(slots),
      address_high_(with_v6 ? slots : 0) {
  assert(std::has_single_bit(slots));
  cursors_.fill(1);
}

bool InflightTable::cuts_late_window() const {
  const std::uint64_t leaving = head_ - slots();
  return holds(leaving) && target_open(leaving);
}

std::uint64_t InflightTable::add(const TargetMemory& memory, std::uint32_t attempt, const Address& address,
                                 std::uint64_t previous) {
  assert(!full());
  assert(attempt >= 1 && attempt <= max_attempts);
  assert(with_v6_ || address.is_v4());
  const std::uint64_t number = head_++;
  const std::size_t at = slot(number);
  word_[at] = attempt;  // in flight, not pending; the send time comes with set_sent
  target_[at] = pack(memory);
  successor_[at] = 0;
  address_low_[at] = static_cast<std::uint32_t>(address.low);
  if (with_v6_) {
    address_high_[at] = {address.is_v4() ? v4_zone : address.zone, static_cast<std::uint32_t>(address.low >> 32),
                         address.high};
  }
  ++in_flight_;
  if (holds(previous)) {
    clear_pending(previous);
    successor_[slot(previous)] = static_cast<std::uint32_t>(number - previous);
  }
  return number;
}

void InflightTable::set_sent(std::uint64_t number, std::int64_t sent_ns) {
  const auto ticks = static_cast<std::uint64_t>(sent_ns / table_tick_ns);
  newest_sent_ticks_ = std::max(newest_sent_ticks_, ticks);
  std::uint64_t& word = word_[slot(number)];
  word = (word & low_bits) | (ticks << time_shift);
}

Address InflightTable::address(std::uint64_t number) const {
  const std::size_t at = slot(number);
  if (!with_v6_) return Address::v4(address_low_[at]);
  const HighPart& part = address_high_[at];
  if (part.zone == v4_zone) return Address::v4(address_low_[at]);
  return Address::v6(part.high, (std::uint64_t{part.middle} << 32) | address_low_[at], part.zone);
}

TargetMemory InflightTable::memory(std::uint64_t number) const {
  return unpack(target_[slot(number)]);
}

Probe InflightTable::probe(std::uint64_t number) const {
  return {number, memory(number), address(number), sent_ns(number), attempt(number), state(number), pending(number)};
}

std::uint64_t InflightTable::last_of_target(std::uint64_t number) const {
  // A successor is younger than its predecessor, so it is in the window whenever that is.
  while (!pending(number) && successor_[slot(number)] != 0) number += successor_[slot(number)];
  return number;
}

bool InflightTable::target_open(std::uint64_t number) const {
  const std::uint64_t last = last_of_target(number);
  return state(last) == ProbeState::in_flight || pending(last);
}

void InflightTable::set_state(std::uint64_t number, ProbeState new_state) {
  if (state(number) == ProbeState::in_flight && new_state != ProbeState::in_flight) --in_flight_;
  std::uint64_t& word = word_[slot(number)];
  word = (word & ~state_mask) | (static_cast<std::uint64_t>(new_state) << state_shift);
}

void InflightTable::set_pending(std::uint64_t number, std::uint32_t place) {
  word_[slot(number)] |= pending_bit;
  successor_[slot(number)] = place;
}

void InflightTable::clear_pending(std::uint64_t number) {
  word_[slot(number)] &= ~pending_bit;
  successor_[slot(number)] = 0;
}

void InflightTable::set_no_neighbour(std::uint64_t number) {
  target_[slot(number)] |= no_neighbour_bit;
}
void InflightTable::set_unsure(std::uint64_t number) {
  target_[slot(number)] |= unsure_bit;
}

std::optional<std::uint64_t> InflightTable::find_undecided(std::uint16_t sequence, const Address& to) const {
  for (std::uint64_t number = number_below(head_, sequence, 16); holds(number); number -= 0x10000) {
    const bool undecided = state(number) != ProbeState::answered && state(number) != ProbeState::lost_here;
    if (undecided && address(number) == to && target_open(number)) return number;
  }
  return std::nullopt;
}

bool InflightTable::advance(std::size_t timeout_class) {
  std::uint64_t& cursor = cursors_[timeout_class];
  // Every probe that has left the ring had its outcome.
  cursor = std::max(cursor, oldest());
  while (cursor < head_) {
    if (state(cursor) == ProbeState::in_flight && timeouts_.class_of(attempt(cursor)) == timeout_class) return true;
    ++cursor;
  }
  return false;
}

std::uint64_t InflightTable::oldest_in_flight() {
  std::uint64_t oldest = head_;
  for (std::size_t c = 0; c < timeouts_.classes(); ++c) {
    if (advance(c)) oldest = std::min(oldest, cursors_[c]);
  }
  return oldest;
}

std::int64_t InflightTable::next_expiry_ns() {
  std::int64_t earliest = never_ns;
  for (std::size_t c = 0; c < timeouts_.classes(); ++c) {
    if (advance(c)) earliest = std::min(earliest, deadline_ns(cursors_[c]));
  }
  return earliest;
}

std::optional<std::uint64_t> InflightTable::next_expired(std::int64_t heard_until_ns) {
  for (std::size_t c = 0; c < timeouts_.classes(); ++c) {
    if (advance(c) && deadline_ns(cursors_[c]) <= heard_until_ns) return cursors_[c];
  }
  return std::nullopt;
}

}  // namespace ringsweep
