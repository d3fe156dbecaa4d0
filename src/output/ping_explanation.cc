#include "ringsweep/output/ping_explanation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "ringsweep/base/limits.h"
#include "ringsweep/base/time.h"

namespace ringsweep {
namespace {

struct Meaning {
  std::string_view subject;
  std::string_view text;  // {address}, {range} and {groups} are filled in
  std::string_view refused = "Refused.";
};

constexpr auto meanings = std::to_array<Meaning>({
    {"socket AF_INET SOCK_DGRAM IPPROTO_ICMP",
     "A datagram socket for ICMP, in short a ping socket: it sends echo requests and receives the replies to them, "
     "nothing else. So it takes no privilege, only that one of your groups ({groups}) lies within "
     "net.ipv4.ping_group_range "
     "({range}).",
     "Refused: none of your groups ({groups}) lies within net.ipv4.ping_group_range ({range}). A raw socket may do."},
    {"socket AF_INET6 SOCK_DGRAM IPPROTO_ICMPV6",
     "A ping socket for ICMPv6. net.ipv4.ping_group_range ({range}) is for both families.",
     "Refused: none of your groups ({groups}) lies within net.ipv4.ping_group_range ({range}). A raw socket may do."},
    {"socket AF_INET SOCK_RAW IPPROTO_ICMP",
     "A raw socket: it sends any ICMP message and gets a copy of all that this machine receives. That takes "
     "CAP_NET_RAW. "
     "The identifier of the probes is ours to choose, and to check in each reply.",
     "Refused: a raw socket takes CAP_NET_RAW."},
    {"socket AF_INET6 SOCK_RAW IPPROTO_ICMPV6", "A raw socket for ICMPv6.", "Refused: a raw socket takes CAP_NET_RAW."},
    {"socket AF_INET SOCK_DGRAM IPPROTO_IP", "A UDP socket, only to ask the kernel which way it would send."},
    {"socket AF_INET6 SOCK_DGRAM IPPROTO_IP", "A UDP socket, only to ask the kernel which way it would send."},
    {"connect",
     "Sends nothing: to connect a UDP socket is to have the kernel look up the route to {address}, and the source "
     "address that goes with it. The port, 1025, stands for any.",
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
     "An ICMP error about a probe, such as Destination Host Unreachable, is to be kept for us in the socket's error "
     "queue."},
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
     "Was it granted? Twice the number, since the kernel counts its own notes as well. Less than asked for is worth a "
     "warning where many probes leave at once."},
    {"setsockopt SO_TIMESTAMPNS",
     "Each packet is to be stamped when it arrives, so it does not matter when it is read. In nanoseconds; ping asks "
     "for microseconds, with SO_TIMESTAMP."},
    {"setsockopt SO_SNDTIMEO", "No send may block for longer than this: a number of seconds and one of microseconds."},
    {"setsockopt SO_RCVTIMEO", "Nor may a receive."},
    {"sendto",
     "The probe: one ICMP message to {address}. ICMP has no ports, and no program takes it there: the kernel of "
     "that machine answers it.",
     "Not sent."},
    {"recvmsg",
     "A packet, the address that it came from ({address}), and what the kernel says beside it, as control messages: "
     "when it arrived, and on a ping socket the time to live that was left.",
     "No packet: the kernel has something to say of an error, which waits in the error queue."},
    {"recvmsg MSG_ERRQUEUE",
     "The error queue: the first bytes of our probe, and of the error its type (ee_type), code (ee_code) and sender "
     "(offender). Where ee_origin is 1 this machine itself refused, before anything was sent.",
     "The error queue is empty."},
});

constexpr std::array<std::string_view, 6> headings = {"1. A socket for ICMP",        "2. The source address",
                                                      "3. What the socket is to do", "4. The probe",
                                                      "5. What came back",           "6. The same probe on a ring"};

std::string seconds_text(std::int64_t ns) {
  return fmt::format("{}.{:09}", ns / ns_per_s, ns % ns_per_s);
}

// Of a buffer of the ring: struct io_uring_recvmsg_out, and the control messages of stamp and TTL.
constexpr std::size_t ring_header_bytes = 16;
constexpr std::size_t ring_control_bytes = 56;

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
  if (call.errno_value == EAGAIN) text = "Nothing more is waiting.";
  return fmt::format(fmt::runtime(text), fmt::arg("address", to_text(call.address)),
                     fmt::arg("range", ping_group_range_), fmt::arg("groups", groups_));
}

