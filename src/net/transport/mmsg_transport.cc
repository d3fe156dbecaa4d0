#include "net/transport/mmsg_transport.h"

#include <algorithm>
#include <cerrno>
#include <ctime>

namespace ringsweep {
namespace {

timespec to_timespec(std::int64_t span_ns) {
  return {static_cast<time_t>(span_ns / ns_per_s), static_cast<long>(span_ns % ns_per_s)};
}

// What one send that failed tells of those behind it: nothing, but that a full buffer stays full.
bool stays(int errno_value) {
  return errno_value == EAGAIN;
}

// Errors may come faster than they can be cleared; the rest waits for the next reap.
constexpr int errors_per_reap_max = 64;

// The kernel writes the lengths that it used over those that it may use.
void reset_lengths(msghdr& header) {
  header.msg_namelen = sizeof(SocketAddress);
  header.msg_controllen = raw_v6_control_bytes;
}

}  // namespace

MmsgTransport::MmsgTransport(SocketSet sockets)
    : SocketTransport(std::move(sockets)), received_{}, polled_{}, outgoing_{} {
  std::size_t room = 0;
  for (std::size_t i = 0; i < receiving().size(); ++i) {
    room = std::max(room, receiving()[i].payload_room);
    polled_[i] = {receiving()[i].socket, POLLIN, 0};
  }
  bytes_.resize(reap_packets_max * room);
  for (std::size_t i = 0; i < reap_packets_max; ++i) {
    slots_[i].payload = {bytes_.data() + i * room, room};
    msghdr& header = received_[i].msg_hdr;
    header.msg_name = &slots_[i].name;
    header.msg_iov = &slots_[i].payload;
    header.msg_iovlen = 1;
    header.msg_control = slots_[i].control.data();
    reset_lengths(header);
  }
  for (std::size_t i = 0; i < max_batch; ++i) {
    msghdr& header = outgoing_[i].msg_hdr;
    header.msg_name = &to_[i];
    header.msg_iov = &payloads_[i];
    header.msg_iovlen = 1;
  }
}

void MmsgTransport::wait(std::int64_t until_ns) {
  const std::int64_t left_ns = std::min(until_ns - now_ns(), 3600 * ns_per_s);
  if (left_ns <= 0) return;
  const timespec timeout = to_timespec(left_ns);
  const nfds_t count = left_ns < short_wait_ns ? 0 : receiving().size();
  ppoll(polled_.data(), count, &timeout, nullptr);
}

Reaped MmsgTransport::reap() {
  const std::int64_t before_ns = now_ns();
  begin_reap();
  for (; used_ > 0; --used_) reset_lengths(received_[used_ - 1].msg_hdr);
  bool dry = true;
  for (ReceivingSocket& socket : receiving()) {
    if (!receive_all(socket)) dry = false;
  }
  for (const ReceivingSocket& socket : receiving()) {
    if (socket.has_error_queue && !read_error_queue(socket)) dry = false;
  }
  return finish_reap(before_ns, dry);
}

bool MmsgTransport::receive_all(ReceivingSocket& from) {
  int errors_left = errors_per_reap_max;
  while (used_ < reap_packets_max && errors_left > 0) {
    const int count = recvmmsg(from.socket, &received_[used_], static_cast<unsigned>(reap_packets_max - used_),
                               MSG_DONTWAIT, nullptr);
    if (count < 0) {
      if (errno == EAGAIN) return true;
      // EINTR, or the error that an entry of the error queue left behind: the call has cleared it.
      --errors_left;
      continue;
    }
    for (const std::size_t end = used_ + static_cast<std::size_t>(count); used_ < end; ++used_) {
      const msghdr& header = received_[used_].msg_hdr;
      add_packet(from, {static_cast<const std::byte*>(slots_[used_].payload.iov_base), received_[used_].msg_len},
                 header.msg_name, header.msg_namelen, header.msg_control, header.msg_controllen, header.msg_flags);
    }
  }
  return false;
}

SendResult MmsgTransport::send(std::span<const OutgoingPacket> batch) {
  begin_send();
  for (std::size_t i = 0; i < batch.size(); ++i) {
    outgoing_[i].msg_hdr.msg_namelen = fill_socket_address(batch[i].to, 0, to_[i]);
    payloads_[i] = {const_cast<std::byte*>(batch[i].bytes.data()), batch[i].bytes.size()};
  }
  SendResult result;
  result.before_ns = now_ns();
  for (std::size_t first = 0; first < batch.size();) {
    std::size_t last = first + 1;
    while (last < batch.size() && batch[last].to.family == batch[first].to.family) ++last;
    send_run(batch, first, last);
    first = last;
  }
  result.after_ns = now_ns();
  result.failures = failures();
  return result;
}

void MmsgTransport::send_run(std::span<const OutgoingPacket> batch, std::size_t first, std::size_t last) {
  const int socket = family_sockets(batch[first].to.family).sender.get();
  bool was_short = false;
  while (first < last) {
    const int sent = sendmmsg(socket, &outgoing_[first], static_cast<unsigned>(last - first), MSG_DONTWAIT);
    if (sent > 0) {
      // The first of these could have left with those before it. Where it is refused now, that was why.
      if (was_short) ++counts_.short_sends;
      first += static_cast<std::size_t>(sent);
      was_short = first < last;
      continue;
    }
    const int errno_value = errno;
    if (errno_value == EINTR) continue;
    was_short = false;
    // The kernel stops at the first that fails: that one did not leave, those behind it were not tried.
    add_failure(static_cast<std::uint32_t>(first++), errno_value);
    while (stays(errno_value) && first < last) add_failure(static_cast<std::uint32_t>(first++), errno_value);
  }
}

}  // namespace ringsweep
