#include "sim/sim_transport.h"

#include <algorithm>

#include "ringsweep/base/limits.h"
#include "sim/allocation_watch.h"

namespace ringsweep {

SimTransport::SimTransport(const Options& options, SimBehaviour behaviour)
    : options_(options), behaviour_(std::move(behaviour)), now_ns_(options.start_ns) {}

void SimTransport::stop_process(std::int64_t at_ns, std::int64_t for_ns) {
  stop_at_ns_ = at_ns;
  stop_for_ns_ = for_ns;
}

void SimTransport::advance(std::int64_t to_ns) {
  now_ns_ = std::max(now_ns_, to_ns);
  if (now_ns_ < stop_at_ns_) return;
  now_ns_ += stop_for_ns_;
  stop_at_ns_ = never_ns;
}

std::int64_t SimTransport::now_ns() {
  const AllocationWatch::Pause pause;
  advance(now_ns_ + options_.clock_cost_ns);
  return now_ns_;
}

void SimTransport::deliver_until(std::int64_t now_ns) {
  while (!wire_.empty() && wire_.top().at_ns <= now_ns) {
    if (socket_.size() < options_.socket_buffer_packets) {
      socket_.push_back(wire_.top());
    } else if (options_.counts_lost_errors || wire_.top().packet.framing != Framing::quote) {
      ++drops_;
    }
    wire_.pop();
  }
}

void SimTransport::wait(std::int64_t until_ns) {
  const AllocationWatch::Pause pause;
  on_wait();
  deliver_until(now_ns_);
  if (!socket_.empty() || until_ns <= now_ns_) return;
  const std::int64_t next_ns = wire_.empty() ? until_ns : std::min(until_ns, wire_.top().at_ns);
  advance(next_ns);
  deliver_until(now_ns_);
}

Reaped SimTransport::reap() {
  const AllocationWatch::Pause pause;
  Reaped reaped;
  reaped.before_ns = now_ns();
  deliver_until(reaped.before_ns);
  const bool starved = (reaps_++ * 61) % 100 < options_.starved_reaps_of_100;
  const std::size_t count = starved ? 0 : std::min(options_.handed_out_per_reap, socket_.size());
  handed_out_.assign(socket_.begin(), socket_.begin() + static_cast<std::ptrdiff_t>(count));
  socket_.erase(socket_.begin(), socket_.begin() + static_cast<std::ptrdiff_t>(count));
  std::stable_partition(handed_out_.begin(), handed_out_.end(),
                        [](const Arrival& arrival) { return arrival.packet.framing != Framing::quote; });
  packets_.clear();
  for (Arrival& arrival : handed_out_) {
    arrival.packet.bytes = arrival.bytes;
    arrival.packet.kernel_stamp = options_.kernel_stamps;
    arrival.packet.received_ns = options_.kernel_stamps ? arrival.at_ns : now_ns_;
    packets_.push_back(arrival.packet);
  }
  reaped.packets = packets_;
  reaped.dry = count == 0 && !starved;
  return reaped;
}

void SimTransport::answer(const OutgoingPacket& probe, const SimAnswer& answer, std::int64_t sent_ns) {
  Arrival arrival;
  arrival.at_ns = sent_ns + answer.delay_ns;
  arrival.order = order_++;
  arrival.bytes.assign(probe.bytes.begin(), probe.bytes.end());
  ReceivedPacket& packet = arrival.packet;
  packet.family = probe.to.family;
  packet.source = answer.from.is_none() ? probe.to : answer.from;
  packet.ttl = 64;
  // The kernel sets the identifier of a ping socket; the codec wrote it already.
  if (answer.kind == SimAnswer::Kind::error) {
    packet.framing = Framing::quote;
    packet.destination = probe.to;
    packet.error_type = answer.error_type;
    packet.error_code = answer.error_code;
    arrival.bytes.resize(std::min(arrival.bytes.size(), answer.quoted_bytes));
  } else {
    packet.framing = probe.to.is_v4() ? Framing::ping_v4 : Framing::icmp_v6;
    arrival.bytes[0] = std::byte{static_cast<unsigned char>(probe.to.is_v4() ? 0 : 129)};
    if (answer.kind == SimAnswer::Kind::forged) arrival.bytes[arrival.bytes.size() - 1] ^= std::byte{1};
    if (answer.kind == SimAnswer::Kind::wrong_sequence) arrival.bytes[7] ^= std::byte{1};
    if (answer.kind == SimAnswer::Kind::truncated) arrival.bytes.resize(6);
    if (answer.kind == SimAnswer::Kind::replayed) {
      const std::vector<std::byte>& first = first_probes_.at(probe.to);
      std::copy(first.begin() + icmp_header_size, first.end(), arrival.bytes.begin() + icmp_header_size);
    }
    if (answer.kind == SimAnswer::Kind::reply && packet.source == probe.to) replies_[probe.to].push_back(arrival.at_ns);
  }
  wire_.push(std::move(arrival));
}

SendResult SimTransport::send(std::span<const OutgoingPacket> batch) {
  const AllocationWatch::Pause pause;
  SendResult result;
  result.before_ns = now_ns();
  failures_.clear();
  for (std::uint32_t i = 0; i < batch.size(); ++i) {
    const std::int64_t sent_ns = now_ns_;
    advance(now_ns_ + options_.send_cost_ns);
    if (const int error = behaviour_.send_error(batch[i].to, sends_++)) {
      failures_.push_back({i, error});
      continue;
    }
    sent_.push_back({batch[i].to, sent_ns});
    const std::uint32_t nth = ++probes_[batch[i].to];
    if (nth == 1) first_probes_[batch[i].to].assign(batch[i].bytes.begin(), batch[i].bytes.end());
    for (const SimAnswer& one : behaviour_.answers(batch[i].to, nth)) answer(batch[i], one, sent_ns);
  }
  result.after_ns = now_ns();
  result.failures = failures_;
  return result;
}

std::uint64_t SimTransport::socket_drops() {
  const AllocationWatch::Pause pause;
  deliver_until(now_ns_);
  return options_.drops_before_start + drops_;
}

std::uint64_t SimTransport::probes_to(const Address& to) const {
  const auto found = probes_.find(to);
  return found == probes_.end() ? 0 : found->second;
}

}  // namespace ringsweep
