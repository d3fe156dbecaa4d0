// Encoding probes and decoding replies. Times are per probe.
#include <benchmark/benchmark.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <vector>

#include "ringsweep/core/probe/icmp_codec.h"

namespace ringsweep {
namespace {

// Baseline: writes every byte of each probe anew, with the checksum over all of it.
void baseline_encode_anew(benchmark::State& state) {
  const auto payload_size = static_cast<std::size_t>(state.range(0));
  std::vector<std::byte> packet(icmp_header_size + payload_size);
  std::array<std::byte, token_size> token{};
  std::uint16_t sequence = 0;
  for (auto _ : state) {
    ++sequence;
    packet[0] = std::byte{8};
    packet[1] = packet[2] = packet[3] = std::byte{0};
    packet[4] = packet[5] = std::byte{0xAB};
    packet[6] = static_cast<std::byte>(sequence >> 8);
    packet[7] = static_cast<std::byte>(sequence & 0xFF);
    std::memcpy(packet.data() + icmp_header_size, token.data(), token_size);
    for (std::size_t i = token_size; i < payload_size; ++i) packet[icmp_header_size + i] = static_cast<std::byte>(i);
    const auto checksum = internet_checksum(packet);
    packet[2] = static_cast<std::byte>(checksum >> 8);
    packet[3] = static_cast<std::byte>(checksum & 0xFF);
    benchmark::DoNotOptimize(packet.data());
    benchmark::ClobberMemory();
  }
}
BENCHMARK(baseline_encode_anew)->Arg(24)->Arg(56)->Arg(1472);

void patch_probe(benchmark::State& state) {
  const auto payload_size = static_cast<std::size_t>(state.range(0));
  ProbePackets packets(Family::v4, 0xABAB, payload_size, default_batch, state.range(1) != 0);
  std::array<std::byte, token_size> token{};
  std::uint16_t sequence = 0;
  for (auto _ : state) {
    ++sequence;
    benchmark::DoNotOptimize(packets.patch(sequence % default_batch, sequence, token).data());
    benchmark::ClobberMemory();
  }
}
BENCHMARK(patch_probe)->ArgNames({"payload", "checksum"})->Args({24, 0})->Args({24, 1})->Args({56, 1})->Args({1472, 1});

std::vector<std::byte> ip_packet(std::size_t message_size) {
  std::vector<std::byte> packet(v4_header_size + message_size);
  packet[0] = std::byte{0x45};
  packet[2] = static_cast<std::byte>(packet.size() >> 8);
  packet[3] = static_cast<std::byte>(packet.size() & 0xFF);
  packet[8] = std::byte{64};
  packet[9] = std::byte{1};
  return packet;
}

std::vector<std::byte> raw_reply(std::size_t payload_size) {
  auto packet = ip_packet(icmp_header_size + payload_size);
  packet[v4_header_size + 2] = packet[v4_header_size + 3] = std::byte{0xFF};
  packet[v4_header_size + 4] = packet[v4_header_size + 5] = std::byte{0};
  return packet;  // the ICMP bytes are 0 but for the checksum: right by RFC 1071
}

// Baseline: reads identifier and sequence at their usual places and checks nothing.
void baseline_read_two_fields(benchmark::State& state) {
  const auto packet = raw_reply(24);
  for (auto _ : state) {
    const auto* bytes = packet.data();
    benchmark::DoNotOptimize(bytes);
    std::uint32_t fields = 0;
    std::memcpy(&fields, bytes + v4_header_size + 4, sizeof(fields));
    benchmark::DoNotOptimize(fields);
  }
}
BENCHMARK(baseline_read_two_fields);

void decode_reply_of_ping_socket(benchmark::State& state) {
  const auto packet = raw_reply(24);
  for (auto _ : state) benchmark::DoNotOptimize(decode_ping_v4(std::span(packet).subspan(v4_header_size)));
}
BENCHMARK(decode_reply_of_ping_socket);

void decode_reply_of_raw_socket(benchmark::State& state) {
  const auto packet = raw_reply(static_cast<std::size_t>(state.range(0)));
  if (decode_raw_v4(packet).kind != PacketKind::echo_reply) state.SkipWithError("not a reply");
  for (auto _ : state) benchmark::DoNotOptimize(decode_raw_v4(packet));
}
BENCHMARK(decode_reply_of_raw_socket)->ArgName("payload")->Arg(24)->Arg(1472);

void decode_error_of_ping_socket(benchmark::State& state) {
  std::vector<std::byte> message(icmp_header_size);
  message[0] = std::byte{3};
  auto quote = ip_packet(icmp_header_size + token_size);
  quote[v4_header_size] = std::byte{8};
  message.insert(message.end(), quote.begin(), quote.end());
  if (decode_ping_v4(message).kind != PacketKind::error) state.SkipWithError("not an error");
  for (auto _ : state) benchmark::DoNotOptimize(decode_ping_v4(message));
}
BENCHMARK(decode_error_of_ping_socket);

}  // namespace
}  // namespace ringsweep
