// The one socket of `ping`, as iputils' ping makes and uses it: a datagram ICMP socket where the kernel lets the caller
// have one, else a raw one; one sendto a probe, one recvmsg a reply.
//
// The sweep's sockets have two halves (net/sockets/icmp_socket.h), because one target's error must not fail another's
// probe; with one target there is no other. Datagram sockets: the kernel gives the identifier, fills the checksum and
// hands over our replies only. Raw ones: the identifier is ours, and all ICMP of the machine arrives. Departure from
// ping: receive stamps in nanoseconds (SO_TIMESTAMPNS), which ping asks for in microseconds. Set-up functions throw
// Error with the words of ping. Rights are raised for the bare calls that need them. One thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "ringsweep/base/address.h"
#include "ringsweep/base/limits.h"
#include "ringsweep/net/ping/network_calls.h"
#include "ringsweep/net/sockets/control_message.h"
#include "ringsweep/system/file_descriptor.h"

namespace ringsweep {

enum class MtuDiscovery : std::uint8_t {
  dont,
  want,
  always
};

struct PingSocketOptions {
  std::string interface;                      // -I NAME
  std::optional<Address> source;              // -I ADDRESS
  bool keep_source = false;                   // -B: bind to the source address, whatever becomes of the route
  bool broadcast = false;                     // -b
  std::optional<std::uint16_t> identifier;    // -e
  std::optional<std::uint32_t> mark;          // -m
  std::optional<int> ttl;                     // -t
  int tos = 0;                                // -Q
  std::optional<MtuDiscovery> mtu_discovery;  // -M
  std::size_t data_bytes = 56;                // -s
  std::int64_t preload = 1;                   // -l: the receive buffer holds as many replies
};

// What is worth a line on stderr and stops nothing.
using Complain = std::function<void(const std::string&)>;

class PingSocket {
 public:
  // Datagram first, unless raw is wanted, then raw. May be refused: look at is_open(). `calls` outlives it.
  static PingSocket open(Family family, bool raw_only, const NetworkCalls& calls);

  bool is_open() const { return socket_.is_open(); }
  int get() const { return socket_.get(); }
  bool is_raw() const { return raw_; }
  Family family() const { return family_; }
  int refusal_errno() const { return refusal_errno_; }
  const NetworkCalls& calls() const { return *calls_; }

  void set_tos(int tos);
  // Sends and receives by this interface only; for an IPv4 multicast target it is enough to send by it.
  void bind_to_interface(const std::string& interface, const Address& target);
  // All that is set once the route is known. `source` is the address to bind to.
  void configure(const PingSocketOptions& options, const Address& source, const Complain& complain);
  // The last options before the first probe: stamps, mark and timeouts.
  void prepare_to_wait(const PingSocketOptions& options, std::int64_t interval_ns, const Complain& complain);

  // One datagram to `target`: 0 or the errno.
  int send(const Address& target, std::span<const std::byte> packet);

  struct Received {
    int errno_value = 0;  // not 0: nothing came
    std::span<const std::byte> packet;
    bool cut = false;  // there was no room for all of it
    Address source;
    ControlFields control;
  };
  // Into `room`; waits for at most the receive timeout, or not at all.
  Received receive(std::span<std::byte> room, bool wait);

  struct QueuedError {
    int errno_value = 0;               // of reading the queue: EAGAIN where it is empty
    bool is_local = false;             // made by this machine before anything was sent, else an ICMP error
    std::span<const std::byte> quote;  // the first 8 bytes of the probe, or less
    Address destination;               // of the probe
    ControlFields control;
  };
  // The next entry of the error queue, without waiting; valid until the next call.
  QueuedError next_error();
  // Raw IPv4: errors come as packets as well as by the error queue; from now on by the queue alone.
  void ignore_errors_as_packets();

 private:
  template <typename T>
  int set(int level, int name, const T& value);
  // The same, where a refusal is the end: an Error that says `what`.
  template <typename T>
  void require(int level, int name, const T& value, const char* what);
  void configure_v4(const PingSocketOptions& options, const Address& source, const Complain& complain);
  void configure_v6(const PingSocketOptions& options, const Address& source, const Complain& complain);
  void set_buffers(const PingSocketOptions& options, const Complain& complain);
  void bind_to(const Address& source, const PingSocketOptions& options, const char* what);

  const NetworkCalls* calls_ = nullptr;
  FileDescriptor socket_;
  Family family_ = Family::none;
  bool raw_ = false;
  int refusal_errno_ = 0;
  std::array<std::byte, icmp_header_size> quote_{};
};

// What the kernel puts into IPv4 headers without -t; none where /proc does not say.
std::optional<int> default_ttl();
// Whether it asks not to fragment without -M (net.ipv4.ip_no_pmtu_disc is 0); none where /proc does not say.
std::optional<bool> path_mtu_discovery_is_default();

}  // namespace ringsweep
