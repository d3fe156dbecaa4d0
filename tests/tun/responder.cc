#include "tun/responder.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <sys/times.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>

#include "ringsweep/base/limits.h"
#include "ringsweep/system/clock.h"
#include "tun/address_hash.h"
#include "tun/answer_builder.h"

namespace ringsweep::tun {
namespace {

// Packets read in one go before what is due is looked at again.
constexpr int max_reads = 64;

// Streams of random numbers of one answer.
enum Stream : std::uint32_t {
  of_loss,
  of_delay,
  of_reordering
};

Moment now() {
  return {monotonic_now_ns(), realtime_now_ns()};
}

timespec until(std::int64_t due_ns) {
  const std::int64_t left_ns = std::max<std::int64_t>(0, due_ns - monotonic_now_ns());
  return {left_ns / ns_per_s, left_ns % ns_per_s};
}

}  // namespace

Responder::Responder(const Scenario& scenario, TunDevice& device, EventLog& log, std::uint64_t seed)
    : rules_(scenario), device_(device), log_(log), seed_(seed), counters_before_(device.counters()) {
  addresses_.reserve(1 << 17);
}

void Responder::play(int signals) {
  bool more = false;
  while (true) {
    std::array<pollfd, 2> files = {{{device_.descriptor(), POLLIN, 0}, {signals, POLLIN, 0}}};
    const timespec wait =
        more ? timespec{} : until(queue_.empty() ? monotonic_now_ns() + ns_per_s : queue_.next_due_ns());
    ::ppoll(files.data(), files.size(), &wait, nullptr);
    if ((files[1].revents & POLLIN) != 0 && !handle_signals(signals)) return;
    more = (files[0].revents & POLLIN) != 0 && read_some();
    send_due();
  }
}

bool Responder::handle_signals(int signals) {
  signalfd_siginfo signal{};
  if (::read(signals, &signal, sizeof(signal)) != sizeof(signal)) return true;
  // What was sent before the signal belongs to the run that ends.
  for (bool more = true; more; send_due()) more = read_some();
  if (signal.ssi_signo != SIGUSR1) return false;
  ++run_;
  std::printf("run %u\n", run_);
  std::fflush(stdout);
  return true;
}

// True: the device may have more.
bool Responder::read_some() {
  for (int i = 0; i < max_reads; ++i) {
    const std::span<const std::byte> packet = device_.read();
    if (packet.empty()) {
      longest_streak_ = std::max(longest_streak_, streak_);
      streak_ = 0;
      return false;
    }
    ++streak_;
    receive(packet);
  }
  return true;
}

void Responder::receive(std::span<const std::byte> packet) {
  const Moment received = now();
  ++packets_;
  const std::optional<EchoProbe> probe = read_probe(packet);
  if (!probe) {
    ++ignored_;
    return;
  }
  ++probes_;
  Event event;
  event.probe = {probe->target, received, count_probe(probe->target), run_, probe->identifier, probe->sequence};
  event.rule = rules_.find(probe->target, event.probe.number);
  if (!probe->checksum_right) {
    event.kind = Kind::bad_checksum;
    log_.add(event);
  } else if (event.rule == nullptr || event.rule->answers.empty()) {
    log_.add(event);
  } else {
    answer(*probe, event);
  }
}

std::uint32_t Responder::count_probe(const Address& target) {
  AddressState& state = addresses_[target];
  if (state.run != run_) state = {run_, 0};
  return ++state.probes;
}

void Responder::answer(const EchoProbe& probe, Event event) {
  std::span<const std::byte> replayed;
  for (const Answer& answer : event.rule->answers) {
    if (answer.shape.forgery.replay) replayed = replayed_payload(probe);
  }
  for (const Answer& answer : event.rule->answers) {
    event.answer = &answer;
    const double chance = draw(probe.target, event.probe.number, answer.stream + of_loss, seed_);
    if (chance < answer.timing.loss) {
      event.kind = Kind::lost;
    } else if (is_limited(answer, event.probe.received.monotonic_ns)) {
      event.kind = Kind::limited;
    } else if (answer.shape.forgery.replay && replayed.empty()) {
      event.kind = Kind::silent;
    } else {
      schedule(probe, event, replayed);
      continue;
    }
    log_.add(event);
  }
}

std::span<const std::byte> Responder::replayed_payload(const EchoProbe& probe) {
  Payloads& payloads = payloads_[probe.target];
  if (payloads.run != run_) {
    payloads.run = run_;
    payloads.earlier.swap(payloads.first);
    const std::span<const std::byte> payload = probe.message.subspan(icmp_header_size);
    payloads.first.assign(payload.begin(), payload.end());
  }
  return payloads.earlier;
}

bool Responder::is_limited(const Answer& answer, std::int64_t now_ns) {
  if (!answer.timing.limit_per_s) return false;
  Bucket& bucket = buckets_[&answer];
  if (bucket.filled_ns < 0) {
    bucket.tokens = answer.timing.burst;
  } else {
    const double grown = static_cast<double>(now_ns - bucket.filled_ns) / static_cast<double>(ns_per_s);
    bucket.tokens = std::min(answer.timing.burst, bucket.tokens + grown * *answer.timing.limit_per_s);
  }
  bucket.filled_ns = now_ns;
  if (bucket.tokens < 1) return true;
  bucket.tokens -= 1;
  return false;
}

void Responder::schedule(const EchoProbe& probe, Event event, std::span<const std::byte> replayed) {
  const Answer& answer = *event.answer;
  const Timing& timing = answer.timing;
  const auto chance = [&](Stream stream) {
    return draw(probe.target, event.probe.number, answer.stream + stream, seed_);
  };
  std::int64_t due_ns = event.probe.received.monotonic_ns + timing.delay.at(chance(of_delay));
  if (chance(of_reordering) < timing.reorder_share) due_ns += timing.reorder_ns;
  const Address responder = answer.responder(probe.target);
  event.kind = answer.kind_from(responder, probe.target);
  for (event.copy = 0; event.copy <= timing.copies; ++event.copy) {
    Pending& pending = queue_.add(due_ns);
    pending.event = event;
    pending.due_ns = due_ns;
    build_answer(probe, answer.shape, responder, replayed, pending.packet);
    due_ns += timing.copy_gap_ns;
  }
  longest_queue_ = std::max<std::uint64_t>(longest_queue_, queue_.size());
}

void Responder::send_due() {
  while (!queue_.empty()) {
    Pending& pending = queue_.front();
    const Moment sent = now();
    if (pending.due_ns > sent.monotonic_ns) return;
    pending.event.sent = sent;
    if (device_.write(pending.packet)) {
      ++sent_;
    } else {
      ++refused_;
    }
    latest_send_ns_ = std::max(latest_send_ns_, sent.monotonic_ns - pending.due_ns);
    log_.add(pending.event);
    queue_.pop();
  }
}

Counters Responder::finish() {
  std::uint64_t unsent = 0;
  for (; !queue_.empty(); queue_.pop(), ++unsent) {
    Event event = queue_.front().event;
    event.kind = Kind::unsent;
    event.sent = {};
    log_.add(event);
  }
  tms used{};
  ::times(&used);
  const auto ms = [](clock_t ticks) { return static_cast<std::uint64_t>(ticks * 1000 / ::sysconf(_SC_CLK_TCK)); };
  const DeviceCounters device = device_.counters();
  return {{"packets_read", packets_},
          {"probes", probes_},
          {"ignored", ignored_},
          {"sent", sent_},
          {"write_refused", refused_},
          {"unsent", unsent},
          {"addresses", addresses_.size()},
          {"longest_read_streak", std::max(longest_streak_, streak_)},
          {"longest_queue", longest_queue_},
          {"latest_send_us", static_cast<std::uint64_t>(latest_send_ns_ / ns_per_us)},
          {"cpu_user_ms", ms(used.tms_utime)},
          {"cpu_system_ms", ms(used.tms_stime)},
          {"device_tx_packets", device.tx_packets - counters_before_.tx_packets},
          {"device_tx_dropped", device.tx_dropped - counters_before_.tx_dropped},
          {"device_rx_packets", device.rx_packets - counters_before_.rx_packets},
          {"device_rx_dropped", device.rx_dropped - counters_before_.rx_dropped},
          {"device_rx_errors", device.rx_errors - counters_before_.rx_errors}};
}

}  // namespace ringsweep::tun
