// An IPv4 or IPv6 address as a plain value, with the IPv6 zone (RFC 4007) as the kernel's interface index.
//
// IPv4 occupies the low 32 bits of `low`, in host order, so that arithmetic on addresses is arithmetic on integers.
// Order: IPv4 before IPv6, then by number, then by zone. A default Address is "none": no family, printed as "".
//
// Text (RFC 5952 for IPv6, dotted quad for IPv4) is strict: leading zeros ("010.0.0.1"), short forms ("10.1") and
// numbers over 255 are not addresses. Thread: any; everything here is pure.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ringsweep {

enum class Family : std::uint8_t {
  none = 0,
  v4 = 4,
  v6 = 6
};

__extension__ using u128 = unsigned __int128;

struct Address {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  std::uint32_t zone = 0;  // interface index, 0: none
  Family family = Family::none;

  static Address v4(std::uint32_t host_order);
  static Address v6(std::uint64_t high, std::uint64_t low, std::uint32_t zone = 0);
  // `bytes` are the 16 bytes of the address in network order.
  static Address v6_from_bytes(const void* bytes, std::uint32_t zone = 0);

  bool is_none() const { return family == Family::none; }
  bool is_v4() const { return family == Family::v4; }
  bool is_v6() const { return family == Family::v6; }
  std::uint32_t v4_value() const { return static_cast<std::uint32_t>(low); }
  // The same on any interface.
  Address without_zone() const { return {high, low, 0, family}; }
  u128 value() const { return (static_cast<u128>(high) << 64) | low; }
  // Writes the 16 (IPv6) bytes in network order.
  void to_v6_bytes(void* bytes) const;

  bool is_multicast() const;
  bool is_unspecified() const;
  bool is_link_local() const;

  friend bool operator==(const Address&, const Address&) = default;
  friend std::strong_ordering operator<=>(const Address& a, const Address& b);
};

// The interface names and indices of this machine, as far as zones need them: a value that `net` fills once at start.
// An unknown index prints as its number, and a decimal number is accepted as a zone.
class ZoneNames {
 public:
  void add(std::uint32_t index, std::string name);
  std::optional<std::uint32_t> index_of(std::string_view name) const;
  std::string name_of(std::uint32_t index) const;

 private:
  std::vector<std::pair<std::uint32_t, std::string>> names_;
};

// The address that `text` is, or nothing. A zone is accepted for IPv6 only, by a name that `zones` knows or a number.
std::optional<Address> parse_address(std::string_view text, const ZoneNames& zones = {});

// The same for a dotted quad alone, without a detour: target files have millions of them.
std::optional<std::uint32_t> parse_v4(std::string_view text);

// Why `text` is not an address ("'256' is over 255"), for a message that has quoted it. Empty where it is one.
std::string why_not_address(std::string_view text, const ZoneNames& zones = {});

// The longest text that `format_address` writes: 39 characters of IPv6, '%', and an interface name of 15.
inline constexpr std::size_t max_address_text = 56;

// Writes the canonical text to `out` (at least max_address_text bytes, no terminating zero) and returns its length.
// Never allocates where the address has no zone.
std::size_t format_address(const Address& address, char* out, const ZoneNames& zones = {});

std::string to_text(const Address& address, const ZoneNames& zones = {});

}  // namespace ringsweep
