// The cost of a probe and its reply in each engine and socket plan, in batches of 32 over loopback: send a batch, reap
// until dry. The baseline is a bare loop of sendmmsg and recvmmsg on one ping socket, without stamps and error queue,
// which does not read the replies. Loopback answers inside the send, so these are costs, not rates of a network.
//
// Runs in a network namespace of its own, so it needs root (or `unshare --net --map-root-user`).
#include <benchmark/benchmark.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <vector>

#include "ringsweep/base/limits.h"
#include "ringsweep/net/sockets/socket_address.h"
#include "ringsweep/net/transport/transport_factory.h"

namespace ringsweep {
namespace {

constexpr std::size_t packet_bytes = icmp_header_size + token_size;

// Made before the first benchmark.
struct Namespace {
  Namespace() {
    if (unshare(CLONE_NEWNET) == 0 && std::system("ip link set lo up") == 0) {
      std::ofstream("/proc/sys/net/ipv4/ping_group_range") << "0 2147483647" << std::endl;
      return;
    }
    std::cerr << "transport_bench: cannot make a network namespace: run as root\n";
    std::exit(1);
  }
};
const Namespace made_namespace;

std::vector<std::byte> request_of(std::uint16_t identifier) {
  std::vector<std::byte> bytes(packet_bytes);
  bytes[0] = std::byte{8};
  bytes[4] = static_cast<std::byte>(identifier >> 8);
  bytes[5] = static_cast<std::byte>(identifier & 255);
  // All but type and identifier are zero.
  std::uint32_t sum = 0x0800U + identifier;
  sum = (sum & 0xffff) + (sum >> 16);
  const std::uint16_t checksum = static_cast<std::uint16_t>(~sum);
  bytes[2] = static_cast<std::byte>(checksum >> 8);
  bytes[3] = static_cast<std::byte>(checksum & 255);
  return bytes;
}

void send_and_reap(benchmark::State& state, TransportKind kind, SocketPlan plan) {
  SocketOptions options;
  options.plan = plan;
  options.receive_buffer_bytes = 4 << 20;
  const MadeTransport made = make_transport(kind, open_sockets(options));
  Transport& transport = *made.transport;
  const std::vector<std::byte> bytes = request_of(transport.identifier(Family::v4));
  std::array<OutgoingPacket, default_batch> batch;
  for (std::uint32_t i = 0; i < default_batch; ++i) batch[i] = {Address::v4(0x7f000001 + i), bytes};
  std::uint64_t heard = 0;
  for (auto _ : state) {
    if (!transport.send(batch).failures.empty()) state.SkipWithError("a send failed");
    transport.wait(transport.now_ns());
    for (bool dry = false; !dry;) {
      const Reaped reaped = transport.reap();
      heard += reaped.packets.size();
      dry = reaped.dry;
    }
  }
  const auto probes = static_cast<std::uint64_t>(state.iterations()) * default_batch;
  if (heard != probes) state.SkipWithError("replies were lost");
  state.SetItemsProcessed(static_cast<std::int64_t>(probes));
}

void bare_sendmmsg_recvmmsg(benchmark::State& state) {
  const FileDescriptor ping(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_ICMP));
  std::vector<std::byte> bytes = request_of(0);
  std::array<std::array<std::byte, packet_bytes>, default_batch> room;
  std::array<SocketAddress, default_batch> to;
  std::array<iovec, default_batch> out, in;
  std::array<mmsghdr, default_batch> sends{}, receives{};
  for (std::uint32_t i = 0; i < default_batch; ++i) {
    out[i] = {bytes.data(), bytes.size()};
    in[i] = {room[i].data(), room[i].size()};
    sends[i].msg_hdr.msg_name = &to[i];
    sends[i].msg_hdr.msg_namelen = fill_socket_address(Address::v4(0x7f000001 + i), 0, to[i]);
    sends[i].msg_hdr.msg_iov = &out[i];
    receives[i].msg_hdr.msg_iov = &in[i];
    sends[i].msg_hdr.msg_iovlen = receives[i].msg_hdr.msg_iovlen = 1;
  }
  for (auto _ : state) {
    sendmmsg(ping.get(), sends.data(), default_batch, MSG_DONTWAIT);
    while (recvmmsg(ping.get(), receives.data(), default_batch, MSG_DONTWAIT, nullptr) > 0) {
    }
  }
  state.SetItemsProcessed(state.iterations() * default_batch);
}

BENCHMARK(bare_sendmmsg_recvmmsg);
BENCHMARK_CAPTURE(send_and_reap, mmsg_dgram, TransportKind::mmsg, SocketPlan::dgram);
BENCHMARK_CAPTURE(send_and_reap, uring_dgram, TransportKind::uring, SocketPlan::dgram);
BENCHMARK_CAPTURE(send_and_reap, mmsg_raw, TransportKind::mmsg, SocketPlan::raw);
BENCHMARK_CAPTURE(send_and_reap, uring_raw, TransportKind::uring, SocketPlan::raw);

}  // namespace
}  // namespace ringsweep
