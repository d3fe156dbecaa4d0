#include "net/transport/socket_transport.h"

#include <linux/sock_diag.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <limits>

#include "ringsweep/core/probe/icmp_codec.h"
#include "ringsweep/net/sockets/control_message.h"
#include "ringsweep/net/transport/clock_reading.h"
#include "ringsweep/system/clock.h"

namespace ringsweep {
namespace {

// More of a quoted probe than this is worth nothing: the token stands at its beginning.
constexpr std::size_t quote_bytes_max = 576;
// Room for the token in the quote; of a longer error the rest is not looked at. Errors with extensions (RFC 4884) quote
// at least 128 bytes, and the extension stands behind them.
constexpr std::size_t error_room_v4 = 256;
constexpr std::size_t error_room_v6 = 256;
constexpr std::size_t longest_v4_header = 60;

std::size_t payload_room(Framing framing, std::size_t packet_bytes) {
  if (framing == Framing::raw_v4) {
    return std::max(2 * longest_v4_header + icmp_header_size + packet_bytes, error_room_v4);
  }
  if (framing == Framing::raw_v6) {
    return std::max(2 * v6_header_size + icmp_header_size + packet_bytes, error_room_v6);
  }
  return packet_bytes;
}

Framing framing_of(const FamilySockets& family) {
  if (family.family == Family::v4) return family.receiver_is_ping ? Framing::ping_v4 : Framing::raw_v4;
  return family.receiver_is_ping ? Framing::icmp_v6 : Framing::raw_v6;
}

// Errors that came as packets (raw plan) go behind the replies.
bool is_echo_reply(Framing framing, std::span<const std::byte> bytes) {
  constexpr std::byte echo_reply_v4{echo_reply_type(Family::v4)}, echo_reply_v6{echo_reply_type(Family::v6)};
  if (bytes.empty()) return false;
  if (framing == Framing::raw_v6 || framing == Framing::icmp_v6) return bytes[0] == echo_reply_v6;
  if (framing == Framing::ping_v4) return bytes[0] == echo_reply_v4;
  const std::size_t header_size = std::to_integer<std::size_t>(bytes[0] & std::byte{15}) * 4;
  return header_size < bytes.size() && bytes[header_size] == echo_reply_v4;
}

}  // namespace

SocketTransport::SocketTransport(SocketSet sockets)
    : sockets_(std::move(sockets)),
      clock_(read_clocks()),
      error_queue_(std::min(sockets_.packet_bytes, quote_bytes_max)),
      packets_(reap_packets_max + ErrorQueue::slots),
      error_packets_(reap_packets_max + 2 * ErrorQueue::slots) {
  for (const auto* family : {&sockets_.v4, &sockets_.v6}) {
    if (!*family) continue;
    add_receiving(**family, false);
    if ((*family)->sender_is_ping) add_receiving(**family, true);
  }
  // The default of 50 us would be added to every sleep of this thread.
  prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
}

void SocketTransport::add_receiving(const FamilySockets& family, bool sender) {
  ReceivingSocket& socket = receiving_[receiving_count_++];
  socket.socket = sender ? family.sender.get() : family.receiver.get();
  socket.file = (family.family == Family::v4 ? 0U : 2U) + (sender ? 0U : 1U);
  socket.family = family.family;
  socket.framing = framing_of(family);
  socket.has_error_queue = !sender && family.receiver_is_ping;
  socket.delivers = !sender;
  socket.payload_room = payload_room(socket.framing, sockets_.packet_bytes);
  socket.control_room = socket.framing == Framing::raw_v6 ? raw_v6_control_bytes : receive_control_bytes;
}

std::int64_t SocketTransport::now_ns() {
  return monotonic_now_ns();
}

std::uint16_t SocketTransport::identifier(Family family) const {
  return family_sockets(family).identifier;
}

bool SocketTransport::kernel_checksums(Family family) const {
  return family == Family::v6 || family_sockets(family).sender_is_ping;
}

std::uint64_t SocketTransport::socket_drops() {
  std::uint64_t drops = 0;
  for (const ReceivingSocket& socket : receiving()) {
    if (!socket.delivers) continue;
    std::array<std::uint32_t, SK_MEMINFO_VARS> memory{};
    socklen_t length = sizeof memory;
    if (getsockopt(socket.socket, SOL_SOCKET, SO_MEMINFO, memory.data(), &length) == 0) {
      drops += memory[SK_MEMINFO_DROPS];
    }
  }
  return drops;
}

std::uint64_t SocketTransport::receive_buffer_bytes() const {
  std::uint64_t smallest = std::numeric_limits<std::uint64_t>::max();
  if (sockets_.v4) smallest = std::min(smallest, sockets_.v4->receive_buffer_bytes);
  if (sockets_.v6) smallest = std::min(smallest, sockets_.v6->receive_buffer_bytes);
  return smallest;
}

bool SocketTransport::counts_all_drops() const {
  const bool ping_v4 = sockets_.v4 && sockets_.v4->receiver_is_ping;
  const bool ping_v6 = sockets_.v6 && sockets_.v6->receiver_is_ping;
  return !ping_v4 && !ping_v6;
}

TransportCounts SocketTransport::counts() const {
  TransportCounts counts = counts_;
  counts.clock_steps = clock_.steps();
  return counts;
}

void SocketTransport::begin_reap() {
  replies_ = 0;
  errors_ = 0;
  error_queue_.reset();
}

void SocketTransport::add_packet(ReceivingSocket& from, std::span<const std::byte> bytes, const void* name,
                                 std::size_t name_length, void* control, std::size_t control_length,
                                 int message_flags) {
  const ControlFields fields = parse_control(control, control_length);
  ReceivedPacket& packet = is_echo_reply(from.framing, bytes) ? packets_[replies_++] : error_packets_[errors_++];
  packet = {};
  packet.bytes = bytes;
  packet.source = to_address(name, name_length);
  packet.destination = fields.destination;
  packet.kernel_stamp = fields.realtime_ns.has_value();
  packet.received_ns = fields.realtime_ns.value_or(0);
  packet.truncated = (message_flags & MSG_TRUNC) != 0;
  packet.framing = from.framing;
  packet.family = from.family;
  packet.ttl = fields.ttl;
  from.delivers = true;
}

bool SocketTransport::read_error_queue(const ReceivingSocket& from) {
  const std::span<ReceivedPacket> room = std::span(error_packets_).subspan(errors_);
  const ErrorQueue::Read read = error_queue_.read(from.socket, from.family, room);
  errors_ += read.packets;
  return read.emptied;
}

Reaped SocketTransport::finish_reap(std::int64_t before_ns, bool dry) {
  std::copy_n(error_packets_.begin(), errors_, packets_.begin() + static_cast<std::ptrdiff_t>(replies_));
  convert_stamps();
  if (dry) clock_.all_seen_until(before_ns);
  return {{packets_.data(), replies_ + errors_}, before_ns, dry};
}

void SocketTransport::convert_stamps() {
  const ClockReading reading = read_clocks();
  clock_.update(reading);
  for (ReceivedPacket& packet : std::span(packets_.data(), replies_ + errors_)) {
    const auto stamp_ns = packet.kernel_stamp ? clock_.to_monotonic(packet.received_ns) : std::nullopt;
    packet.kernel_stamp = stamp_ns.has_value();
    packet.received_ns = stamp_ns.value_or(reading.monotonic_after_ns);
  }
}

void SocketTransport::add_failure(std::uint32_t index, int errno_value) {
  failures_[failure_count_++] = {index, errno_value};
}

}  // namespace ringsweep
