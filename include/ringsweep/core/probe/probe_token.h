// The 24 bytes of payload that prove that a reply answers our own probe of this run (src/README.md, 3.4).
//
//   byte  0         5       8            13       16                    24
//         | number  | attempt | target     | worker | SipHash-2-4 tag      | filler ...
//         | 40 bits | 24 bits | index 40   | 8, run |                      |
//         |         |         |            | 16     |                      |
//
// All fields in network order. The tag is over the first 16 bytes and the address, keyed with 16 random bytes per run,
// so a reply from an earlier run, from another program or from a forger who cannot see our probes never matches.
// Pure: the key is an argument. SipHash comes from libsodium (crypto_shorthash).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "ringsweep/base/address.h"
#include "ringsweep/base/limits.h"

namespace ringsweep {

struct ProbeToken {
  std::uint64_t number = 0;   // 40 bits
  std::uint32_t attempt = 0;  // 24 bits
  std::uint64_t target = 0;   // 40 bits
  std::uint8_t worker = 0;
  std::uint16_t run = 0;
  friend bool operator==(const ProbeToken&, const ProbeToken&) = default;
};

class TokenKey {
 public:
  explicit TokenKey(const std::array<std::uint8_t, 16>& key) : key_(key) {}

  // Writes the token for a probe to `to`.
  void seal(const ProbeToken& token, const Address& to, std::span<std::byte, token_size> out) const;
  // The token, if the tag is right for the address that the probe went to. `payload` may be longer; a shorter one is no
  // token. The caller knows the address from the table: the number read by `peek` says which slot.
  std::optional<ProbeToken> open(std::span<const std::byte> payload, const Address& to) const;
  // The fields as they stand, unverified; only to find the slot whose address `open` needs.
  static std::optional<ProbeToken> peek(std::span<const std::byte> payload);

 private:
  std::uint64_t tag(std::span<const std::byte, 16> fields, const Address& to) const;
  std::array<std::uint8_t, 16> key_;
};

}  // namespace ringsweep
