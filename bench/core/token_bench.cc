// The cost of authenticated payloads: one `seal` for each probe, one `open` for each reply. Times are per probe.
#include <benchmark/benchmark.h>
#include <sodium/crypto_shorthash.h>

#include <array>
#include <cstdint>
#include <cstring>

#include "ringsweep/core/probe/probe_token.h"

namespace ringsweep {
namespace {

constexpr std::array<std::uint8_t, 16> key_bytes = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

Address target(bool is_v6, std::uint64_t number) {
  return is_v6 ? Address::v6(0xFD77000000000000, number) : Address::v4(static_cast<std::uint32_t>(number));
}

// Baseline: the same fields, copied without a tag.
void baseline_copy_fields(benchmark::State& state) {
  std::array<std::byte, token_size> out{};
  std::array<std::uint64_t, 3> fields{};
  for (auto _ : state) {
    ++fields[0];
    std::memcpy(out.data(), fields.data(), sizeof(fields));
    benchmark::DoNotOptimize(out);
  }
}
BENCHMARK(baseline_copy_fields);

// Baseline: libsodium's hash alone, over the 20 bytes of IPv4 or the 32 of IPv6.
void baseline_bare_siphash(benchmark::State& state) {
  std::array<unsigned char, 32> message{};
  std::array<unsigned char, 8> hash{};
  const auto size = static_cast<unsigned long long>(state.range(0));
  for (auto _ : state) {
    ++message[0];
    crypto_shorthash_siphash24(hash.data(), message.data(), size, key_bytes.data());
    benchmark::DoNotOptimize(hash);
  }
}
BENCHMARK(baseline_bare_siphash)->Arg(20)->Arg(32);

void token_seal(benchmark::State& state) {
  const TokenKey key(key_bytes);
  std::array<std::byte, token_size> out{};
  ProbeToken token;
  for (auto _ : state) {
    ++token.number;
    key.seal(token, target(state.range(0) == 6, token.number), out);
    benchmark::DoNotOptimize(out);
  }
}
BENCHMARK(token_seal)->ArgName("family")->Arg(4)->Arg(6);

void token_open(benchmark::State& state) {
  const TokenKey key(key_bytes);
  const auto to = target(state.range(0) == 6, 7);
  std::array<std::byte, token_size> sealed{};
  key.seal(ProbeToken{.number = 1, .attempt = 1, .target = 7, .worker = 0, .run = 9}, to, sealed);
  for (auto _ : state) {
    benchmark::DoNotOptimize(sealed);
    benchmark::DoNotOptimize(TokenKey::peek(sealed));  // as the worker does to find the slot
    benchmark::DoNotOptimize(key.open(sealed, to));
  }
}
BENCHMARK(token_open)->ArgName("family")->Arg(4)->Arg(6);

}  // namespace
}  // namespace ringsweep
