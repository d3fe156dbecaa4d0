#include "ringsweep/core/jobs/tally.h"

#include <numeric>

namespace ringsweep {

ReplyCounts& ReplyCounts::operator+=(const ReplyCounts& other) {
  duplicate += other.duplicate;
  late += other.late;
  foreign += other.foreign;
  malformed += other.malformed;
  contradicted += other.contradicted;
  other_source += other.other_source;
  redirect += other.redirect;
  source_quench += other.source_quench;
  own_error += other.own_error;
  return *this;
}

RttCounts& RttCounts::operator+=(const RttCounts& other) {
  kernel_stamp += other.kernel_stamp;
  reap_time += other.reap_time;
  clamped += other.clamped;
  stretched_batches += other.stretched_batches;
  clock_steps += other.clock_steps;
  return *this;
}

LocalCounts& LocalCounts::operator+=(const LocalCounts& other) {
  lost_here += other.lost_here;
  send_full += other.send_full;
  send_maybe += other.send_maybe;
  send_final += other.send_final;
  short_sends += other.short_sends;
  socket_drops += other.socket_drops;
  buffer_ring_empty += other.buffer_ring_empty;
  multishot_ended += other.multishot_ended;
  completion_overflow += other.completion_overflow;
  receive_backlogs += other.receive_backlogs;
  void_probes += other.void_probes;
  unrepaired += other.unrepaired;
  output_stalls += other.output_stalls;
  late_window_cut += other.late_window_cut;
  targets_refused += other.targets_refused;
  return *this;
}

std::uint64_t Tally::targets_decided() const {
  return std::accumulate(states.begin(), states.end(), std::uint64_t{0});
}

std::uint64_t Tally::outcomes_decided() const {
  return std::accumulate(outcomes.begin(), outcomes.end(), std::uint64_t{0});
}

bool Tally::balances(std::uint64_t targets) const {
  return targets_decided() == targets && outcomes_decided() == probes_sent;
}

Tally& Tally::operator+=(const Tally& other) {
  for (std::size_t i = 0; i < states.size(); ++i) states[i] += other.states[i];
  probes_sent += other.probes_sent;
  silent_but_there += other.silent_but_there;
  for (std::size_t i = 0; i < outcomes.size(); ++i) outcomes[i] += other.outcomes[i];
  replies += other.replies;
  rtt += other.rtt;
  local += other.local;
  return *this;
}

}  // namespace ringsweep
