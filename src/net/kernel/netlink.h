// Questions to rtnetlink and its announcements, for the files of this layer that read routes, links and neighbours.
#pragma once

#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "ringsweep/base/address.h"

namespace ringsweep {

struct CloseNetlink {
  void operator()(mnl_socket* socket) const { mnl_socket_close(socket); }
};
using NetlinkSocket = std::unique_ptr<mnl_socket, CloseNetlink>;

// Hears these groups (a mask of RTMGRP_*). `flags` as for socket(). Null, with errno, where the system refuses.
NetlinkSocket open_netlink(unsigned groups, int flags = 0);

using TakeMessage = std::function<void(const nlmsghdr&)>;

// Netlink wants its messages on a multiple of 4, and a dump in the largest buffer that the kernel fills.
struct alignas(8) NetlinkBuffer {
  std::array<char, 32768> bytes;
};

// Lengths inside messages count up to the next multiple of 4.
constexpr std::size_t align_netlink(std::size_t size) {
  return (size + 3) & ~std::size_t{3};
}

// Hands out what one read brings. False, with errno, where there was none.
bool read_netlink(const NetlinkSocket& socket, NetlinkBuffer& buffer, const TakeMessage& take);

// Hands out all objects that `request` (RTM_GETROUTE, ...) asks for, of every family; its own header is empty and has
// `header_size` bytes. Where a change of the kernel's list interrupted the dump it begins again, so `take` may see an
// object more than once. False, with errno, where the kernel refuses or breaks off.
bool dump_netlink(std::uint16_t request, std::size_t header_size, const TakeMessage& take);

// The address that an attribute holds, where it is one of the family of `address`, which is kept otherwise.
void read_address(const nlattr& attribute, Address& address);

// `take` is called with each attribute of `size` bytes at `payload`.
template <typename Take>
void each_attribute(const void* payload, std::size_t size, Take take) {
  const auto pass = [](const nlattr* attribute, void* data) {
    (*static_cast<Take*>(data))(*attribute);
    return MNL_CB_OK;
  };
  mnl_attr_parse_payload(payload, size, pass, &take);
}

// The same for the attributes behind a message's own header.
template <typename Take>
void each_attribute(const nlmsghdr& message, std::size_t header_size, Take take) {
  const std::size_t skipped = align_netlink(header_size), size = mnl_nlmsg_get_payload_len(&message);
  if (size > skipped) each_attribute(mnl_nlmsg_get_payload_offset(&message, skipped), size - skipped, take);
}

}  // namespace ringsweep
