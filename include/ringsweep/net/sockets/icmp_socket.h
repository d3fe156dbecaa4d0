// The sockets of one worker: for each family a sending and a receiving half (src/README.md, 3.6). Nothing ever arrives
// at the sending half, so no other target's error can fail a send.
//
//   plan   sending half                                      receiving half
//   dgram  ping socket on identifier i, no IP_RECVERR        the newer ping socket on i: all replies, IP_RECVERR
//          (IPv6 with CAP_NET_RAW: raw, sends with i)
//   raw    raw, filters everything, IP_RECVERR, never read   raw, filters all but replies and errors, identifier random
//
// Opened on the main thread, before the privileges are dropped, then moved to the worker's thread, where a Transport
// takes it. Set-up code: throws Error, with a remedy that can help where the program runs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ringsweep/base/address.h"
#include "ringsweep/system/file_descriptor.h"

namespace ringsweep {

enum class SocketPlan : std::uint8_t {
  dgram,
  raw
};
// As --socket names it: "dgram".
constexpr std::string_view to_text(SocketPlan plan) {
  return plan == SocketPlan::dgram ? "dgram" : "raw";
}

struct SocketOptions {
  std::optional<SocketPlan> plan;  // empty: the first that works, dgram before raw
  bool need_v4 = true;
  bool need_v6 = false;
  std::optional<int> ttl;  // hop limit for IPv6
  std::optional<int> tos;  // traffic class for IPv6
  std::string interface;   // leave by this interface only; replies may come in by any
  std::optional<Address> source_v4;
  std::optional<Address> source_v6;
  // Wanted capacity in bytes as SO_RCVBUF takes them (the kernel accounts about 832 bytes for a small packet and
  // doubles what is asked); 0 leaves the system's default. What was granted stands in FamilySockets.
  std::uint64_t receive_buffer_bytes = 0;
  std::uint64_t send_buffer_bytes = 0;
  // The ICMP message, header included. While it fits 576 bytes (IPv6: 1280) with its IP header, fragmenting is
  // forbidden: the kernel then skips choosing an IP id.
  std::size_t packet_bytes = 32;
};

// Both halves of a family.
struct FamilySockets {
  Family family = Family::none;
  FileDescriptor sender;
  FileDescriptor receiver;
  bool sender_is_ping = false;    // a ping socket, so it is read as well: a kernel may deliver to the older half
  bool receiver_is_ping = false;  // has an error queue
  std::uint16_t identifier = 0;   // host order
  // SO_RCVBUF and SO_SNDBUF as read back: twice what could be set.
  std::uint64_t receive_buffer_bytes = 0;
  std::uint64_t send_buffer_bytes = 0;
};

struct SocketSet {
  SocketPlan plan = SocketPlan::dgram;
  std::optional<FamilySockets> v4;
  std::optional<FamilySockets> v6;
  std::size_t packet_bytes = 0;
  // For people: "ping sockets", "raw sockets (ping sockets are refused: net.ipv4.ping_group_range is 1 0)".
  std::string description;
};

// Throws Error (exit 4) where the system refuses: the remedy names only what can help here. Raises privileges itself.
SocketSet open_sockets(const SocketOptions& options);

}  // namespace ringsweep
