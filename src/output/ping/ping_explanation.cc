#include "ringsweep/output/ping/ping_explanation.h"

#include <fmt/core.h>

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
     "A datagram socket for ICMP, called a ping socket: it sends echo requests and receives the replies to them, and nothing else. So it needs no privilege, only that one of your groups ({groups}) is within net.ipv4.ping_group_range ({range})."},
    {"socket AF_INET6 SOCK_DGRAM IPPROTO_ICMPV6",
     "A ping socket for ICMPv6. net.ipv4.ping_group_range ({range}) applies to both families."},
    {"socket AF_INET SOCK_RAW IPPROTO_ICMP",
     "A raw socket: it sends any ICMP message and receives a copy of every one that arrives here, which requires CAP_NET_RAW. The program chooses the identifier of its probes and checks it in each reply."},
    {"socket AF_INET6 SOCK_RAW IPPROTO_ICMPV6", "A raw socket for ICMPv6."},
    {"socket AF_INET SOCK_DGRAM IPPROTO_IP", "A UDP socket, used only to ask the kernel which route it would take."},
    {"socket AF_INET6 SOCK_DGRAM IPPROTO_IP", "A UDP socket, used only to ask the kernel which route it would take."},
    {"connect",
     "Sends nothing: connecting a UDP socket makes the kernel look up the route to {address} and choose a source address for it. The port, 1025, does not matter.",
     "There is no route to {address}."},
    {"getsockname", "The answer: packets to that address are sent from {address}."},
    {"bind", "Probes are sent from this address; the port of a ping socket is the identifier of its probes."},
    {"setsockopt SO_BINDTODEVICE", "Send and receive through this interface only."},
    {"setsockopt SO_MARK", "A mark for the routing rules of this machine; it is not part of the packet."},
    {"setsockopt SO_BROADCAST", "The kernel sends to a broadcast address only if the program explicitly allows it."},
    {"setsockopt IP_TOS", "Sets the type of service in the IP header of each probe."},
    {"setsockopt IPV6_TCLASS", "Sets the traffic class in the IPv6 header of each probe."},
    {"setsockopt IP_TTL", "Sets the time to live in the IP header of each probe: how many routers it may pass."},
    {"setsockopt IPV6_UNICAST_HOPS", "Sets the hop limit of each probe: how many routers it may pass."},
    {"setsockopt IP_MULTICAST_TTL", "The same for multicast targets, which have a separate default."},
    {"setsockopt IPV6_MULTICAST_HOPS", "The same for multicast targets, which have a separate default."},
    {"setsockopt IP_MTU_DISCOVER", "Whether a probe that is too long for the path may be fragmented."},
    {"setsockopt IPV6_MTU_DISCOVER", "Whether a probe that is too long for the path may be fragmented."},
    {"setsockopt IP_RECVERR",
     "Asks the kernel to keep ICMP errors about probes, such as Destination Host Unreachable, in the socket's error queue."},
    {"setsockopt IPV6_RECVERR", "Asks the kernel to keep ICMP errors about probes in the socket's error queue."},
    {"setsockopt IP_RECVTTL",
     "A ping socket does not deliver IP headers, so the time to live of a reply is requested as a control message."},
    {"setsockopt IPV6_RECVHOPLIMIT",
     "IPv6 headers are not delivered, so the hop limit is requested as a control message."},
    {"setsockopt IP_RETOPTS", "The IP options of a reply, if it has any, are requested as well."},
    {"setsockopt ICMP_FILTER",
     "Of all the ICMP messages that arrive here, only replies and errors are delivered to this socket."},
    {"setsockopt 1",
     "ICMP6_FILTER: of all the ICMPv6 messages that arrive here, only echo replies are delivered; errors have a separate queue."},
    {"setsockopt SO_SNDBUF", "Limits the send buffer to one probe and the kernel's bookkeeping for it."},
    {"setsockopt SO_RCVBUF", "The size of the receive buffer: packets wait there until they are read."},
    {"getsockopt SO_RCVBUF",
     "Was it granted? The kernel reports twice the size, because it counts its bookkeeping as well. If it granted less, ping warns when many probes are in flight at once."},
    {"setsockopt SO_TIMESTAMPNS",
     "Asks the kernel to timestamp each packet on arrival, so that it does not matter when the program reads it. These are nanoseconds; the classic ping asks for microseconds, with SO_TIMESTAMP."},
    {"setsockopt SO_SNDTIMEO", "No send may block longer than this: seconds and microseconds."},
    {"setsockopt SO_RCVTIMEO", "Nor may a receive."},
    {"sendto",
     "Sends the probe, one ICMP message to {address}. ICMP has no ports, and no program receives it there: the kernel of that machine answers.",
     "Not sent."},
    {"recvmsg",
     "Returns a packet, its source address ({address}), and control messages from the kernel: when it arrived and, on a ping socket, its remaining time to live.",
     "No packet: the kernel reports an error, whose details are in the error queue."},
    {"recvmsg MSG_ERRQUEUE",
     "The error queue returns the first bytes of the probe, and the type (ee_type), code (ee_code) and sender (offender) of the error. If ee_origin is 1, this machine itself refused to send the probe.",
     "The error queue is empty."},
});

// The meaning of a refusal where it depends on the errno.
struct Refusal {
  std::string_view subject;
  int errno_value;
  std::string_view text;
};

constexpr std::string_view no_group =
    "Refused: none of your groups ({groups}) is within net.ipv4.ping_group_range ({range}). A raw socket may work instead.";
