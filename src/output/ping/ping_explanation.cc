#include "ringsweep/output/ping/ping_explanation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "ringsweep/base/limits.h"
#include "ringsweep/base/time.h"
#include "ringsweep/core/ping/ping_packet.h"

namespace ringsweep {
namespace {

struct Meaning {
  std::string_view subject;
  std::string_view text;  // {address}, {range} and {groups} are filled in
  std::string_view refused = "Refused.";
};

constexpr auto meanings = std::to_array<Meaning>({
    {"socket AF_INET SOCK_DGRAM IPPROTO_ICMP",
     "A datagram socket for ICMP, in short a ping socket: it sends echo requests and receives the replies to them, nothing else. So it takes no privilege, only that one of your groups ({groups}) lies within "
     "net.ipv4.ping_group_range ({range})."},
    {"socket AF_INET6 SOCK_DGRAM IPPROTO_ICMPV6",
     "A ping socket for ICMPv6. net.ipv4.ping_group_range ({range}) is for both families."},
    {"socket AF_INET SOCK_RAW IPPROTO_ICMP",
     "A raw socket: it sends any ICMP message and gets a copy of all that this machine receives. That takes CAP_NET_RAW. The identifier of the probes is ours to choose, and to check in each reply."},
    {"socket AF_INET6 SOCK_RAW IPPROTO_ICMPV6", "A raw socket for ICMPv6."},
    {"socket AF_INET SOCK_DGRAM IPPROTO_IP", "A UDP socket, only to ask the kernel which way it would send."},
    {"socket AF_INET6 SOCK_DGRAM IPPROTO_IP", "A UDP socket, only to ask the kernel which way it would send."},
    {"connect",
     "Sends nothing: to connect a UDP socket is to have the kernel look up the route to {address}, and the source address that goes with it. The port, 1025, stands for any.",
     "There is no way to {address}."},
    {"getsockname", "The answer: what goes to that address leaves from {address}."},
    {"bind", "Probes leave from this address; the port of a ping socket is the identifier of its probes."},
    {"setsockopt SO_BINDTODEVICE", "By this interface and no other."},
    {"setsockopt SO_MARK", "A mark for the routing rules of this machine; it is not in the packet."},
    {"setsockopt SO_BROADCAST", "To a broadcast address the kernel sends only for those who say that they mean it."},
    {"setsockopt IP_TOS", "The type of service in the IP header of each probe."},
    {"setsockopt IPV6_TCLASS", "The traffic class in the IPv6 header of each probe."},
    {"setsockopt IP_TTL", "The time to live in the IP header of each probe: how many routers it may pass."},
    {"setsockopt IPV6_UNICAST_HOPS", "The hop limit of each probe: how many routers it may pass."},
    {"setsockopt IP_MULTICAST_TTL", "The same for multicast targets, which have a default of their own."},
    {"setsockopt IPV6_MULTICAST_HOPS", "The same for multicast targets, which have a default of their own."},
    {"setsockopt IP_MTU_DISCOVER", "Whether a probe that is too long for the path may be cut into fragments."},
    {"setsockopt IPV6_MTU_DISCOVER", "Whether a probe that is too long for the path may be cut into fragments."},
    {"setsockopt IP_RECVERR",
     "An ICMP error about a probe, such as Destination Host Unreachable, is to be kept for us in the socket's error queue."},
    {"setsockopt IPV6_RECVERR", "An ICMP error about a probe is to be kept for us in the socket's error queue."},
    {"setsockopt IP_RECVTTL",
     "A ping socket hands out no IP headers: the time to live of a reply is to come as a control message."},
    {"setsockopt IPV6_RECVHOPLIMIT", "IPv6 headers are not handed out: the hop limit is to come as a control message."},
    {"setsockopt IP_RETOPTS", "So are IP options, where a reply has any."},
    {"setsockopt ICMP_FILTER", "Of all ICMP that arrives here, only replies and errors are to come to this socket."},
    {"setsockopt 1",
     "ICMP6_FILTER: of all ICMPv6 that arrives here, only echo replies are to come; errors have their queue."},
    {"setsockopt SO_SNDBUF", "Room in the kernel for one probe on its way, with the kernel's own notes on it."},
    {"setsockopt SO_RCVBUF", "Room for what has arrived and is not read yet."},
    {"getsockopt SO_RCVBUF",
     "Was it granted? Twice the number, since the kernel counts its own notes as well. Less than asked for is worth a warning where many probes leave at once."},
    {"setsockopt SO_TIMESTAMPNS",
     "Each packet is to be stamped when it arrives, so it does not matter when it is read. In nanoseconds; ping asks for microseconds, with SO_TIMESTAMP."},
    {"setsockopt SO_SNDTIMEO", "No send may block for longer than this: a number of seconds and one of microseconds."},
    {"setsockopt SO_RCVTIMEO", "Nor may a receive."},
    {"sendto",
     "The probe: one ICMP message to {address}. ICMP has no ports, and no program takes it there: the kernel of that machine answers it.",
     "Not sent."},
    {"recvmsg",
     "A packet, the address that it came from ({address}), and what the kernel says beside it, as control messages: when it arrived, and on a ping socket the time to live that was left.",
     "No packet: the kernel has something to say of an error, which waits in the error queue."},
    {"recvmsg MSG_ERRQUEUE",
     "The error queue: the first bytes of our probe, and of the error its type (ee_type), code (ee_code) and sender (offender). Where ee_origin is 1 this machine itself refused, before anything was sent.",
     "The error queue is empty."},
});

// What a refusal means, where that depends on its errno.
struct Refusal {
  std::string_view subject;
  int errno_value;
  std::string_view text;
};

constexpr std::string_view no_group =
    "Refused: none of your groups ({groups}) lies within net.ipv4.ping_group_range ({range}). A raw socket may do.";
constexpr std::string_view no_capability = "Refused: a raw socket takes CAP_NET_RAW.";

constexpr auto refusals = std::to_array<Refusal>({
    {"socket AF_INET SOCK_DGRAM IPPROTO_ICMP", EACCES, no_group},
    {"socket AF_INET6 SOCK_DGRAM IPPROTO_ICMPV6", EACCES, no_group},
    {"socket AF_INET SOCK_RAW IPPROTO_ICMP", EPERM, no_capability},
    {"socket AF_INET6 SOCK_RAW IPPROTO_ICMPV6", EPERM, no_capability},
    {"connect", EACCES,
     "Refused: {address} is a broadcast address, to which the kernel sends only for those who say that they mean it, or this machine has a rule against it."},
    {"sendto", EAGAIN, "Not sent: there is no room in the kernel. It is tried again a little later."},
    {"recvmsg", EAGAIN, "Nothing more is waiting."},
    {"recvmsg MSG_ERRQUEUE", EAGAIN, "Nothing more is waiting."},
    {"recvmsg", EINTR, "A signal came first."},
});

constexpr std::array<std::string_view, 6> headings = {"1. A socket for ICMP",        "2. The source address",
                                                      "3. What the socket is to do", "4. The probe",
                                                      "5. What came back",           "6. The same probe on a ring"};

std::string seconds_text(std::int64_t ns) {
  return fmt::format("{}.{:09}", ns / ns_per_s, ns % ns_per_s);
}

}  // namespace

PingExplanation::PingExplanation(PingPrinter& printer, std::string ping_group_range, std::string groups)
    : printer_(printer), ping_group_range_(std::move(ping_group_range)), groups_(std::move(groups)) {}

void PingExplanation::begin(Step step) {
  if (latest_ && step <= *latest_) return;
  printer_.print(fmt::format("{}{}\n\n", latest_ ? "\n" : "", headings[static_cast<std::size_t>(step)]));
  latest_ = step;
}

void PingExplanation::tell(std::string_view words) {
  printer_.print(indented_paragraph(words));
}

std::string PingExplanation::meaning(const NetworkCall& call) const {
  const auto found = std::ranges::find(meanings, call.subject, &Meaning::subject);
  if (found == meanings.end()) return {};
  std::string_view text = call.errno_value == 0 ? found->text : found->refused;
  for (const Refusal& refusal : refusals) {
    if (refusal.subject == call.subject && refusal.errno_value == call.errno_value) text = refusal.text;
  }
  return fmt::format(fmt::runtime(text), fmt::arg("address", to_text(call.address)),
                     fmt::arg("range", ping_group_range_), fmt::arg("groups", groups_));
}

void PingExplanation::call(const NetworkCall& call) {
  printer_.print(call.text + "\n");
  if (!told_.insert(fmt::format("{} {}", call.subject, call.errno_value)).second) return;
  const std::string words = meaning(call);
  if (!words.empty()) tell(words);
}

void PingExplanation::probe(const ExpectedIpHeader& header, std::span<const std::byte> message, bool raw,
                            bool identifier_is_ours) {
  probe_.assign(message.begin(), message.end());
  identifier_is_ours_ = identifier_is_ours;
  const bool v4 = header.destination.is_v4();
  tell(v4 ? "On the wire it is an IP packet. The kernel puts the IP header in front:"
          : "On the wire it is an IPv6 packet. The kernel puts the header in front:");
  printer_.print(annotated(header));
  tell("The ICMP message is what the program wrote:");
  printer_.print(annotated_echo(header.destination.family, message,
                                {.kernel_gives_identifier = !identifier_is_ours,
                                 .kernel_gives_checksum = !raw || !v4,
                                 .own_data_bytes = message.size() - icmp_header_size}));
  if (v4) tell(checksum_text(message));
}

PingExplanation::Data PingExplanation::compare(std::span<const std::byte> reply) const {
  if (reply.size() < probe_.size()) return Data::shorter;
  // Each probe has a time of its own: another one's is not known here.
  const std::span<const std::byte> probe = probe_;
  constexpr std::size_t sequence_at = 6;
  const bool of_this_probe = std::ranges::equal(reply.subspan(sequence_at, 2), probe.subspan(sequence_at, 2));
  const bool has_time = probe.size() >= icmp_header_size + ping_time_bytes;
  const std::size_t from = icmp_header_size + (has_time && !of_this_probe ? ping_time_bytes : 0);
  return std::ranges::equal(reply.subspan(from, probe.size() - from), probe.subspan(from)) ? Data::same : Data::altered;
}

void PingExplanation::reply(Family family, std::span<const std::byte> packet, const ReplyFacts& facts) {
  wants_reply_ = false;
  std::span<const std::byte> message = packet;
  if (facts.raw && family == Family::v4) {
    tell("A raw socket hands out the IP header:");
    printer_.print(annotated_v4_header(packet));
    message = packet.subspan((std::to_integer<std::size_t>(packet[0]) & 0xf) * 4);
  }
  const Data data = compare(message);
  const std::size_t data_bytes = probe_.size() - icmp_header_size;
  tell("The ICMP message:");
  printer_.print(annotated_echo(family, message, {.own_data_bytes = data == Data::same ? data_bytes : 0}));
  std::string words =
      identifier_is_ours_
          ? "The identifier is the one that we chose."
          : "The identifier is the one that the kernel gave the socket: another program's reply would not have come here.";
  if (!facts.sound) {
    words += " The checksum is wrong: something was changed on the way, and it counts as no answer.";
  } else if (data == Data::same) {
    words += " Sequence number and data are those of the probe: it is the answer.";
  } else {
    words += fmt::format(" The sequence number is that of the probe: it is the answer, though {}.",
                         data == Data::shorter ? "with less data" : "not with the same data");
  }
  tell(words);
  // As with every RTT: a send is not later than its answer.
  const std::string rtt = seconds_text(std::max<std::int64_t>(facts.received_ns - facts.sent_ns, 0));
  const std::string stamp = facts.stamp_ns ? fmt::format("The kernel's stamp, {} of CLOCK_REALTIME, is {} there",
                                                         seconds_text(*facts.stamp_ns), seconds_text(facts.received_ns))
                                           : fmt::format("It was read at {}", seconds_text(facts.received_ns));
  tell(fmt::format(
      "The RTT: just before sendto, CLOCK_MONOTONIC was at {}. {}: {} s later.{}", seconds_text(facts.sent_ns), stamp,
      rtt,
      data == Data::same && data_bytes >= ping_time_bytes
          ? " The time in the data came back as well, but whoever answers could have changed it: it is not used."
          : ""));
  printer_.print("\n");
}

void PingExplanation::ring(Family family, std::size_t message_bytes, const RingBuffer& buffer) {
  const bool v4 = family == Family::v4;
  begin(Step::ring);
  // Of the sockets in the ring's table, those of IPv6 come behind the two of IPv4.
  printer_.print(fmt::format(
      "submission {{opcode=IORING_OP_SEND, flags=IOSQE_FIXED_FILE|IOSQE_CQE_SKIP_SUCCESS, fd={}, addr=PROBE, len={}, msg_flags=MSG_DONTWAIT, addr2=TARGET, addr_len={}}}\n",
      v4 ? 0 : 2, message_bytes, v4 ? 16 : 28));
  printer_.print(fmt::format("completion {{res={}, flags=IORING_CQE_F_BUFFER|IORING_CQE_F_MORE}}\n",
                             buffer.header + buffer.address + buffer.control + message_bytes));
  tell(fmt::format(
      "Two system calls for each probe, and one to wait, are what a sweep cannot afford. It shares memory with the kernel, io_uring: there it writes such a submission for each of up to 32 probes, and one io_uring_enter sends them all; a send that went well has no completion. One standing receive is submitted once. Each reply then "
      "appears as a completion, in a buffer that the kernel chose: {} bytes of header, {} of address, {} of control messages and the {} of the message. So a sweep makes far fewer calls than it has probes, and each reply still has the kernel's stamp.",
      buffer.header, buffer.address, buffer.control, message_bytes));
}

}  // namespace ringsweep
