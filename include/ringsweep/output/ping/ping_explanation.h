// `ping --explain` explains what ping does while it does it: each system call as strace shows it, with its meaning; the
// first probe and the first reply byte by byte; how the RTT follows; and at the end the same probe as a sweep sends it.
//
//   1. A socket for ICMP -> 2. The source address -> 3. The socket's options -> 4. The probe -> 5. The reply
//   -> 6. The same probe in a sweep
//
// Each call is explained once; later probes show their calls only. The explanation goes to the same printer as ping's
// own lines, so everything appears in the order in which it happened. Owner: one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ringsweep/base/address.h"
#include "ringsweep/core/ping/network_call.h"
#include "ringsweep/output/ping/packet_bytes.h"
#include "ringsweep/output/ping/ping_printer.h"

namespace ringsweep {

class PingExplanation {
 public:
  // The range and the groups decide whether the user may open a ping socket: "0 2147483647", "0 27".
  PingExplanation(PingPrinter& printer, std::string ping_group_range, std::string groups);

  enum class Step : std::uint8_t {
    socket,
    source,
    options,
    probe,
    reply,
    ring
  };
  // Prints the heading of a step before its first call; a step that was passed is not repeated.
  void begin(Step step);
  void call(const NetworkCall& call);

  // True until the first probe, or the first reply, was shown.
  bool wants_probe() const { return probe_.empty(); }
  bool wants_reply() const { return wants_reply_ && !wants_probe(); }

  // Shows the probe whose sendto has just succeeded. `identifier_is_ours`: the kernel keeps the identifier. Pre:
  // wants_probe().
  void probe(const ExpectedIpHeader& header, std::span<const std::byte> message, bool raw, bool identifier_is_ours);

  struct ReplyFacts {
    bool raw = false;                           // the socket
    bool sound = true;                          // the checksum is correct
    std::int64_t sent_ns = 0;                   // CLOCK_MONOTONIC, before sendto
    std::int64_t received_ns = 0;               // the timestamp on CLOCK_MONOTONIC
    std::optional<std::int64_t> stamp_ns = {};  // CLOCK_REALTIME
  };
  // Shows the reply of the latest recvmsg. `packet` begins with the IP header where a raw IPv4 socket received it.
  // Pre: wants_reply().
  void reply(Family family, std::span<const std::byte> packet, const ReplyFacts& facts);

  // What a sweep's receive buffer holds besides the message, in bytes.
  struct RingBuffer {
    std::size_t header = 0, address = 0, control = 0;
  };
  // The last step: one submission and one completion.
  void ring(Family family, std::size_t message_bytes, const RingBuffer& buffer);

 private:
  void tell(std::string_view words);
  std::string meaning(const NetworkCall& call) const;
  // How the data of a reply compares with the probe's.
  enum class Data : std::uint8_t {
    same,
    altered,
    shorter
  };
  Data compare(std::span<const std::byte> reply) const;

  PingPrinter& printer_;
  std::string ping_group_range_;
  std::string groups_;
  std::optional<Step> latest_;
  std::set<std::string> told_;
  std::vector<std::byte> probe_;  // the probe that was shown
  bool identifier_is_ours_ = false;
  bool wants_reply_ = true;
};

}  // namespace ringsweep
