#include "ringsweep/engine/worker/sender.h"

#include <algorithm>
#include <cerrno>

#include "ringsweep/core/probe/low_bits.h"

namespace ringsweep {
namespace {

constexpr std::int64_t first_backoff_ns = 100 * ns_per_us;
constexpr std::int64_t longest_backoff_ns = 10 * ns_per_ms;
constexpr std::int64_t name_poll_ns = 100 * ns_per_ms;
constexpr std::int64_t output_poll_ns = ns_per_ms;
constexpr std::uint16_t maybe_tries_max = 10;
// A full neighbour table has room again after some seconds.
constexpr std::uint16_t full_table_tries_max = 1000;
// One loss is noticed several times but halves the rate once. Never below this share of what was asked.
constexpr std::int64_t halving_interval_ns = 100 * ns_per_ms;
constexpr std::uint64_t slowest_share = 64;
// The most targets examined at once, so that a long run of skipped ones cannot hold up receiving.
constexpr int looks_per_batch = 4096;

enum class Refusal {
  full,
  maybe,
  final
};

struct Answer {
  Refusal refusal;
  std::uint16_t tries_max = 0;   // Refusal::maybe
  Reason reason = Reason::none;  // of the verdict after that many tries
};

Answer answer_to(int errno_value, bool on_link_v6) {
  switch (errno_value) {
    case EAGAIN:
    case ENOBUFS:
    case ENOMEM:
    case EINTR:
      return {Refusal::full};
    case EPERM:
      return {Refusal::maybe, maybe_tries_max, Reason::filtered_locally};
    case EINVAL:
      // IPv6 reports this if the neighbour table is full, but also for a blackhole route.
      if (on_link_v6) return {Refusal::maybe, full_table_tries_max, Reason::no_buffer};
      return {Refusal::final};
    default:
      return {Refusal::final};
  }
}

Reason reason_of(int errno_value) {
  switch (errno_value) {
    case EACCES:
      return Reason::route_prohibited;
    case EMSGSIZE:
      return Reason::too_big;
    case EADDRNOTAVAIL:
      return Reason::no_source;
    default:
      return Reason::no_route;
  }
}

}  // namespace

Sender::Sender(const Options& options, Job& job, Flight& flight, TargetSource& source, OnLinkGuard& guard,
               const VerdictSink& sink, Transport& transport, const TokenKey& key, const MachineAddresses& machine,
               Tally& tally)
    : options_(options),
      job_(job),
      flight_(flight),
      source_(source),
      guard_(guard),
      sink_(sink),
      transport_(transport),
      key_(key),
      machine_(machine),
      tally_(tally),
      names_(source.targets().name_count()) {
  if (options.need_v4) {
    packets_v4_.emplace(Family::v4, transport.identifier(Family::v4), options.payload_size, max_batch,
                        !transport.kernel_checksums(Family::v4));
  }
  if (options.need_v6) {
    packets_v6_.emplace(Family::v6, transport.identifier(Family::v6), options.payload_size, max_batch,
                        !transport.kernel_checksums(Family::v6));
  }
}

void Sender::begin(std::int64_t start_ns) {
  pacer_.emplace(options_.rate, options_.batch, start_ns);
}

bool Sender::cap_reached() const {
  return job_.plan().max_probes != 0 && launched_ >= job_.plan().max_probes;
}

std::int64_t Sender::next_new_target_ns() const {
  if (source_.empty() || !flight_.can_start_target()) return never_ns;
  return source_.only_postponed_left() ? guard_.next_place_ns() : 0;
}

bool Sender::finished() const {
  return cap_reached() || (source_.empty() && names_.empty() && flight_.nothing_waits());
}

std::int64_t Sender::next_ns() const {
  if (stopped_ || cap_reached() || flight_.table().full()) return never_ns;
  const std::int64_t named_ns = flight_.can_start_target() ? names_.next_due_ns() : never_ns;
  const std::int64_t ready_ns = std::min({next_new_target_ns(), flight_.next_due_ns(), named_ns});
  if (ready_ns == never_ns) return never_ns;
  return std::max({ready_ns, pacer_->next_ns(), blocked_until_ns_});
}

void Sender::send_due(std::int64_t now_ns) {
  if (stopped_ || now_ns < blocked_until_ns_) return;
  const std::uint32_t granted = std::min(pacer_->grant(now_ns), options_.batch);
  if (granted == 0) return;
  if (!sink_.has_room()) {
    if (!output_full_) ++tally_.local.output_stalls;
    output_full_ = true;
    blocked_until_ns_ = now_ns + output_poll_ns;
    return;
  }
  output_full_ = false;
  fill(granted, now_ns);
  if (filled_ == 0) return;
  settle(transport_.send({batch_.data(), filled_}));
}

void Sender::fill(std::uint32_t limit, std::int64_t now_ns) {
  filled_ = 0;
  for (int looks = 0; filled_ < limit && looks < looks_per_batch; ++looks) {
    if (flight_.table().full() || cap_reached() || !take_one(now_ns)) return;
  }
}

bool Sender::take_one(std::int64_t now_ns) {
  const bool new_first = job_.plan().new_targets_first && next_new_target_ns() <= now_ns;
  if (!new_first) {
    if (const auto entry = flight_.take_due(now_ns)) {
      add(*entry, now_ns);
      return true;
    }
  }
  if (!flight_.can_start_target() || !sink_.has_room()) return false;
  if (names_.next_due_ns() <= now_ns) {
    const WaitingTarget entry = names_.front();
    names_.pop();
    add(entry, now_ns);
    return true;
  }
  if (source_.empty()) return false;
  const bool may_on_link = guard_.may_start(now_ns);
  if (source_.only_postponed_left() && !may_on_link) return false;
  const auto taken = source_.take(may_on_link);
  if (taken) {
    TargetMemory memory;
    memory.target = taken->index;
    memory.on_link = taken->on_link;
    add({now_ns, 0, memory, 1}, now_ns);
  } else if (!may_on_link) {
    held_back_ = true;
  }
  return true;
}

void Sender::ask_again(const WaitingTarget& entry, std::int64_t now_ns) {
  WaitingTarget again = entry;
  again.due_ns = now_ns + name_poll_ns;
  names_.push(again);
}

bool Sender::take_place(TargetMemory& memory, const Address& address, std::int64_t now_ns) {
  if (!memory.on_link && source_.targets().is_name(memory.target)) {
    memory.on_link = source_.is_on_link(address);
    if (memory.on_link && !guard_.may_start(now_ns)) {
      held_back_ = true;
      return false;
    }
  }
  if (memory.on_link) guard_.started();
  return true;
}

std::optional<Address> Sender::address_to_probe(const WaitingTarget& entry, std::int64_t now_ns) {
  if (flight_.table().holds(entry.previous)) return flight_.table().address(entry.previous);
  const std::uint64_t target = entry.memory.target;
  const NameAnswer answer = source_.look_up(target);
  if (answer.kind == NameAnswer::Kind::pending) {
    ask_again(entry, now_ns);
    return std::nullopt;
  }
  const std::int64_t wall_ns = flight_.wall_ns(now_ns);
  if (answer.kind == NameAnswer::Kind::unresolved) {
    job_.unresolved(target, answer.reason, wall_ns);
    return std::nullopt;
  }
  if (source_.targets().is_name(target) && source_.targets().excludes(answer.address)) {
    job_.skipped(target, answer.address, Reason::excluded, wall_ns);
    return std::nullopt;
  }
  if (const auto reason = machine_.skip_reason(answer.address)) {
    job_.skipped(target, answer.address, *reason, wall_ns);
    return std::nullopt;
  }
  return answer.address;
}

void Sender::add(const WaitingTarget& target, std::int64_t now_ns) {
  const auto address = address_to_probe(target, now_ns);
  if (!address) return;
  WaitingTarget entry = target;
  const bool is_first = entry.attempt == 1 && entry.previous == 0;
  if (is_first && !take_place(entry.memory, *address, now_ns)) {
    ask_again(target, now_ns);
    return;
  }
  const std::uint64_t number = flight_.launch(entry, *address);
  ++launched_;
  const ProbeToken token{number & low_bits(probe_number_bits), entry.attempt, entry.memory.target, options_.worker,
                         options_.run};
  std::array<std::byte, token_size> sealed;
  key_.seal(token, *address, sealed);
  ProbePackets& packets = address->is_v4() ? *packets_v4_ : *packets_v6_;
  batch_[filled_] = {*address, packets.patch(filled_, static_cast<std::uint16_t>(number), sealed)};
  numbers_[filled_] = number;
  ++filled_;
}

void Sender::settle(const SendResult& result) {
  const std::int64_t span_ns = result.after_ns - result.before_ns;
  std::size_t next_failure = 0;
  std::uint32_t left = 0;
  std::uint32_t again = 0;
  for (std::uint32_t i = 0; i < filled_; ++i) {
    if (next_failure < result.failures.size() && result.failures[next_failure].index == i) {
      const bool had_turn = settle_failure(numbers_[i], result.failures[next_failure].errno_value, result.after_ns);
      if (!had_turn) ++again;
      if (!had_turn || !job_.plan().refused_stay) --launched_;
      ++next_failure;
      continue;
    }
    // Sends run inline and in order, so the i-th began about here.
    flight_.departed(numbers_[i], result.before_ns + span_ns * i / filled_);
    ++left;
  }
  if (left > 0) {
    if (first_sent_ns_ == 0) first_sent_ns_ = result.before_ns;
    last_sent_ns_ = result.after_ns;
  }
  // A probe refused by a full buffer costs no credit; one that was refused for good had its turn.
  pacer_->took(filled_ - again, result.before_ns);
  if (again > 0) {
    back_off(left > 0, result.after_ns);
  } else {
    backoff_ns_ = 0;
  }
  note_span(result);
}

bool Sender::settle_failure(std::uint64_t number, int errno_value, std::int64_t now_ns) {
  const TargetMemory memory = flight_.table().memory(number);
  const Answer answer = answer_to(errno_value, memory.on_link && flight_.table().address(number).is_v6());
  if (answer.refusal == Refusal::full) {
    ++tally_.local.send_full;
    flight_.lost_here(number, now_ns, false);
    return false;
  }
  if (answer.refusal == Refusal::maybe) {
    ++tally_.local.send_maybe;
    if (memory.local_tries + 1 >= answer.tries_max) {
      ++tally_.local.targets_refused;
      flight_.send_failed(number, answer.reason, now_ns);
      // In a trial, a target that is known to be refused does not keep the others waiting.
      return job_.plan().refused_stay;
    }
    flight_.lost_here(number, now_ns, true);
    return false;
  }
  ++tally_.local.send_final;
  flight_.send_failed(number, reason_of(errno_value), now_ns);
  return true;
}

void Sender::back_off(bool some_left, std::int64_t now_ns) {
  backoff_ns_ = some_left || backoff_ns_ == 0 ? first_backoff_ns : std::min(backoff_ns_ * 2, longest_backoff_ns);
  blocked_until_ns_ = now_ns + backoff_ns_;
}

void Sender::note_span(const SendResult& result) {
  const std::int64_t span_ns = (result.after_ns - result.before_ns) / filled_;
  const std::int64_t longest_ns = 4 * usual_span_ns_;
  if (span_ns > longest_ns) ++tally_.rtt.stretched_batches;
  // A stretched span must not become the usual one.
  usual_span_ns_ += (std::min(span_ns, longest_ns) - usual_span_ns_) / 16;
}

void Sender::slow_down(std::int64_t now_ns) {
  // Nothing was sent yet, so no answer of ours was lost.
  if (first_sent_ns_ == 0) return;
  slowed_until_ns_ = now_ns + ns_per_s;
  if (now_ns < next_halving_ns_) return;
  next_halving_ns_ = now_ns + halving_interval_ns;
  const std::uint64_t asked = options_.rate.is_max() ? fastest_milli_pps(now_ns) : options_.rate.milli_pps;
  const std::uint64_t present = pacer_->rate().is_max() ? asked : pacer_->rate().milli_pps;
  pacer_->set_rate({std::max<std::uint64_t>({present / 2, asked / slowest_share, 1})}, now_ns);
}

std::uint64_t Sender::fastest_milli_pps(std::int64_t now_ns) const {
  const double elapsed_s = static_cast<double>(std::max(now_ns - first_sent_ns_, ns_per_ms)) / 1e9;
  return static_cast<std::uint64_t>(static_cast<double>(tally_.probes_sent) * 1000.0 / elapsed_s);
}

void Sender::recover(std::int64_t now_ns) {
  if (now_ns < slowed_until_ns_) return;
  slowed_until_ns_ = never_ns;
  pacer_->set_rate(options_.rate, now_ns);
}

}  // namespace ringsweep
