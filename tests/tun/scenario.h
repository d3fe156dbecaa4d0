// What the played network does, as a scenario file says it. One rule a line, `#` begins a comment:
//
//   PREFIX [SELECTOR]... silent
//   PREFIX [SELECTOR]... ANSWER [and ANSWER]...
//
// The most specific prefix whose selectors match decides, and among rules of the same prefix the first in the file; an
// address without a rule is silent. Selectors, all of which must match:
//   share A-B [seed N]   the address's class (address_hash.h) of 0..999: `share 0-299` is about 30 %
//   last A-B             its last byte
//   probe A-B            the n-th probe to this address in this run, from 1; `3-` has no end
//
// ANSWER is `alive` (an echo reply) or `error TYPE/CODE` (an ICMP error that quotes the probe), with any of these:
//   from ADDRESS         who answers (else the target itself); `from xor N`: the target's number XOR N
//   delay T              constant; `delay uniform T T`; `delay pareto SCALE SHAPE [max T]` (SCALE is the least)
//   reorder PERCENT T    so many of the answers wait T longer, so that later ones overtake them
//   loss PERCENT         so many are not sent at all, copies included
//   limit N/s [burst B]  not more than that (a token bucket of this answer, looked at when the probe comes; B is 1)
//   dup N [gap T]        N more copies, each T (0) after the one before
//   ttl N                of the answer (64)
//   grow N               N more bytes of payload, or behind the quote: still a true answer
//   options N            the answer's header has N bytes of options (IPv6: a destination options header)
// of errors alone:
//   quote N              bytes of the probe's ICMP message behind the quoted header (else all that fits)
//   quote-options N      the quoted header has options
//   extension            the quote is filled up to 128 bytes, and an RFC 4884 extension follows
//   mtu N                of 3/4 and of IPv6's 2/0 (1280)
// and what makes it no true answer. Of these, forged (the packet is sound, the content is not that of the probe):
//   forge payload        every byte of the payload inverted
//   forge byte N         this byte of the payload (from 0) inverted
//   forge sequence N, forge identifier N   so much is added
//   forge destination ADDRESS   in the quote
//   forge replay         identifier and sequence of now, payload of the address's first probe in the run before (until
//                        the second run: silent). A new run begins when the responder gets SIGUSR1.
// and malformed:
//   cut N                the ICMP message ends after N bytes, headers agree, checksum is right
//   length +N, length -N the IP length says more or less than there is
//   padding N            N bytes behind the end of the IP packet (this one alone stays a true answer)
//   wrong-checksum       of ICMP;  wrong-ip-checksum  of the IPv4 header
//
// T has a unit: us, ms, s. A Scenario is a value; rules never change once the responder runs.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ringsweep/base/address.h"
#include "ringsweep/base/time.h"

namespace ringsweep::tun {

// What was sent, or why nothing was: column `kind` of the log.
enum class Kind : std::uint8_t {
  silent,        // the scenario says so
  lost,          // by `loss`
  limited,       // by `limit`
  bad_checksum,  // the probe itself was wrong; never answered
  unsent,        // the responder ended before the answer was due
  reply,         // a true reply from the target
  other_source,  // a true reply from another address
  error,         // a true ICMP error
  forged,
  malformed,
};
std::string_view to_text(Kind kind);

struct Prefix {
  Address first;
  unsigned length = 0;
  friend bool operator==(const Prefix&, const Prefix&) = default;
};

struct Selector {
  unsigned first_class = 0, last_class = 999;
  std::uint64_t class_seed = 0;
  unsigned first_octet = 0, last_octet = 255;
  std::uint32_t first_probe = 1, last_probe = std::numeric_limits<std::uint32_t>::max();

  bool matches(const Address& address, std::uint32_t probe) const;
  friend bool operator==(const Selector&, const Selector&) = default;
};

enum class DelayKind : std::uint8_t {
  constant,
  uniform,
  pareto
};
struct Delay {
  DelayKind kind = DelayKind::constant;
  std::int64_t least_ns = 0;
  std::int64_t most_ns = 3600 * ns_per_s;
  double shape = 1;

  // `chance` in [0, 1).
  std::int64_t at(double chance) const;
};

// When and whether an answer leaves.
struct Timing {
  Delay delay;
  double reorder_share = 0;
  std::int64_t reorder_ns = 0;
  double loss = 0;
  std::optional<double> limit_per_s;
  double burst = 1;
  std::uint32_t copies = 0;
  std::int64_t copy_gap_ns = 0;
};

struct Forgery {
  bool payload = false;
  bool replay = false;
  std::optional<std::size_t> byte;
  std::uint16_t add_sequence = 0, add_identifier = 0;
  Address destination;
};

// How an answer looks. What a probe is turned into: answer_builder.h.
struct Shape {
  bool is_error = false;
  std::uint8_t type = 0, code = 0;
  std::uint8_t ttl = 64;
  std::uint32_t mtu = 1280;
  std::size_t grow = 0, padding = 0, options = 0, quote_options = 0;
  std::size_t quote = std::numeric_limits<std::size_t>::max();
  std::size_t cut = std::numeric_limits<std::size_t>::max();
  int length_lie = 0;
  bool extension = false, wrong_checksum = false, wrong_ip_checksum = false;
  Forgery forgery;
};

struct Answer {
  Kind kind = Kind::reply;  // of the packet, if it comes from the target itself
  Address from;             // none: from the target
  std::uint64_t from_xor = 0;
  Timing timing;
  Shape shape;
  std::uint32_t stream = 0;  // of its random numbers; differs from that of every other answer

  Address responder(const Address& target) const;
  Kind kind_from(const Address& responder, const Address& target) const;
};

struct Rule {
  unsigned line = 0;
  Prefix prefix;
  Selector selector;
  std::vector<Answer> answers;  // empty: silent
};

struct Scenario {
  std::vector<Rule> rules;
};

// Throws a usage Error that begins with "NAME:LINE: ".
Scenario parse_scenario(std::string_view name, std::string_view text);

}  // namespace ringsweep::tun
