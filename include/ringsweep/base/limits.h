// Every fixed limit of the program, in one place, with the relations that they must keep.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "ringsweep/base/time.h"

namespace ringsweep {

// Targets of one sweep: the index travels in 40 bits of the token, and the permutation covers [0, 2^40).
inline constexpr unsigned target_index_bits = 40;
inline constexpr std::uint64_t max_targets = std::uint64_t{1} << target_index_bits;
// More than this needs --max-targets: a mistyped mask must not become a day of probing.
inline constexpr std::uint64_t default_max_targets = 16'777'216;

// Probe numbers travel in 40 bits, attempts in 24 (the token) and 20 (the table).
inline constexpr unsigned probe_number_bits = 40;
inline constexpr unsigned table_attempt_bits = 20;
inline constexpr std::uint32_t max_attempts = (1U << table_attempt_bits) - 1;

// Slots of the in-flight tables of all workers together.
inline constexpr std::uint64_t max_table_slots = std::uint64_t{1} << 20;
inline constexpr std::uint64_t min_table_slots = 64;

// Send times in the table are 40 bits of 0.1 us: 30.5 hours. Timeouts, lingers and periods stay below a day.
inline constexpr std::int64_t max_duration_ns = 24 * 3600 * ns_per_s;
inline constexpr std::int64_t table_tick_ns = 100;
static_assert(max_duration_ns < (std::int64_t{1} << 40) * table_tick_ns);

// Probes that leave in one go (src/README.md, 3.8). Larger batches gain nothing (src/README.md, 3.7).
inline constexpr std::uint32_t max_batch = 64;
inline constexpr std::uint32_t default_batch = 32;

// Provided receive buffers of a ring, and completions that a ring can hold: a full buffer ring and a full batch of
// failed sends fit at once, or completions would overflow.
inline constexpr std::uint32_t receive_buffers = 512;
inline constexpr std::uint32_t completion_entries = 2048;
static_assert(completion_entries >= 2 * receive_buffers + max_batch);

// What the kernel charges a socket buffer for a packet with so much payload, at most: headers and its own structures
// come on top, and its memory comes in powers of two.
inline constexpr std::uint64_t small_packet_charge_bytes = 832;
constexpr std::uint64_t packet_charge_bytes(std::size_t payload_size) {
  return std::max(small_packet_charge_bytes, 256 + std::bit_ceil(std::uint64_t{payload_size} + 384));
}

// Payload of a probe: the token is 24 bytes, and an IPv4 packet holds 65,535 bytes with its header and ours.
inline constexpr std::size_t token_size = 24;
inline constexpr std::size_t icmp_header_size = 8;
// The IP headers before it, without options and extension headers.
inline constexpr std::size_t v4_header_size = 20, v6_header_size = 40;
// In it (RFC 792, RFC 4443): the checksum, and of an echo message the identifier and the sequence number.
inline constexpr std::size_t icmp_checksum_at = 2, icmp_identifier_at = 4, icmp_sequence_at = 6;
inline constexpr std::size_t max_payload_size = 65'507;

inline constexpr unsigned max_workers = 256;
// Distinct delays of one job (timeouts of attempts, periods): each has one FIFO (src/README.md, 3.2).
inline constexpr std::size_t max_distinct_delays = 8;

// Reaps in one turn of the loop: a flood of replies cannot stop the sending.
inline constexpr int max_reaps_per_turn = 64;
// Replies may come this much after the timeout and are still known as late.
inline constexpr std::int64_t late_window_ns = 250 * ns_per_ms;
// The loop looks at counters and stop conditions at least this often.
inline constexpr std::int64_t tick_ns = 50 * ns_per_ms;

}  // namespace ringsweep
