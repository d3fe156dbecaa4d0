#include "net/transport/error_queue.h"

#include <netinet/in.h>
#include <time.h>
// In this order: the kernel's header needs both.
#include <linux/errqueue.h>

#include <cerrno>

namespace ringsweep {

ErrorQueue::ErrorQueue(std::size_t quote_bytes) : bytes_(slots * quote_bytes), messages_{} {
  for (std::size_t i = 0; i < slots; ++i) {
    slots_[i].payload = {bytes_.data() + i * quote_bytes, quote_bytes};
    msghdr& header = messages_[i].msg_hdr;
    header.msg_name = &slots_[i].name;
    header.msg_iov = &slots_[i].payload;
    header.msg_iovlen = 1;
    header.msg_control = slots_[i].control.data();
    header.msg_namelen = sizeof(SocketAddress);
    header.msg_controllen = error_control_bytes;
  }
}

void ErrorQueue::reset() {
  // The kernel writes the lengths that it used over those that it may use.
  for (; used_ > 0; --used_) {
    messages_[used_ - 1].msg_hdr.msg_namelen = sizeof(SocketAddress);
    messages_[used_ - 1].msg_hdr.msg_controllen = error_control_bytes;
  }
}

ErrorQueue::Read ErrorQueue::read(int socket, Family family, std::span<ReceivedPacket> out) {
  std::size_t packets = 0;
  while (used_ < slots) {
    const int count =
        recvmmsg(socket, &messages_[used_], static_cast<unsigned>(slots - used_), MSG_ERRQUEUE | MSG_DONTWAIT, nullptr);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return {packets, true};
    for (const std::size_t end = used_ + static_cast<std::size_t>(count); used_ < end; ++used_) {
      if (describe(messages_[used_], slots_[used_], family, out[packets])) ++packets;
    }
  }
  return {packets, false};
}

bool ErrorQueue::describe(const mmsghdr& message, const Slot& slot, Family family, ReceivedPacket& packet) const {
  const msghdr& header = message.msg_hdr;
  const ControlFields fields = parse_control(header.msg_control, header.msg_controllen);
  if (!fields.has_error) return false;
  if (fields.error_origin != SO_EE_ORIGIN_ICMP && fields.error_origin != SO_EE_ORIGIN_ICMP6) return false;
  packet = {};
  packet.bytes = {static_cast<const std::byte*>(slot.payload.iov_base), message.msg_len};
  packet.source = fields.offender;
  packet.destination = to_address(&slot.name, header.msg_namelen);
  packet.kernel_stamp = fields.realtime_ns.has_value();
  packet.received_ns = fields.realtime_ns.value_or(0);
  packet.truncated = (header.msg_flags & MSG_TRUNC) != 0;
  packet.framing = Framing::quote;
  packet.family = family;
  packet.ttl = fields.ttl;
  packet.error_type = fields.error_type;
  packet.error_code = fields.error_code;
  return true;
}

}  // namespace ringsweep
