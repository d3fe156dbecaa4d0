#include "engine/preparation/sweep_sockets.h"

#include <algorithm>
#include <limits>

#include "ringsweep/base/error.h"
#include "ringsweep/base/limits.h"

namespace ringsweep {
namespace {

// How long the loop may be away without losing a reply, or a packet that waits for its device.
constexpr double bridged_receive_s = 0.2;
constexpr double bridged_send_s = 0.02;
// The most that one core can send and receive; stands in for `max`.
constexpr double fastest_pps = 400'000;
constexpr double least_buffer_bytes = 512.0 * 1024;
constexpr double most_buffer_bytes = 32.0 * 1024 * 1024;

// Size of a buffer for packets with this payload; the kernel doubles what is asked for, to allow for what it charges.
std::uint64_t buffer_bytes(Rate rate, std::size_t payload_size, double bridged_s,
                           double least_bytes = least_buffer_bytes) {
  const double pps = rate.is_max() ? fastest_pps : rate.pps();
  const double bytes_per_packet = static_cast<double>(packet_charge_bytes(payload_size)) / 2;
  return static_cast<std::uint64_t>(
      std::min(std::max({pps * bridged_s * bytes_per_packet, least_bytes, least_buffer_bytes}), most_buffer_bytes));
}

SocketOptions socket_options(const SweepOptions& options, const SweepPlan& plan) {
  SocketOptions result;
  if (options.socket == SocketChoice::dgram) result.plan = SocketPlan::dgram;
  if (options.socket == SocketChoice::raw) result.plan = SocketPlan::raw;
  result.need_v4 = plan.need_v4;
  result.need_v6 = plan.need_v6;
  result.ttl = options.ttl;
  result.tos = options.tos;
  result.interface = options.interface;
  result.source_v4 = options.source_v4;
  result.source_v6 = options.source_v6;
  result.packet_bytes = options.payload_size + icmp_header_size;
  return result;
}

std::uint64_t smallest_send_buffer(const SocketSet& sockets) {
  std::uint64_t smallest = std::numeric_limits<std::uint64_t>::max();
  for (const auto* family : {&sockets.v4, &sockets.v6}) {
    if (*family) smallest = std::min(smallest, (*family)->send_buffer_bytes);
  }
  return smallest;
}

}  // namespace

SweepSockets open_sweep_sockets(const SweepOptions& options, const SweepPlan& plan, std::uint64_t send_wanted_bytes) {
  SocketOptions wanted = socket_options(options, plan);
  const auto open_for = [&](Rate rate) {
    wanted.receive_buffer_bytes = buffer_bytes(rate, options.payload_size, bridged_receive_s);
    wanted.send_buffer_bytes =
        buffer_bytes(rate, options.payload_size, bridged_send_s, static_cast<double>(send_wanted_bytes) / 2);
    try {
      return open_sockets(wanted);
    } catch (const Error&) {
      if (!wanted.need_v6 || !plan.v6_for_names_only || !plan.need_v4) throw;
      wanted.need_v6 = false;
      return open_sockets(wanted);
    }
  };
  SweepSockets result;
  result.sets.push_back(open_for(plan.rate_of_worker(0)));
  result.plan = result.sets.front().plan;
  unsigned workers = plan.workers;
  if (result.plan == SocketPlan::raw && workers > 1) {
    // A single worker has the whole rate, but these buffers were sized for a part of it.
    workers = 1;
    result.sets.clear();
    result.sets.push_back(open_for(plan.rate));
  }
  result.send_buffer_bytes = smallest_send_buffer(result.sets.front());
  result.description = result.sets.front().description;
  const auto& v6 = result.sets.front().v6;
  result.has_v6 = v6.has_value();
  result.v6_drops_hidden = v6 && v6->sender_is_ping;
  while (result.sets.size() < workers) result.sets.push_back(open_sockets(wanted));
  return result;
}

}  // namespace ringsweep
