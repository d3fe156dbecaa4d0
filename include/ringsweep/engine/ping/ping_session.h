// One `ping`: sends probes to one target at their interval, prints what comes of them, and at the end the statistics.
//
//   find_ping_target -> banner -> { send what is due -> wait -> receive } -> statistics
//
// One thread and one socket; the sweep's loop (engine/worker/worker.h) is for many targets. Line by line the output is
// that of iputils' ping. What is better is not seen there: RTTs come from our own clock and the kernel's stamp, in
// nanoseconds, a clock that is set has no effect on them, and a signal ends any waiting at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ringsweep/base/time.h"
#include "ringsweep/core/ping/ping_pacing.h"
#include "ringsweep/core/ping/ping_packet.h"
#include "ringsweep/core/ping/ping_series.h"
#include "ringsweep/core/probe/stamp_clock.h"
#include "ringsweep/engine/ping/ping_options.h"
#include "ringsweep/engine/ping/ping_target.h"
#include "ringsweep/net/ping/network_calls.h"
#include "ringsweep/net/resolve/host_names.h"
#include "ringsweep/output/ping/ping_explanation.h"
#include "ringsweep/output/ping/ping_lines.h"
#include "ringsweep/output/ping/ping_printer.h"
#include "ringsweep/system/signals.h"

namespace ringsweep {

class PingSession {
 public:
  // Finds the target and opens the socket; privileges are given up for good after that. Throws Error.
  // `explanation`: none, or it is told each step.
  PingSession(const PingOptions& options, PingPrinter& printer, PingExplanation* explanation = nullptr);

  // The exit status: 0 where there was a reply (with -c and -w: where all came), else 1. Throws Error.
  int run();

 private:
  // What an entry of the error queue was about.
  enum class Queued : std::uint8_t {
    network,  // an ICMP error about our probe
    local,    // this machine refused it
    foreign,  // another's
    none,     // the queue is empty
    unreadable
  };

  void print_banner();
  void check_limits() const;
  // By a signal, by -w, or because the last probe was waited for long enough.
  bool stopped() const;
  bool over() const;
  // Sends what is due; nanoseconds until the next probe is.
  std::int64_t send_due();
  std::int64_t send_probe();
  std::optional<std::int64_t> send_failed(int errno_value);
  void schedule_end();

  // Sleeps until there is something to read from the descriptor, until a signal, or for `timeout_ns`. Returns what poll
  // says of the descriptor (POLLIN, POLLERR), or 0.
  short wait_for(int fd, std::int64_t timeout_ns);
  void receive(short events);
  void handle_packet(const PingSocket::Received& received);
  void handle_reply(const PingMessage& message, const PingSocket::Received& received);
  void print_reply(const PingMessage& message, const PingSocket::Received& received, const PingSeries::Reply& reply);
  void explain_probe(std::span<const std::byte> probe);
  void explain_reply(const PingMessage& message, const PingSocket::Received& received, std::int64_t received_ns);
  void explain_ring();
  void handle_error_packet(const PingMessage& message, const PingSocket::Received& received);
  // It has fewer data bytes than a probe.
  bool is_target(const Address& address) const;
  bool is_truncated(const PingMessage& message) const;
  // As many as a probe has. Pre: it is not truncated.
  std::span<const std::byte> data_of(const PingMessage& message) const;
  Queued take_error();
  Queued handle_local_error(const PingSocket::QueuedError& error);
  Queued handle_network_error(const PingSocket::QueuedError& error);
  bool is_ours(std::uint16_t identifier) const { return !target_.socket.is_raw() || identifier == identifier_; }
  std::int64_t time_of(const PingSocket::Received& received);

  // With its name, where that is wanted.
  std::string text_of(const Address& address);
  std::string error_text(std::uint8_t type, std::uint8_t code, std::uint32_t information);
  bool wait_for_name(int fd);
  void print_stamp();
  PingStatistics statistics() const;

  PingOptions options_;
  PingPrinter& printer_;
  PingExplanation* explanation_;
  NetworkCalls calls_;
  PingTarget target_;
  std::uint16_t identifier_ = 0;  // of our probes; on a datagram socket the kernel's takes its place
  PingPacket packet_;
  PingPacing pacing_;
  PingSeries series_;
  StampClock clock_;
  // INT asks for the statistics and the end, QUIT for a line of status. As with ping both are heeded even if the caller
  // ignores them; they stay blocked, because an INT that arrives while the statistics are written must not take them
  // away.
  Signals signals_;
  bool interrupted_ = false;
  bool status_requested_ = false;
  ReverseNames names_;
  std::vector<std::byte> room_;  // for the largest packet that can be ours
  std::int64_t start_ns_ = 0;
  std::int64_t end_ns_ = never_ns;
  bool end_scheduled_ = false;
  std::int64_t columns_;  // of the terminal, for the dots of -f
};

}  // namespace ringsweep
