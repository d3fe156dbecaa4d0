#include "net/ping/strace_text.h"

#include <fmt/core.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <time.h>
// In this order: the kernel's headers need those above.
#include <linux/errqueue.h>
#include <linux/icmp.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <string_view>

#include "ringsweep/net/sockets/socket_address.h"

namespace ringsweep::strace {
namespace {

constexpr std::size_t shown_bytes_max = 32;

enum class ValueKind : std::uint8_t {
  number,
  bytes,
  icmp_types
};

struct Option {
  int level, number;
  std::string_view name;
  ValueKind kind = ValueKind::number;
};

constexpr auto options = std::to_array<Option>({
    {SOL_SOCKET, SO_SNDBUF, "SO_SNDBUF"},
    {SOL_SOCKET, SO_RCVBUF, "SO_RCVBUF"},
    {SOL_SOCKET, SO_BROADCAST, "SO_BROADCAST"},
    {SOL_SOCKET, SO_MARK, "SO_MARK"},
    {SOL_SOCKET, SO_TIMESTAMPNS, "SO_TIMESTAMPNS_OLD"},
    {SOL_SOCKET, SO_SNDTIMEO, "SO_SNDTIMEO_OLD", ValueKind::bytes},
    {SOL_SOCKET, SO_RCVTIMEO, "SO_RCVTIMEO_OLD", ValueKind::bytes},
    {SOL_SOCKET, SO_BINDTODEVICE, "SO_BINDTODEVICE", ValueKind::bytes},
    {SOL_IP, IP_TOS, "IP_TOS"},
    {SOL_IP, IP_TTL, "IP_TTL"},
    {SOL_IP, IP_RECVERR, "IP_RECVERR"},
    {SOL_IP, IP_RECVTTL, "IP_RECVTTL"},
    {SOL_IP, IP_RETOPTS, "IP_RETOPTS"},
    {SOL_IP, IP_MULTICAST_TTL, "IP_MULTICAST_TTL"},
    {SOL_IP, IP_MTU_DISCOVER, "IP_MTU_DISCOVER"},
    {SOL_IPV6, IPV6_TCLASS, "IPV6_TCLASS"},
    {SOL_IPV6, IPV6_RECVERR, "IPV6_RECVERR"},
    {SOL_IPV6, IPV6_RECVHOPLIMIT, "IPV6_RECVHOPLIMIT"},
    {SOL_IPV6, IPV6_UNICAST_HOPS, "IPV6_UNICAST_HOPS"},
    {SOL_IPV6, IPV6_MULTICAST_HOPS, "IPV6_MULTICAST_HOPS"},
    {SOL_IPV6, IPV6_MTU_DISCOVER, "IPV6_MTU_DISCOVER"},
    {SOL_RAW, ICMP_FILTER, "ICMP_FILTER", ValueKind::icmp_types},
    {SOL_ICMPV6, ICMP6_FILTER, "1", ValueKind::bytes},
});

const Option* find_option(int level, int number) {
  const auto found = std::ranges::find_if(
      options, [&](const Option& option) { return option.level == level && option.number == number; });
  return found == options.end() ? nullptr : &*found;
}

template <typename T>
std::optional<T> read_as(const void* value, std::size_t length) {
  T out{};
  if (length < sizeof out) return std::nullopt;
  std::memcpy(&out, value, sizeof out);
  return out;
}

std::span<const std::byte> bytes_of(const void* value, std::size_t length) {
  return {static_cast<const std::byte*>(value), length};
}

char octal(unsigned value) {
  return static_cast<char>('0' + (value & 7));
}

// As few digits as keep it apart from an octal digit behind it.
void append_octal(std::string& text, unsigned byte, bool before_digit) {
  text += '\\';
  if (before_digit || byte >= 0100) text += octal(byte >> 6);
  if (before_digit || byte >= 010) text += octal(byte >> 3);
  text += octal(byte);
}

constexpr std::string_view icmp_type_names[] = {
    "ICMP_ECHOREPLY", "", "", "ICMP_DEST_UNREACH",  "ICMP_SOURCE_QUENCH", "ICMP_REDIRECT", "", "",
    "ICMP_ECHO",      "", "", "ICMP_TIME_EXCEEDED", "ICMP_PARAMETERPROB"};

// The filter names what is kept out; strace turns it round where that is shorter.
std::string icmp_types(std::uint32_t kept_out) {
  std::string text;
  for (std::size_t type = 0; type < std::size(icmp_type_names); ++type) {
    if ((kept_out >> type & 1) != 0) continue;
    text += fmt::format("{}{}", text.empty() ? "" : " ", icmp_type_names[type]);
  }
  return "~[" + text + "]";
}

std::string error_text(std::span<const std::byte> data) {
  const auto error = read_as<sock_extended_err>(data.data(), data.size());
  if (!error) return quoted(data);
  const auto offender = data.subspan(sizeof *error);
  return fmt::format("{{ee_errno={}, ee_origin={}, ee_type={}, ee_code={}, ee_info={}, ee_data={}, offender={}}}",
                     error->ee_errno, error->ee_origin, error->ee_type, error->ee_code, error->ee_info, error->ee_data,
                     socket_address(offender.data(), offender.size()));
}

// Level, type and data of one control message, as far as strace knows it.
std::string control_text(const cmsghdr& header) {
  const auto* const bytes = reinterpret_cast<const std::byte*>(CMSG_DATA(&header));
  const std::span data(bytes, header.cmsg_len - CMSG_LEN(0));
  std::string type = fmt::format("{:#x}", header.cmsg_type);
  std::string value;
  if (header.cmsg_level == SOL_SOCKET && header.cmsg_type == SO_TIMESTAMPNS) {
    type = "SO_TIMESTAMPNS_OLD";
    const auto stamp = read_as<timespec>(data.data(), data.size()).value_or(timespec{});
    value = fmt::format("{{tv_sec={}, tv_nsec={}}}", stamp.tv_sec, stamp.tv_nsec);
  } else if (header.cmsg_level == SOL_IP && header.cmsg_type == IP_TTL) {
    type = "IP_TTL";
    value = fmt::format("[{}]", read_as<int>(data.data(), data.size()).value_or(0));
  } else if (header.cmsg_level == SOL_IP && header.cmsg_type == IP_RECVERR) {
    type = "IP_RECVERR";
    value = error_text(data);
  }
  return fmt::format("{{cmsg_len={}, cmsg_level={}, cmsg_type={}{}}}", header.cmsg_len, level_name(header.cmsg_level),
                     type, value.empty() ? "" : ", cmsg_data=" + value);
}

}  // namespace

std::string quoted(std::span<const std::byte> bytes) {
  const std::size_t shown = std::min(bytes.size(), shown_bytes_max);
  std::string text = "\"";
  for (std::size_t i = 0; i < shown; ++i) {
    const auto byte = std::to_integer<unsigned char>(bytes[i]);
    const std::size_t named = std::string_view("\t\n\v\f\r").find(static_cast<char>(byte));
    if (named != std::string_view::npos) {
      text += {'\\', "tnvfr"[named]};
    } else if (byte == '"' || byte == '\\') {
      text += {'\\', static_cast<char>(byte)};
    } else if (byte >= 0x20 && byte < 0x7f) {
      text += static_cast<char>(byte);
    } else {
      const auto next = i + 1 < shown ? std::to_integer<unsigned char>(bytes[i + 1]) : 0;
      append_octal(text, byte, next >= '0' && next <= '7');
    }
  }
  return text + (bytes.size() > shown ? "\"..." : "\"");
}

std::string socket_address(const void* name, std::size_t length) {
  const auto family = read_as<sa_family_t>(name, length).value_or(AF_UNSPEC);
  const std::string number = to_text(to_address(name, length).without_zone());
  if (family == AF_INET && length >= sizeof(sockaddr_in)) {
    return fmt::format("{{sa_family=AF_INET, sin_port=htons({}), sin_addr=inet_addr(\"{}\")}}",
                       ntohs(read_as<sockaddr_in>(name, length)->sin_port), number);
  }
  if (family == AF_INET6 && length >= sizeof(sockaddr_in6)) {
    const sockaddr_in6 v6 = *read_as<sockaddr_in6>(name, length);
    return fmt::format(
        "{{sa_family=AF_INET6, sin6_port=htons({}), sin6_flowinfo=htonl({}), inet_pton(AF_INET6, \"{}\", &sin6_addr), sin6_scope_id={}}}",
        ntohs(v6.sin6_port), ntohl(v6.sin6_flowinfo), number, v6.sin6_scope_id);
  }
  const std::size_t known = std::min(length, sizeof family);
  return fmt::format("{{sa_family=AF_UNSPEC, sa_data={}}}",
                     quoted(bytes_of(name, length).subspan(known, std::min<std::size_t>(length - known, 14))));
}

std::string domain(int domain) {
  return domain == AF_INET ? "AF_INET" : "AF_INET6";
}

std::string type(int type) {
  const std::string name = (type & ~SOCK_CLOEXEC) == SOCK_RAW ? "SOCK_RAW" : "SOCK_DGRAM";
  return (type & SOCK_CLOEXEC) != 0 ? name + "|SOCK_CLOEXEC" : name;
}

std::string protocol(int domain, int protocol) {
  if (protocol == IPPROTO_IP) return "IPPROTO_IP";
  return domain == AF_INET ? "IPPROTO_ICMP" : "IPPROTO_ICMPV6";
}

std::string level_name(int level) {
  switch (level) {
    case SOL_SOCKET:
      return "SOL_SOCKET";
    case SOL_IP:
      return "SOL_IP";
    case SOL_IPV6:
      return "SOL_IPV6";
    case SOL_RAW:
      return "SOL_RAW";
    case SOL_ICMPV6:
      return "SOL_ICMPV6";
    default:
      return fmt::format("{:#x}", level);
  }
}

std::string option_name(int level, int number) {
  const Option* const option = find_option(level, number);
  return option != nullptr ? std::string(option->name) : fmt::format("{:#x}", number);
}

std::string option_value(int level, int number, const void* value, std::size_t length) {
  const Option* const option = find_option(level, number);
  const auto as_number = read_as<int>(value, length);
  if (option == nullptr || option->kind == ValueKind::bytes || !as_number) return quoted(bytes_of(value, length));
  if (option->kind == ValueKind::icmp_types) return icmp_types(static_cast<std::uint32_t>(*as_number));
  return fmt::format("[{}]", *as_number);
}

std::string length_change(socklen_t room, socklen_t length) {
  return room == length ? fmt::format("{}", length) : fmt::format("{} => {}", room, length);
}

std::string message_flags(int flags) {
  static constexpr std::pair<int, std::string_view> names[] = {{MSG_CTRUNC, "MSG_CTRUNC"},
                                                               {MSG_TRUNC, "MSG_TRUNC"},
                                                               {MSG_DONTWAIT, "MSG_DONTWAIT"},
                                                               {MSG_ERRQUEUE, "MSG_ERRQUEUE"}};
  std::string text;
  for (const auto& [flag, name] : names) {
    if ((flags & flag) != 0) text += fmt::format("{}{}", text.empty() ? "" : "|", name);
  }
  return text.empty() ? "0" : text;
}

std::string message(const msghdr& message, std::size_t result, socklen_t room) {
  const iovec& payload = *message.msg_iov;
  std::string control;
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
       header = CMSG_NXTHDR(const_cast<msghdr*>(&message), header)) {
    control += fmt::format("{}{}", control.empty() ? "" : ", ", control_text(*header));
  }
  if (!control.empty()) control = fmt::format("msg_control=[{}], ", control);
  return fmt::format(
      "{{msg_name={}, msg_namelen={}, msg_iov=[{{iov_base={}, iov_len={}}}], msg_iovlen=1, {}msg_controllen={}, msg_flags={}}}",
      socket_address(message.msg_name, message.msg_namelen), length_change(room, message.msg_namelen),
      quoted(bytes_of(payload.iov_base, std::min(result, payload.iov_len))), payload.iov_len, control,
      message.msg_controllen, message_flags(message.msg_flags));
}

std::string result(long result, int errno_value) {
  if (errno_value == 0) return fmt::format(" = {}", result);
  return fmt::format(" = {} {} ({})", result, strerrorname_np(errno_value), strerrordesc_np(errno_value));
}

}  // namespace ringsweep::strace
