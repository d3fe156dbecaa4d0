#include "ringsweep/engine/ping/ping_session.h"

#include <fmt/core.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <limits>
#include <utility>

#include "ringsweep/base/error.h"
#include "ringsweep/base/limits.h"
#include "ringsweep/core/probe/icmp_codec.h"
#include "ringsweep/net/transport/clock_reading.h"
#include "ringsweep/output/writer/terminal.h"
#include "ringsweep/system/clock.h"
#include "ringsweep/system/privileges.h"
#include "ringsweep/system/random_bytes.h"

namespace ringsweep {
namespace {

constexpr int most_packets_a_turn = 64;

std::uint16_t identifier_for(const PingOptions& options, const PingSocket& socket) {
  if (options.socket.identifier) return *options.socket.identifier;
  std::uint16_t identifier = 0;
  if (socket.is_raw()) fill_with_random(&identifier, sizeof identifier);
  return identifier;
}

PingPacing::Options pacing_of(const PingOptions& options) {
  PingPacing::Options pacing;
  pacing.interval_ms = options.flood && !options.interval_given ? 0 : options.interval_ms;
  pacing.preload = options.socket.preload;
  pacing.adaptive = options.adaptive;
  pacing.least_interval_ms = options.is_root ? 0 : ping_least_user_interval_ms;
  pacing.give_up_ms = options.linger_ms;
  return pacing;
}

NetworkCallListener listener_of(PingExplanation* explanation) {
  if (explanation == nullptr) return {};
  return [explanation](const NetworkCall& call) { explanation->call(call); };
}

}  // namespace

PingSession::PingSession(const PingOptions& options, PingPrinter& printer, PingExplanation* explanation)
    : options_(options),
      printer_(printer),
      explanation_(explanation),
      calls_(listener_of(explanation)),
      target_(find_ping_target(options_, printer, calls_, explanation)),
      identifier_(identifier_for(options_, target_.socket)),
      packet_(target_.address.family, identifier_, options_.socket.data_bytes, options_.pattern),
      pacing_(pacing_of(options_)),
      clock_(read_clocks()),
      signals_({SIGINT, SIGQUIT}, Signals::Afterwards::blocked),
      names_([this](int fd) { return wait_for_name(fd); }),
      room_(ping_receive_room(target_.address.family, options_.socket.data_bytes)),
      columns_(is_terminal(STDOUT_FILENO) ? terminal_columns(STDOUT_FILENO) : std::numeric_limits<int>::max()) {
  target_.socket.prepare_to_wait(options_.socket, pacing_.interval_ms() * ns_per_ms, complain_to(printer_));
  drop_privileges_for_good();
}

int PingSession::run() {
  if (explanation_ != nullptr) printer_.print("\n");
  print_banner();
  check_limits();
  start_ns_ = monotonic_now_ns();
  if (options_.deadline_s != 0) end_ns_ = start_ns_ + options_.deadline_s * ns_per_s;
  while (!over()) {
    if (std::exchange(status_requested_, false)) printer_.warn(ping_status_line(statistics()));
    const std::int64_t next_ns = send_due();
    const std::int64_t left_ns = std::max<std::int64_t>(end_ns_ - monotonic_now_ns(), 0);
    const short events = wait_for(target_.socket.get(), std::min(next_ns, left_ns));
    if (events != 0) receive(events);
  }
  printer_.print(ping_statistics(statistics()));
  if (explanation_ != nullptr) explain_ring();
  const std::uint64_t received = series_.counts().received;
  return received == 0 || (options_.deadline_s != 0 && received < options_.count) ? 1 : 0;
}

short PingSession::wait_for(int fd, std::int64_t timeout_ns) {
  pollfd watched{fd, POLLIN, 0};
  if (const auto number = signals_.wait(timeout_ns, &watched)) {
    (*number == SIGINT ? interrupted_ : status_requested_) = true;
  }
  return watched.revents;
}

void PingSession::print_banner() {
  const bool tells_source = options_.socket.keep_source || !options_.socket.interface.empty();
  const std::string address = target_.address.is_v4() ? numeric_text(target_.address) : text_of(target_.address);
  const std::string source = tells_source ? numeric_text(target_.source) : std::string();
  printer_.print(ping_banner({.host = target_.host,
                              .address = address,
                              .family = target_.address.family,
                              .payload_bytes = options_.socket.data_bytes,
                              .source = source,
                              .device = options_.socket.interface}));
}

// Behind the banner, as ping says it.
void PingSession::check_limits() const {
  const std::int64_t interval_ms = pacing_.interval_ms();
  if (!options_.is_root && interval_ms < ping_least_user_interval_ms) {
    throw usage_error(
        fmt::format("cannot flood; minimal interval allowed for user is {}ms", ping_least_user_interval_ms));
  }
  if (interval_ms >= std::numeric_limits<int>::max() / options_.socket.preload) {
    throw usage_error(fmt::format("illegal preload and/or interval: {}", interval_ms));
  }
}

bool PingSession::stopped() const {
  return interrupted_ || monotonic_now_ns() >= end_ns_;
}

bool PingSession::over() const {
  if (stopped() || series_.complete(options_.count)) return true;
  return options_.deadline_s != 0 && series_.counts().errors != 0;
}

std::int64_t PingSession::send_due() {
  for (;;) {
    const bool all_sent = options_.count != 0 && series_.counts().transmitted >= options_.count;
    // With -w probes are sent until so many were answered.
    if (all_sent && options_.deadline_s == 0) {
      schedule_end();
      return never_ns;
    }
    const std::int64_t next_ns = send_probe();
    if (next_ns > 0) return next_ns;
  }
}

// After the last probe: twice as long as the slowest reply took, or as -W says where there was none at all.
void PingSession::schedule_end() {
  if (end_scheduled_) return;
  end_scheduled_ = true;
  const std::int64_t slow_ns = std::max(2 * series_.rtts().max_us * ns_per_us, pacing_.interval_ms() * ns_per_ms);
  end_ns_ = monotonic_now_ns() + (series_.counts().received != 0 ? slow_ns : options_.linger_ms * ns_per_ms);
}

std::int64_t PingSession::send_probe() {
  const std::int64_t wait_ns = pacing_.take(monotonic_now_ns(), series_.in_flight());
  if (wait_ns > 0) return wait_ns;
  const auto last = static_cast<std::uint16_t>(series_.counts().transmitted);
  if (options_.outstanding && series_.counts().transmitted > 0 && !series_.answered(last)) {
    print_stamp();
    printer_.print(ping_no_answer_line(last));
    printer_.flush();
  }
  if (explanation_ != nullptr) explanation_->begin(PingExplanation::Step::probe);
  for (;;) {
    const auto probe = packet_.patch(series_.next_sequence(), realtime_now_ns());
    const std::int64_t sent_ns = monotonic_now_ns();
    // Nothing is on its way: a stamp from before this moment makes no sense.
    if (series_.in_flight() == 0) clock_.all_seen_until(sent_ns);
    series_.sending(sent_ns);
    const int errno_value = target_.socket.send(target_.destination, probe);
    if (errno_value == 0) {
      if (explanation_ != nullptr && explanation_->wants_probe()) explain_probe(probe);
      break;
    }
    const std::optional<std::int64_t> next_ns = send_failed(errno_value);
    if (next_ns) return *next_ns;
  }
  series_.sent();
  const bool room = std::max<std::int64_t>(options_.socket.preload, series_.counts().pipe) < columns_;
  if (options_.flood && !options_.quiet && (room || series_.in_flight() < columns_)) printer_.print_now(".");
  return pacing_.sent();
}

// Nothing: the error was another's, and the probe is worth another try at once.
std::optional<std::int64_t> PingSession::send_failed(int errno_value) {
  if (errno_value == EAGAIN) return pacing_.buffer_full();
  bool told = false;
  if (errno_value == ENOBUFS || errno_value == ENOMEM) {
    const auto next_ns = pacing_.out_of_buffers(series_.rtts().average8_us);
    if (next_ns) return next_ns;
  } else {
    const Queued queued = take_error();
    if (queued == Queued::foreign) return std::nullopt;
    // ping is silent about a refusal that left nothing in the error queue, and so are we.
    told = queued == Queued::local || queued == Queued::none;
  }
  series_.sent();
  if (!told && !options_.quiet) {
    if (options_.flood) {
      printer_.print_now("E");
    } else {
      printer_.complain(fmt::format("sendmsg: {}", std::strerror(errno_value)));
    }
  }
  return pacing_.failed();
}

void PingSession::receive(short events) {
  if (explanation_ != nullptr) explanation_->begin(PingExplanation::Step::reply);
  bool error_waiting = (events & POLLERR) != 0;
  bool wait = (events & POLLIN) != 0;
  // Others' packets without end must not keep us from signals and deadlines.
  int packets_left = most_packets_a_turn;
  do {
    const PingSocket::Received received = target_.socket.receive(room_, wait);
    wait = false;
    if (received.errno_value == 0) {
      handle_packet(received);
      continue;
    }
    if ((received.errno_value == EAGAIN && !error_waiting) || received.errno_value == EINTR) return;
    error_waiting = false;
    if (take_error() == Queued::unreadable) {
      printer_.complain(fmt::format("recvmsg: {}", std::strerror(received.errno_value)));
      return;
    }
  } while (series_.in_flight() != 0 && --packets_left > 0);
}

void PingSession::handle_packet(const PingSocket::Received& received) {
  const bool v4 = target_.address.is_v4();
  const bool raw_v4 = v4 && target_.socket.is_raw();
  const auto message = read_ping_message(received.packet, raw_v4, received.cut);
  if (!message) {
    if (!options_.verbose) return;
    const std::size_t size = received.packet.size();
    printer_.complain(v4 ? fmt::format("packet too short ({} bytes) from {}", size, text_of(received.source))
                         : fmt::format("packet too short: {} bytes", size));
    return;
  }
  if (message->is_reply(target_.address.family)) {
    if (is_ours(message->identifier)) handle_reply(*message, received);
  } else if (raw_v4) {
    handle_error_packet(*message, received);
  }
}

void PingSession::handle_reply(const PingMessage& message, const PingSocket::Received& received) {
  const std::int64_t received_ns = time_of(received);
  PingSeries::Reply reply;
  if (message.sound) {
    reply = series_.reply(message.sequence, received_ns);
    if (reply.rtt_us) pacing_.adapt(series_.rtts().average8_us);
  } else {
    series_.count_corrupted();
    reply.rtt_us = series_.rtt_us(message.sequence, received_ns);
  }
  if (explanation_ != nullptr && explanation_->wants_reply()) explain_reply(message, received, received_ns);
  if (!options_.quiet) print_reply(message, received, reply);
  printer_.flush();
}

// An address from a socket may have a zone that the user did not give.
bool PingSession::is_target(const Address& address) const {
  return address.without_zone() == target_.address.without_zone();
}

bool PingSession::is_truncated(const PingMessage& message) const {
  return message.icmp.size() < options_.socket.data_bytes + icmp_header_size;
}

std::span<const std::byte> PingSession::data_of(const PingMessage& message) const {
  return message.icmp.subspan(icmp_header_size, options_.socket.data_bytes);
}

void PingSession::print_reply(const PingMessage& message, const PingSocket::Received& received,
                              const PingSeries::Reply& reply) {
  if (options_.flood) {
    printer_.print(message.sound ? "\b \b" : "\bC");
    if (options_.audible) printer_.print("\a");
    return;
  }
  const std::string from = text_of(received.source);
  PingReply shown{.from = from, .message_bytes = message.icmp.size(), .sequence = message.sequence};
  if (options_.verbose && (target_.socket.is_raw() || options_.socket.identifier)) shown.identifier = identifier_;
  shown.ttl = message.ttl >= 0 ? message.ttl : received.control.ttl;
  // An IPv4 reply without one shows 0, as ping's does; an IPv6 reply none.
  if (target_.address.is_v4()) shown.ttl = std::max(shown.ttl, 0);
  shown.truncated = is_truncated(message);
  if (packet_.has_time()) shown.rtt_us = reply.rtt_us;
  shown.duplicate = reply.duplicate && (!target_.multicast || options_.verbose);
  shown.corrupted = !message.sound;
  shown.different_address = !target_.any_source && !is_target(received.source);
  print_stamp();
  printer_.print(ping_reply_text(shown));
  if (!shown.truncated) {
    const auto data = data_of(message);
    if (const auto difference = packet_.difference(data)) printer_.print(ping_difference_text(*difference, data));
    if (options_.audible) printer_.print("\a");
  }
  printer_.print("\n");
}

std::int64_t PingSession::time_of(const PingSocket::Received& received) {
  const ClockReading reading = read_clocks();
  clock_.update(reading);
  const auto& stamp_ns = received.control.realtime_ns;
  const auto monotonic_ns = stamp_ns ? clock_.to_monotonic(*stamp_ns) : std::nullopt;
  return monotonic_ns.value_or(reading.monotonic_after_ns);
}

std::string PingSession::text_of(const Address& address) {
  std::string number = numeric_text(address);
  if (!target_.names_wanted || stopped()) return number;
  const std::string name = names_.name_of(address);
  return name.empty() ? number : fmt::format("{} ({})", name, number);
}

bool PingSession::wait_for_name(int fd) {
  while (!stopped()) {
    if (wait_for(fd, std::max<std::int64_t>(end_ns_ - monotonic_now_ns(), 0)) != 0) return true;
  }
  return false;
}

void PingSession::print_stamp() {
  if (options_.stamps) printer_.print(ping_stamp(realtime_now_ns()));
}

PingStatistics PingSession::statistics() const {
  PingStatistics statistics;
  statistics.host = target_.host;
  statistics.counts = series_.counts();
  statistics.rtts = series_.rtts();
  statistics.elapsed_us = std::max<std::int64_t>(pacing_.last_ns() - start_ns_, 0) / ns_per_us;
  statistics.has_times = packet_.has_time();
  statistics.tells_gap = pacing_.interval_ms() == 0 || options_.flood || options_.adaptive;
  return statistics;
}

}  // namespace ringsweep
