#include "net/kernel/netlink.h"

#include <netinet/in.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace ringsweep {
namespace {

// On a machine whose lists never stand still the last of so many dumps is as good as any.
constexpr int dumps_max = 5;

struct DumpEnd {
  bool done = false;
  bool interrupted = false;
  int error = 0;
};

void take_dumped(const nlmsghdr& message, const TakeMessage& take, DumpEnd& end) {
  if ((message.nlmsg_flags & NLM_F_DUMP_INTR) != 0) end.interrupted = true;
  if (message.nlmsg_type == NLMSG_ERROR) {
    end.done = true;
    end.error = EPROTO;
    if (mnl_nlmsg_get_payload_len(&message) >= sizeof(nlmsgerr)) {
      end.error = -static_cast<const nlmsgerr*>(mnl_nlmsg_get_payload(&message))->error;
    }
  } else if (message.nlmsg_type == NLMSG_DONE) {
    end.done = true;
    // 0, or why the kernel broke off half-way.
    std::int32_t result = 0;
    if (mnl_nlmsg_get_payload_len(&message) >= sizeof result) {
      std::memcpy(&result, mnl_nlmsg_get_payload(&message), sizeof result);
    }
    end.error = -std::min(result, 0);
  } else if (message.nlmsg_type >= NLMSG_MIN_TYPE) {
    take(message);
  }
}

}  // namespace

void read_address(const nlattr& attribute, Address& address) {
  const std::size_t size = mnl_attr_get_payload_len(&attribute);
  if (address.is_v4() && size >= 4) address = Address::v4(ntohl(mnl_attr_get_u32(&attribute)));
  if (address.is_v6() && size >= 16) address = Address::v6_from_bytes(mnl_attr_get_payload(&attribute));
}

NetlinkSocket open_netlink(unsigned groups, int flags) {
  NetlinkSocket socket(mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC | flags));
  if (socket != nullptr && mnl_socket_bind(socket.get(), groups, MNL_SOCKET_AUTOPID) < 0) {
    const int why = errno;
    socket.reset();
    errno = why;
  }
  return socket;
}

bool read_netlink(const NetlinkSocket& socket, NetlinkBuffer& buffer, const TakeMessage& take) {
  ssize_t length = -1;
  do {
    length = mnl_socket_recvfrom(socket.get(), buffer.bytes.data(), buffer.bytes.size());
  } while (length < 0 && errno == EINTR);
  if (length < 0) return false;
  int left = static_cast<int>(length);
  const void* next = buffer.bytes.data();
  while (mnl_nlmsg_ok(static_cast<const nlmsghdr*>(next), left)) {
    const auto* message = static_cast<const nlmsghdr*>(next);
    take(*message);
    next = mnl_nlmsg_next(message, &left);
  }
  return true;
}

bool dump_netlink(std::uint16_t request, std::size_t header_size, const TakeMessage& take) {
  NetlinkBuffer buffer;
  for (int dump = 0; dump < dumps_max; ++dump) {
    // What is left of an interrupted dump lies in its socket.
    const NetlinkSocket socket = open_netlink(0);
    if (socket == nullptr) return false;
    nlmsghdr* question = mnl_nlmsg_put_header(buffer.bytes.data());
    question->nlmsg_type = request;
    question->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    mnl_nlmsg_put_extra_header(question, header_size);
    if (mnl_socket_sendto(socket.get(), question, question->nlmsg_len) < 0) return false;

    DumpEnd end;
    const TakeMessage take_one = [&](const nlmsghdr& message) { take_dumped(message, take, end); };
    while (!end.done) {
      if (!read_netlink(socket, buffer, take_one)) return false;
    }
    if (end.error != 0) {
      errno = end.error;
      return false;
    }
    if (!end.interrupted) break;
  }
  return true;
}

}  // namespace ringsweep
