// The one final answer about a target of a sweep: a closed list of states, each with a closed list of reasons.
//
// What each state proves is described in ringsweep-output(5). A Verdict is a value; the worker makes it, the
// writer's thread turns it into a row. Texts are part of the public interface (CSV columns `state` and `reason`).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "ringsweep/base/address.h"

namespace ringsweep {

enum class State : std::uint8_t {
  alive,          // the target itself answered our own probe
  other_source,   // an authentic answer came from another address (the responder) and none from the target
  unreachable,    // an ICMP error of type 3 or 12 (v6: 1, 2, 4) from the network
  time_exceeded,  // type 11 (v6: 3)
  no_reply,       // nothing came in time
  send_failed,    // this machine could not send, also after retries
  skipped,        // we chose not to probe it
  unresolved,     // a name without an address
  interrupted,    // probed, but stopped before its attempts were used up; counted, never a row
  not_sent,       // stopped before its turn; counted, never a row
};
inline constexpr std::size_t state_count = 10;

enum class Reason : std::uint8_t {
  none,
  echo_reply,
  // unreachable, IPv4 codes 0 to 15 of type 3, in the order of the codes
  net_unreachable,
  host_unreachable,
  protocol_unreachable,
  port_unreachable,
  frag_needed,
  source_route_failed,
  net_unknown,
  host_unknown,
  host_isolated,
  net_prohibited,
  host_prohibited,
  net_tos,
  host_tos,
  admin_prohibited,
  precedence_violation,
  precedence_cutoff,
  // unreachable, IPv6 only (type 1; admin_prohibited and port_unreachable are shared with IPv4)
  no_route_there,
  beyond_scope,
  address_unreachable,
  source_policy,
  route_rejected,
  source_routing,
  packet_too_big,
  parameter_problem,
  code_unknown,
  // time_exceeded
  ttl_exceeded,
  reassembly_exceeded,
  // no_reply
  timeout,
  no_neighbour,
  arp_reply,
  nd_reply,
  // send_failed
  no_route,
  route_prohibited,
  no_buffer,
  filtered_locally,
  too_big,
  no_source,
  // skipped
  broadcast,
  multicast,
  unspecified,
  excluded,
  // unresolved
  name_unknown,
  name_no_address,
  resolver_failed,
};
inline constexpr std::size_t reason_count = static_cast<std::size_t>(Reason::resolver_failed) + 1;

std::string_view to_text(State state);
std::string_view to_text(Reason reason);
std::optional<State> state_from_text(std::string_view text);
std::optional<Reason> reason_from_text(std::string_view text);

// What an ICMP error says about the target it quotes. `type` and `code` are those of the error; empty for types that
// decide nothing (redirect, source quench, and everything that is not an error). RFC 792, RFC 1122, RFC 1812, RFC 4443.
struct ErrorMeaning {
  State state;
  Reason reason;
};
std::optional<ErrorMeaning> meaning_of_icmp_error(Family family, std::uint8_t type, std::uint8_t code);

struct Verdict {
  std::uint64_t target = 0;  // index in the TargetSet
  Address address;           // empty for a name that did not resolve
  Address responder;         // sender of the deciding packet; empty if no packet decided
  std::int64_t rtt_ns = -1;  // -1: none
  std::int64_t time_ns = 0;  // CLOCK_REALTIME
  std::uint32_t attempts = 0;
  std::int16_t ttl = -1;  // of the deciding packet; -1: none or unknown
  std::int16_t icmp_type = -1;
  std::int16_t icmp_code = -1;
  State state = State::no_reply;
  Reason reason = Reason::none;
  bool unsure = false;  // the target's own answer may have been lost here for good: counted, in no row
};

// Where a job puts its verdicts. Called from the worker's loop: never blocks, never allocates.
class VerdictSink {
 public:
  virtual ~VerdictSink() = default;
  virtual void decided(const Verdict& verdict) = 0;
  // While false, no new target is started; verdicts on targets already probed are still accepted.
  virtual bool has_room() const { return true; }
  // The worker's tick: what was decided so far may be passed on now.
  virtual void publish() {}
};

}  // namespace ringsweep
