#include "ringsweep/core/probe/probe_token.h"

#include <sodium/crypto_shorthash.h>

#include <cassert>

#include "ringsweep/core/probe/byte_order.h"
#include "ringsweep/core/probe/low_bits.h"

namespace ringsweep {
namespace {

constexpr std::size_t fields_size = 16;
constexpr unsigned attempt_bits = 24;
constexpr unsigned worker_and_run_bits = 24;
constexpr unsigned run_bits = 16;
static_assert(probe_number_bits + attempt_bits == 64 && target_index_bits + worker_and_run_bits == 64);
static_assert(crypto_shorthash_siphash24_BYTES == token_size - fields_size);
static_assert(crypto_shorthash_siphash24_KEYBYTES == 16);

}  // namespace

void TokenKey::seal(const ProbeToken& token, const Address& to, std::span<std::byte, token_size> out) const {
  assert(token.number <= low_bits(probe_number_bits) && token.attempt <= low_bits(attempt_bits) &&
         token.target <= low_bits(target_index_bits));
  store_network<std::uint64_t>(out.first<8>(), token.number << attempt_bits | token.attempt);
  store_network<std::uint64_t>(out.subspan<8, 8>(), token.target << worker_and_run_bits |
                                                        static_cast<std::uint64_t>(token.worker) << run_bits |
                                                        token.run);
  store_network<std::uint64_t>(out.subspan<fields_size>(), tag(out.first<fields_size>(), to));
}

std::optional<ProbeToken> TokenKey::open(std::span<const std::byte> payload, const Address& to) const {
  if (payload.size() < token_size) return std::nullopt;
  if (load_network<std::uint64_t>(payload.subspan(fields_size)) != tag(payload.first<fields_size>(), to)) {
    return std::nullopt;
  }
  return peek(payload);
}

std::optional<ProbeToken> TokenKey::peek(std::span<const std::byte> payload) {
  if (payload.size() < token_size) return std::nullopt;
  const auto first = load_network<std::uint64_t>(payload);
  const auto second = load_network<std::uint64_t>(payload.subspan(8));
  return ProbeToken{.number = first >> attempt_bits,
                    .attempt = static_cast<std::uint32_t>(first & low_bits(attempt_bits)),
                    .target = second >> worker_and_run_bits,
                    .worker = static_cast<std::uint8_t>(second >> run_bits & 0xFF),
                    .run = static_cast<std::uint16_t>(second & low_bits(run_bits))};
}

// SipHash takes the length of its message in, so that the family needs no byte of its own: 20 bytes are IPv4, 32 IPv6.
// The zone is left out: it is this machine's name for a link, and two zones are two targets with indices of their own.
std::uint64_t TokenKey::tag(std::span<const std::byte, 16> fields, const Address& to) const {
  std::array<std::byte, fields_size + 16> message;
  std::size_t size = fields_size;
  std::memcpy(message.data(), fields.data(), fields_size);
  const std::span<std::byte> address = std::span(message).subspan<fields_size>();
  if (to.is_v4()) {
    store_network<std::uint32_t>(address, to.v4_value());
    size += 4;
  } else if (to.is_v6()) {
    store_network<std::uint64_t>(address, to.high);
    store_network<std::uint64_t>(address.subspan(8), to.low);
    size += 16;
  }
  std::array<unsigned char, crypto_shorthash_siphash24_BYTES> hash;
  crypto_shorthash_siphash24(hash.data(), reinterpret_cast<const unsigned char*>(message.data()), size, key_.data());
  // The bytes of SipHash are its 64-bit value with the lowest byte first.
  std::uint64_t value = 0;
  for (std::size_t i = hash.size(); i-- > 0;) value = value << 8 | hash[i];
  return value;
}

}  // namespace ringsweep