void PingExplanation::call(const NetworkCall& call) {
  printer_.print(call.text + "\n");
  if (!told_.insert(fmt::format("{} {}", call.subject, call.errno_value)).second) return;
  const std::string words = meaning(call);
  if (!words.empty()) tell(words);
}

void PingExplanation::probe(const ExpectedIpHeader& header, std::span<const std::byte> message, bool raw) {
  wants_probe_ = false;
  const bool v4 = header.destination.is_v4();
  tell(v4 ? "On the wire it is an IP packet. The kernel puts the IP header in front:"
          : "On the wire it is an IPv6 packet. The kernel puts the header in front:");
  printer_.print(annotated(header));
  tell("The ICMP message is what the program wrote:");
  printer_.print(annotated_echo(header.destination.family, message, {.identifier = !raw, .checksum = !raw || !v4}));
  if (v4) tell(checksum_text(message));
}

void PingExplanation::reply(Family family, std::span<const std::byte> packet, bool raw, const ReplyFacts& facts) {
  wants_reply_ = false;
  std::span<const std::byte> message = packet;
  if (raw && family == Family::v4) {
    tell("A raw socket hands out the IP header:");
    printer_.print(annotated_v4_header(packet));
    message = packet.subspan((std::to_integer<std::size_t>(packet[0]) & 0xf) * 4);
  }
  tell("The ICMP message:");
  printer_.print(annotated_echo(family, message, {}));
  std::string words =
      raw ? "The identifier is the one that we chose."
          : "The identifier is the one that the kernel gave the socket: another program's reply would not "
            "have come here.";
  words += facts.same_data
               ? " Sequence number and data are those of the probe: it is the answer."
               : " The sequence number is that of the probe: it is the answer, though not with the same data.";
  tell(words);
  const std::string rtt = seconds_text(facts.received_ns - facts.sent_ns);
  const std::string stamp = facts.stamp_ns ? fmt::format("The kernel's stamp, {} of CLOCK_REALTIME, is {} there",
                                                         seconds_text(*facts.stamp_ns), seconds_text(facts.received_ns))
                                           : fmt::format("It was read at {}", seconds_text(facts.received_ns));
  tell(fmt::format("The RTT: just before sendto, CLOCK_MONOTONIC was at {}. {}: {} s later.{}",
                   seconds_text(facts.sent_ns), stamp, rtt,
                   facts.has_time
                       ? " The time in the data came back as well, but whoever answers could have changed it: it "
                         "is not used."
                       : ""));
  printer_.print("\n");
}

void PingExplanation::ring(Family family, std::size_t message_bytes) {
  const bool v4 = family == Family::v4;
  const std::size_t send_name = v4 ? 16 : 28;  // sockaddr_in, sockaddr_in6
  const std::size_t receive_name = v4 ? 16 : 32;
  begin(Step::ring);
  printer_.print(fmt::format(
      "submission {{opcode=IORING_OP_SEND, flags=IOSQE_FIXED_FILE|IOSQE_CQE_SKIP_SUCCESS, fd=0, addr=PROBE, len={}, "
      "msg_flags=MSG_DONTWAIT, addr2=TARGET, addr_len={}}}\n",
      message_bytes, send_name));
  printer_.print(fmt::format("completion {{res={}, flags=IORING_CQE_F_BUFFER|IORING_CQE_F_MORE}}\n",
                             ring_header_bytes + receive_name + ring_control_bytes + message_bytes));
  tell(fmt::format(
      "Two system calls for each probe, and one to wait, are what a sweep cannot afford. It shares memory with the "
      "kernel, io_uring: there it writes such a submission for each of up to 32 probes, and one io_uring_enter sends "
      "them all; a send that went well has no completion. One standing receive is submitted once. Each reply then "
      "appears as a completion, in a buffer that the kernel chose: {} bytes of header, {} of address, {} of control "
      "messages and the {} of the message. So a sweep makes far fewer calls than it has probes, and each reply still "
      "has the kernel's stamp.",
      ring_header_bytes, receive_name, ring_control_bytes, message_bytes));
}

}  // namespace ringsweep
