#include "ringsweep/output/netbox/netbox_export.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <functional>
#include <optional>
#include <utility>

#include "ringsweep/output/text/number_text.h"

namespace ringsweep {
namespace {

constexpr std::size_t longest_dns_name = 255;
constexpr std::size_t date_size = 10;  // of 2026-11-28T00:00:00.000Z

struct Network {
  Address address;
  unsigned length;
};

unsigned bits_of(const Address& address) {
  return address.is_v4() ? 32 : 128;
}

// The mask is optional.
std::optional<Network> parse_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = parse_address(text.substr(0, slash));
  if (!address) return std::nullopt;
  Network network{*address, bits_of(*address)};
  if (slash == std::string_view::npos) return network;
  const std::string_view digits = text.substr(slash + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), network.length);
  if (error != std::errc() || end != digits.data() + digits.size() || network.length > bits_of(*address))
    return std::nullopt;
  return network;
}

Address cut(const Address& address, unsigned length) {
  const unsigned host_bits = bits_of(address) - length;
  if (host_bits >= 128) return Address::v6(0, 0);
  const u128 value = (address.value() >> host_bits) << host_bits;
  if (address.is_v4()) return Address::v4(static_cast<std::uint32_t>(value));
  return Address::v6(static_cast<std::uint64_t>(value >> 64), static_cast<std::uint64_t>(value));
}

bool is_loopback(const Address& address) {
  return address.is_v4() ? address.v4_value() >> 24 == 127 : address == Address::v6(0, 1);
}

// A dns_name that NetBox accepts: labels of letters, digits, '-' and '_', separated by dots, in lower case. Empty if it
// would be refused.
std::string dns_name_of(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  std::string lower;
  char before = '.';
  for (const char c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool fits = letter || (c >= '0' && c <= '9') || c == '-' || c == '_' || (c == '.' && before != '.');
    if (!fits) return {};
    lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    before = c;
  }
  return lower.size() <= longest_dns_name ? lower : std::string();
}

}  // namespace

bool NetboxExport::add_known(std::string_view text) {
  const auto network = parse_network(text);
  if (network) known_.insert(network->address);
  return network.has_value();
}

bool NetboxExport::add_prefix(std::string_view text) {
  const auto network = parse_network(text);
  if (!network) return false;
  auto& prefixes = network->address.is_v4() ? prefixes_v4_ : prefixes_v6_;
  // NetBox refuses the mask 0.
  if (network->length > 0) prefixes[network->length].insert(cut(network->address, network->length));
  return true;
}

void NetboxExport::add_row(const ResultRow& row, std::string_view rdns) {
  if (row.state != State::alive) return;
  const Address& address = row.address.address;
  if (!row.address.zone.empty() || is_loopback(address) || address.is_link_local() || address.is_multicast() ||
      address.is_unspecified()) {
    left_out_.insert(address);
    return;
  }
  if (known_.contains(address)) {
    known_hosts_.insert(address);
    return;
  }
  Host& host = hosts_[address];
  host.time_ns = std::max(host.time_ns, row.time_ns);
  const std::string_view name = row.name.empty() ? rdns : std::string_view(row.name);
  std::string dns_name = dns_name_of(name);
  if (dns_name.empty() && !name.empty()) ++names_left_out_;
  if (host.dns_name.empty()) host.dns_name = std::move(dns_name);
}

unsigned NetboxExport::mask_of(const Address& address) const {
  for (const auto& [length, prefixes] : address.is_v4() ? prefixes_v4_ : prefixes_v6_) {
    if (prefixes.contains(cut(address, length))) return length;
  }
  return bits_of(address);
}

std::string NetboxExport::text() const {
  std::string text = "address,status,dns_name,description\n";
  for (const auto& [address, host] : hosts_) {
    text += fmt::format("{}/{},active,{},ringsweep {}\n", to_text(address), mask_of(address), host.dns_name,
                        utc_text(host.time_ns).substr(0, date_size));
  }
  return text;
}

}  // namespace ringsweep
