#include "ringsweep/base/address.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace ringsweep {
namespace {

constexpr int groups_v6 = 8;

std::uint16_t group_of(const Address& address, int index) {
  const std::uint64_t half = index < 4 ? address.high : address.low;
  return static_cast<std::uint16_t>(half >> (16 * (3 - index % 4)));
}

char* put_octet(char* out, unsigned octet) {
  if (octet >= 100) *out++ = static_cast<char>('0' + octet / 100);
  if (octet >= 10) *out++ = static_cast<char>('0' + octet / 10 % 10);
  *out++ = static_cast<char>('0' + octet % 10);
  return out;
}

char* put_v4(char* out, std::uint32_t value) {
  out = put_octet(out, value >> 24);
  for (int shift = 16; shift >= 0; shift -= 8) {
    *out++ = '.';
    out = put_octet(out, (value >> shift) & 0xff);
  }
  return out;
}

char* put_hex(char* out, std::uint16_t group) {
  bool started = false;
  for (int shift = 12; shift >= 0; shift -= 4) {
    const unsigned digit = (static_cast<unsigned>(group) >> shift) & 0xfU;
    started = started || digit != 0 || shift == 0;
    if (started) *out++ = "0123456789abcdef"[digit];
  }
  return out;
}

struct Run {
  int first = 0;
  int length = 0;
};

// The first of the longest runs of zero groups; RFC 5952 compresses no lone group.
Run longest_zero_run(const Address& address) {
  Run longest, run;
  for (int i = 0; i < groups_v6; ++i) {
    if (group_of(address, i) != 0) {
      run.length = 0;
      continue;
    }
    if (run.length++ == 0) run.first = i;
    if (run.length > longest.length) longest = run;
  }
  return longest.length >= 2 ? longest : Run{};
}

char* put_v6(char* out, const Address& address) {
  const bool is_mapped = address.high == 0 && address.low >> 32 == 0xffff;
  if (is_mapped) {
    std::memcpy(out, "::ffff:", 7);
    return put_v4(out + 7, static_cast<std::uint32_t>(address.low));
  }
  const Run run = longest_zero_run(address);
  for (int i = 0; i < groups_v6; ++i) {
    if (run.length > 0 && i == run.first) {
      *out++ = ':';
      *out++ = ':';
      i += run.length - 1;
      continue;
    }
    if (i > 0 && i != run.first + run.length) *out++ = ':';
    out = put_hex(out, group_of(address, i));
  }
  return out;
}

char* put_zone(char* out, std::uint32_t zone, const ZoneNames& zones) {
  constexpr std::size_t longest_name = 15;  // IFNAMSIZ with its zero
  *out++ = '%';
  const std::string name = zones.name_of(zone);
  return std::copy_n(name.data(), std::min(name.size(), longest_name), out);
}

}  // namespace

Address Address::v4(std::uint32_t host_order) {
  Address address;
  address.low = host_order;
  address.family = Family::v4;
  return address;
}

Address Address::v6(std::uint64_t high, std::uint64_t low, std::uint32_t zone) {
  Address address;
  address.high = high;
  address.low = low;
  address.zone = zone;
  address.family = Family::v6;
  return address;
}

Address Address::v6_from_bytes(const void* bytes, std::uint32_t zone) {
  const auto* at = static_cast<const unsigned char*>(bytes);
  u128 value = 0;
  for (int i = 0; i < 16; ++i) value = (value << 8) | at[i];
  return v6(static_cast<std::uint64_t>(value >> 64), static_cast<std::uint64_t>(value), zone);
}

void Address::to_v6_bytes(void* bytes) const {
  auto* at = static_cast<unsigned char*>(bytes);
  for (int i = 0; i < 16; ++i) at[i] = static_cast<unsigned char>(value() >> (8 * (15 - i)));
}

bool Address::is_multicast() const {
  if (is_v4()) return v4_value() >> 28 == 0xe;
  return is_v6() && high >> 56 == 0xff;
}

bool Address::is_unspecified() const {
  return !is_none() && value() == 0;
}

bool Address::is_link_local() const {
  if (is_v4()) return v4_value() >> 16 == 0xa9fe;
  return is_v6() && high >> 54 == 0xfe80 >> 6;
}

std::strong_ordering operator<=>(const Address& a, const Address& b) {
  if (const auto order = a.family <=> b.family; order != 0) return order;
  if (const auto order = a.high <=> b.high; order != 0) return order;
  if (const auto order = a.low <=> b.low; order != 0) return order;
  return a.zone <=> b.zone;
}

void ZoneNames::add(std::uint32_t index, std::string name) {
  names_.emplace_back(index, std::move(name));
}

std::optional<std::uint32_t> ZoneNames::index_of(std::string_view name) const {
  for (const auto& [index, known] : names_) {
    if (known == name) return index;
  }
  return std::nullopt;
}

std::string ZoneNames::name_of(std::uint32_t index) const {
  for (const auto& [known, name] : names_) {
    if (known == index) return name;
  }
  return std::to_string(index);
}

std::size_t format_address(const Address& address, char* out, const ZoneNames& zones) {
  if (address.is_none()) return 0;
  char* end = address.is_v4() ? put_v4(out, address.v4_value()) : put_v6(out, address);
  if (address.zone != 0) end = put_zone(end, address.zone, zones);
  return static_cast<std::size_t>(end - out);
}

std::string to_text(const Address& address, const ZoneNames& zones) {
  std::array<char, max_address_text> text;
  return std::string(text.data(), format_address(address, text.data(), zones));
}

}  // namespace ringsweep
