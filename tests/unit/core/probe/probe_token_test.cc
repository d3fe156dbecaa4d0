#include "ringsweep/core/probe/probe_token.h"

#include <gtest/gtest.h>
#include <sodium/crypto_shorthash.h>

#include <array>
#include <bit>
#include <cstdint>
#include <vector>

#include "support/hex_bytes.h"

namespace ringsweep {
namespace {

using testing::hex_bytes;
using Bytes = std::vector<std::byte>;

constexpr std::array<std::uint8_t, 16> counting_key = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
constexpr ProbeToken counting_token = {
    .number = 0x0102030405, .attempt = 0x060708, .target = 0x090A0B0C0D, .worker = 0x0E, .run = 0x0F10};

Address v4_target() {
  return Address::v4(0xC6120007);
}  // 198.18.0.7
Address v6_target() {
  return Address::v6(0xFD77000000000000, 0x07);
}  // fd77::7

Bytes sealed(const TokenKey& key, const ProbeToken& token, const Address& to) {
  std::array<std::byte, token_size> out;
  key.seal(token, to, out);
  return {out.begin(), out.end()};
}

// SipHash-2-4 as its paper writes it (Aumasson and Bernstein, 2012), a second time, so that the tags below do not come
// from the library that the code under test uses.
std::uint64_t paper_siphash(const std::array<std::uint8_t, 16>& key, const Bytes& message) {
  const auto word = [](const auto& bytes, std::size_t at) {
    std::uint64_t value = 0;
    for (std::size_t i = 8; i-- > 0;) value = value << 8 | static_cast<std::uint64_t>(bytes[at + i]);
    return value;
  };
  const std::uint64_t k0 = word(key, 0), k1 = word(key, 8);
  std::uint64_t v0 = k0 ^ 0x736f6d6570736575, v1 = k1 ^ 0x646f72616e646f6d;
  std::uint64_t v2 = k0 ^ 0x6c7967656e657261, v3 = k1 ^ 0x7465646279746573;
  const auto round = [&] {
    v0 += v1, v2 += v3, v1 = std::rotl(v1, 13) ^ v0, v3 = std::rotl(v3, 16) ^ v2, v0 = std::rotl(v0, 32);
    v2 += v1, v0 += v3, v1 = std::rotl(v1, 17) ^ v2, v3 = std::rotl(v3, 21) ^ v0, v2 = std::rotl(v2, 32);
  };
  Bytes padded = message;
  while (padded.size() % 8 != 7) padded.push_back(std::byte{0});
  padded.push_back(static_cast<std::byte>(message.size()));
  for (std::size_t at = 0; at < padded.size(); at += 8) {
    v3 ^= word(padded, at), round(), round(), v0 ^= word(padded, at);
  }
  v2 ^= 0xff;
  for (int i = 0; i < 4; ++i) round();
  return v0 ^ v1 ^ v2 ^ v3;
}

TEST(SipHash, both_implementations_agree_with_the_published_vector) {
  const Bytes message = hex_bytes("00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e");
  EXPECT_EQ(paper_siphash(counting_key, message), 0xa129ca6149be45e5);
  std::array<unsigned char, 8> hash;
  crypto_shorthash_siphash24(hash.data(), reinterpret_cast<const unsigned char*>(message.data()), message.size(),
                             counting_key.data());
  EXPECT_EQ(hash, (std::array<unsigned char, 8>{0xe5, 0x45, 0xbe, 0x49, 0x61, 0xca, 0x29, 0xa1}));
}

TEST(ProbeToken, has_its_bytes_in_network_order) {
  const TokenKey key(counting_key);
  EXPECT_EQ(sealed(key, counting_token, v4_target()),
            hex_bytes("0102030405 060708 090a0b0c0d 0e 0f10 63eb209f34ef5670"));
  EXPECT_EQ(sealed(key, counting_token, v6_target()),
            hex_bytes("0102030405 060708 090a0b0c0d 0e 0f10 949e4efb4540389c"));
}

TEST(ProbeToken, fields_hold_their_largest_values) {
  const TokenKey key(counting_key);
  const ProbeToken largest = {
      .number = 0xFFFFFFFFFF, .attempt = 0xFFFFFF, .target = 0xFFFFFFFFFF, .worker = 0xFF, .run = 0xFFFF};
  const auto bytes = sealed(key, largest, Address::v4(0xFFFFFFFF));
  EXPECT_EQ(bytes, hex_bytes("ffffffffff ffffff ffffffffff ff ffff 4eeee877e22bf727"));
  EXPECT_EQ(key.open(bytes, Address::v4(0xFFFFFFFF)), largest);
  const auto zero = sealed(key, ProbeToken{}, v4_target());
  EXPECT_EQ(key.open(zero, v4_target()), ProbeToken{});
}

TEST(ProbeToken, tag_is_siphash_of_fields_and_address) {
  const TokenKey key(counting_key);
  const Bytes message = hex_bytes("0102030405 060708 090a0b0c0d 0e 0f10  c6120007");
  EXPECT_EQ(paper_siphash(counting_key, message), 0x63eb209f34ef5670);
  const Bytes message_v6 = hex_bytes("0102030405 060708 090a0b0c0d 0e 0f10  fd770000000000000000000000000007");
  EXPECT_EQ(paper_siphash(counting_key, message_v6), 0x949e4efb4540389c);
}

TEST(ProbeToken, opens_what_was_sealed) {
  const TokenKey key(counting_key);
  for (const auto& to : {v4_target(), v6_target()}) {
    EXPECT_EQ(key.open(sealed(key, counting_token, to), to), counting_token);
  }
}

TEST(ProbeToken, payload_may_be_longer_than_the_token) {
  const TokenKey key(counting_key);
  auto payload = sealed(key, counting_token, v4_target());
  payload.resize(1000, std::byte{0x55});
  EXPECT_EQ(key.open(payload, v4_target()), counting_token);
  EXPECT_EQ(TokenKey::peek(payload), counting_token);
}

TEST(ProbeToken, shorter_payload_is_no_token) {
  const TokenKey key(counting_key);
  const auto whole = sealed(key, counting_token, v4_target());
  for (std::size_t size = 0; size < token_size; ++size) {
    const Bytes part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_FALSE(key.open(part, v4_target())) << size;
    EXPECT_FALSE(TokenKey::peek(part)) << size;
  }
}

// field bug 8: a reply whose payload was altered on the way.
TEST(ProbeToken, altered_bit_anywhere_is_no_token) {
  const TokenKey key(counting_key);
  for (const auto& to : {v4_target(), v6_target()}) {
    auto bytes = sealed(key, counting_token, to);
    for (std::size_t bit = 0; bit < 8 * token_size; ++bit) {
      const auto flip = static_cast<std::byte>(1U << (bit % 8));
      bytes[bit / 8] ^= flip;
      EXPECT_FALSE(key.open(bytes, to)) << "bit " << bit;
      bytes[bit / 8] ^= flip;
    }
    EXPECT_TRUE(key.open(bytes, to));
  }
}

// field bug 2, 3: a reply of another target, of another program, of an earlier run.
TEST(ProbeToken, belongs_to_its_address_and_its_key) {
  const TokenKey key(counting_key);
  const auto bytes = sealed(key, counting_token, v4_target());
  EXPECT_FALSE(key.open(bytes, Address::v4(0xC6120008)));
  EXPECT_FALSE(key.open(bytes, Address()));
  for (std::size_t i = 0; i < 16; ++i) {
    auto other = counting_key;
    other[i] ^= 0x80;
    EXPECT_FALSE(TokenKey(other).open(bytes, v4_target())) << "key byte " << i;
  }
}

TEST(ProbeToken, family_is_part_of_the_address) {
  const TokenKey key(counting_key);
  EXPECT_FALSE(key.open(sealed(key, counting_token, v4_target()), Address::v6(0, 0xC6120007)));
  EXPECT_FALSE(key.open(sealed(key, counting_token, Address::v6(0, 0xC6120007)), v4_target()));
  EXPECT_FALSE(key.open(sealed(key, counting_token, v4_target()), Address::v6(0xC612000700000000, 0)));
  EXPECT_FALSE(key.open(sealed(key, counting_token, v6_target()), Address::v6(0xFD77000000000001, 7)));
}

// The zone is this machine's word for a link, not a part of the address on the wire.
TEST(ProbeToken, zone_does_not_matter) {
  const TokenKey key(counting_key);
  const auto bytes = sealed(key, counting_token, Address::v6(0xFE80000000000000, 1, 2));
  EXPECT_EQ(key.open(bytes, Address::v6(0xFE80000000000000, 1)), counting_token);
}

TEST(ProbeToken, peek_reads_without_checking) {
  auto bytes = sealed(TokenKey(counting_key), counting_token, v4_target());
  bytes[23] ^= std::byte{1};
  EXPECT_EQ(TokenKey::peek(bytes), counting_token);
}

}  // namespace
}  // namespace ringsweep