constexpr std::string_view no_capability = "Refused: a raw socket requires CAP_NET_RAW.";

constexpr auto refusals = std::to_array<Refusal>({
    {"socket AF_INET SOCK_DGRAM IPPROTO_ICMP", EACCES, no_group},
    {"socket AF_INET6 SOCK_DGRAM IPPROTO_ICMPV6", EACCES, no_group},
    {"socket AF_INET SOCK_RAW IPPROTO_ICMP", EPERM, no_capability},
    {"socket AF_INET6 SOCK_RAW IPPROTO_ICMPV6", EPERM, no_capability},
    {"connect", EACCES,
     "Refused: {address} is a broadcast address, which the program has not explicitly allowed, or a rule of this machine forbids it."},
    {"sendto", EAGAIN, "Not sent: the kernel has no room for it. The program tries again a little later."},
    {"recvmsg", EAGAIN, "No more packets are waiting."},
    {"recvmsg MSG_ERRQUEUE", EAGAIN, "No more packets are waiting."},
    {"recvmsg", EINTR, "A signal interrupted the wait."},
});

constexpr std::array<std::string_view, 6> headings = {
    "1. A socket for ICMP", "2. The source address", "3. The socket's options",
    "4. The probe",         "5. The reply",          "6. The same probe in a sweep"};

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
  tell(v4 ? "On the wire, the probe is an IP packet. The kernel adds the IP header:"
          : "On the wire, the probe is an IPv6 packet. The kernel adds the IPv6 header:");
  printer_.print(annotated(header));
  tell("The program wrote the ICMP message:");
  printer_.print(annotated_echo(header.destination.family, message,
                                {.kernel_gives_identifier = !identifier_is_ours,
                                 .kernel_gives_checksum = !raw || !v4,
                                 .own_data_bytes = message.size() - icmp_header_size}));
  if (v4) tell(checksum_text(message));
}

PingExplanation::Data PingExplanation::compare(std::span<const std::byte> reply) const {
  if (reply.size() < probe_.size()) return Data::shorter;
  // Each probe carries its own time; that of any other probe is unknown here.
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
    tell("A raw socket delivers the IP header as well:");
    printer_.print(annotated_v4_header(packet));
    message = packet.subspan((std::to_integer<std::size_t>(packet[0]) & 0xf) * 4);
  }
  const Data data = compare(message);
  const std::size_t data_bytes = probe_.size() - icmp_header_size;
  tell("The ICMP message:");
  printer_.print(annotated_echo(family, message, {.own_data_bytes = data == Data::same ? data_bytes : 0}));
  std::string words =
      identifier_is_ours_
          ? "The identifier is the one that the program chose."
          : "The identifier is the one that the kernel assigned to the socket: replies to other programs are not delivered here.";
  if (!facts.sound) {
    words += " The checksum is wrong: the message was changed on the way and does not count as an answer.";
  } else if (data == Data::same) {
    words += " The sequence number and the data match the probe: this is its answer.";
  } else {
    words += fmt::format(" The sequence number matches the probe: this is its answer, although {}.",
                         data == Data::shorter ? "with less data" : "with different data");
  }
  tell(words);
  // As with every RTT, a probe is never sent after its answer.
  const std::string rtt = seconds_text(std::max<std::int64_t>(facts.received_ns - facts.sent_ns, 0));
  const std::string stamp = facts.stamp_ns
                                ? fmt::format("The kernel's timestamp, {} on CLOCK_REALTIME, is {} on that clock",
                                              seconds_text(*facts.stamp_ns), seconds_text(facts.received_ns))
                                : fmt::format("The reply was read at {}", seconds_text(facts.received_ns));
  tell(fmt::format(
      "The round-trip time: just before sendto, CLOCK_MONOTONIC read {}. {}, {} s later.{}",
      seconds_text(facts.sent_ns), stamp, rtt,
      data == Data::same && data_bytes >= ping_time_bytes
          ? " The time in the data came back as well, but it is not used, because the responder could have changed it."
          : ""));
  printer_.print("\n");
}

void PingExplanation::ring(Family family, std::size_t message_bytes, const RingBuffer& buffer) {
  const bool v4 = family == Family::v4;
  begin(Step::ring);
  // In the ring's table the IPv6 sockets follow the two IPv4 sockets.
  printer_.print(fmt::format(
      "submission {{opcode=IORING_OP_SEND, flags=IOSQE_FIXED_FILE|IOSQE_CQE_SKIP_SUCCESS, fd={}, addr=PROBE, len={}, msg_flags=MSG_DONTWAIT, addr2=TARGET, addr_len={}}}\n",
      v4 ? 0 : 2, message_bytes, v4 ? 16 : 28));
  printer_.print(fmt::format("completion {{res={}, flags=IORING_CQE_F_BUFFER|IORING_CQE_F_MORE}}\n",
                             buffer.header + buffer.address + buffer.control + message_bytes));
  tell(fmt::format(
      "A sweep cannot afford two system calls for each probe and one to wait. It uses io_uring, memory shared with the kernel: it writes such a submission for each of up to 32 probes, and a single io_uring_enter sends them all; a successful send produces no completion. One receive is submitted once and stays active. Each reply then appears as a completion, in a buffer that the kernel chose: {} bytes of header, {} of address, {} of control messages and {} of the message. So a sweep makes far fewer calls than it sends probes, and each reply still has the kernel's timestamp.",
      buffer.header, buffer.address, buffer.control, message_bytes));
}

}  // namespace ringsweep
