#include "ringsweep/net/resolve/host_names.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>

#include <array>
#include <clocale>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <thread>

#include "ringsweep/base/error.h"
#include "ringsweep/net/sockets/socket_address.h"
#include "ringsweep/system/event_descriptor.h"

namespace ringsweep {
namespace {

std::string look_up(const Address& address, int flags) {
  SocketAddress name{};
  const socklen_t length = fill_socket_address(address, 0, name);
  std::array<char, NI_MAXHOST> text{};
  if (getnameinfo(&name.any, length, text.data(), text.size(), nullptr, 0, flags) != 0) return {};
  return text.data();
}

// Belongs to both threads: the one that looks up may go on alone.
struct LookUp {
  Address address;
  EventDescriptor done;
  std::string name;
};

struct FreeList {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};

}  // namespace

HostAddresses resolve_host(const std::string& name) {
  addrinfo hints{};
  // Of both families even where one is asked for: getaddrinfo tells the zone of a link-local address only then.
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_DGRAM;
  hints.ai_protocol = IPPROTO_UDP;
  const bool ascii_locale = std::strcmp(std::setlocale(LC_CTYPE, nullptr), "C") == 0;
  hints.ai_flags = AI_CANONNAME | AI_IDN | (ascii_locale ? 0 : AI_CANONIDN);
  addrinfo* first = nullptr;
  const int failure = getaddrinfo(name.c_str(), nullptr, &hints, &first);
  if (failure != 0) throw usage_error(name + ": " + gai_strerror(failure));
  const std::unique_ptr<addrinfo, FreeList> list(first);
  HostAddresses host;
  for (const addrinfo* entry = first; entry != nullptr; entry = entry->ai_next) {
    if (entry->ai_canonname != nullptr) host.canonical_name = entry->ai_canonname;
    const Address address = to_address(entry->ai_addr, entry->ai_addrlen);
    if (!address.is_none()) host.addresses.push_back(address);
  }
  return host;
}

std::string no_address_of_family_text() {
  return gai_strerror(EAI_ADDRFAMILY);
}

std::string numeric_text(const Address& address) {
  return look_up(address, NI_NUMERICHOST);
}

bool is_v4_number(const std::string& text) {
  in_addr number{};
  return inet_aton(text.c_str(), &number) == 1;
}

std::string ReverseNames::name_of(const Address& address) {
  if (address == last_) return last_name_;
  std::shared_ptr<LookUp> look;
  try {
    look = std::make_shared<LookUp>();
    look->address = address;
    std::thread([look] {
      look->name = look_up(look->address, NI_IDN);
      look->done.signal();
    }).detach();
  } catch (const std::runtime_error&) {  // no descriptor or no thread is left
    return {};
  }
  if (!wait_(look->done.fd())) return {};
  last_ = address;
  last_name_ = look->name;
  return last_name_;
}

}  // namespace ringsweep
