#include "ringsweep/net/sockets/control_message.h"

// The kernel's error queue header needs timespec and in_addr to be known.
#include <netinet/in.h>
#include <time.h>
// In this order.
#include <linux/errqueue.h>

#include <cstring>

#include "ringsweep/base/time.h"
#include "ringsweep/net/sockets/socket_address.h"

namespace ringsweep {
namespace {

static_assert(CMSG_SPACE(sizeof(timespec)) + CMSG_SPACE(sizeof(int)) <= receive_control_bytes);
static_assert(receive_control_bytes + CMSG_SPACE(sizeof(in6_pktinfo)) <= raw_v6_control_bytes);
static_assert(receive_control_bytes + CMSG_SPACE(sizeof(sock_extended_err) + sizeof(sockaddr_in6)) <=
              error_control_bytes);

template <typename T>
bool read_as(const cmsghdr& header, T& out) {
  if (header.cmsg_len < CMSG_LEN(sizeof out)) return false;
  std::memcpy(&out, CMSG_DATA(&header), sizeof out);
  return true;
}

void take_ttl(const cmsghdr& header, ControlFields& fields) {
  int ttl = -1;
  if (read_as(header, ttl)) fields.ttl = static_cast<std::int16_t>(ttl);
}

void take_stamp(const cmsghdr& header, ControlFields& fields) {
  timespec stamp{};
  if (read_as(header, stamp)) fields.realtime_ns = std::int64_t{stamp.tv_sec} * ns_per_s + stamp.tv_nsec;
}

void take_destination(const cmsghdr& header, ControlFields& fields) {
  in6_pktinfo info{};
  if (read_as(header, info)) fields.destination = Address::v6_from_bytes(&info.ipi6_addr);
}

void take_error(const cmsghdr& header, ControlFields& fields) {
  sock_extended_err error{};
  if (!read_as(header, error)) return;
  fields.has_error = true;
  fields.error_origin = error.ee_origin;
  fields.error_type = error.ee_type;
  fields.error_code = error.ee_code;
  fields.error_errno = error.ee_errno;
  fields.error_info = error.ee_info;
  const std::size_t behind = header.cmsg_len - CMSG_LEN(sizeof error);
  fields.offender = to_address(CMSG_DATA(&header) + sizeof error, behind);
}

}  // namespace

ControlFields parse_control(void* control, std::size_t length) {
  ControlFields fields;
  msghdr message{};
  message.msg_control = control;
  message.msg_controllen = length;
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_TIMESTAMPNS) {
      take_stamp(*header, fields);
    } else if ((header->cmsg_level == SOL_IP && header->cmsg_type == IP_TTL) ||
               (header->cmsg_level == SOL_IPV6 && header->cmsg_type == IPV6_HOPLIMIT)) {
      take_ttl(*header, fields);
    } else if (header->cmsg_level == SOL_IPV6 && header->cmsg_type == IPV6_PKTINFO) {
      take_destination(*header, fields);
    } else if ((header->cmsg_level == SOL_IP && header->cmsg_type == IP_RECVERR) ||
               (header->cmsg_level == SOL_IPV6 && header->cmsg_type == IPV6_RECVERR)) {
      take_error(*header, fields);
    }
  }
  return fields;
}

}  // namespace ringsweep
