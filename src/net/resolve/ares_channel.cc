#include "net/resolve/ares_channel.h"

#include <algorithm>

#include "ringsweep/base/error.h"

namespace ringsweep {

AresChannel::AresChannel(const Options& options) {
  watched_.push_back({wake_.fd(), POLLIN, 0});
  if (ares_library_init(ARES_LIB_INIT_ALL) != ARES_SUCCESS) {
    throw Error(ExitCode::refused_by_system, "cannot start the resolver (c-ares)");
  }
  ares_options wanted{};
  wanted.timeout = options.timeout_ms;
  wanted.tries = options.tries;
  wanted.sock_state_cb = &AresChannel::watch;
  wanted.sock_state_cb_data = this;
  int mask = ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB;
  std::string lookups = options.lookups;
  if (!lookups.empty()) {
    wanted.lookups = lookups.data();
    mask |= ARES_OPT_LOOKUPS;
  }
  int status = ares_init_options(&channel_, &wanted, mask);
  if (status == ARES_SUCCESS && !options.servers.empty()) {
    status = ares_set_servers_ports_csv(channel_, options.servers.c_str());
  }
  if (status == ARES_SUCCESS) return;
  if (channel_ != nullptr) ares_destroy(channel_);
  ares_library_cleanup();
  throw Error(ExitCode::refused_by_system, std::string("cannot start the resolver: ") + ares_strerror(status));
}

AresChannel::~AresChannel() {
  ares_destroy(channel_);
  ares_library_cleanup();
}

int AresChannel::server_count() const {
  ares_addr_port_node* servers = nullptr;
  if (ares_get_servers_ports(channel_, &servers) != ARES_SUCCESS) return 0;
  int count = 0;
  for (const ares_addr_port_node* server = servers; server != nullptr; server = server->next) ++count;
  ares_free_data(servers);
  return count;
}

void AresChannel::wake() {
  wake_.signal();
}

void AresChannel::watch(void* channel, ares_socket_t socket, int readable, int writable) {
  std::vector<pollfd>& watched = static_cast<AresChannel*>(channel)->watched_;
  const auto events = static_cast<short>((readable != 0 ? POLLIN : 0) | (writable != 0 ? POLLOUT : 0));
  const auto found = std::find_if(watched.begin(), watched.end(), [&](const pollfd& p) { return p.fd == socket; });
  if (found == watched.end()) {
    if (events != 0) watched.push_back({socket, events, 0});
  } else if (events != 0) {
    found->events = events;
  } else {
    watched.erase(found);
  }
}

void AresChannel::sleep_and_process(int longest_ms) {
  timeval until{};
  const timeval* soonest = ares_timeout(channel_, nullptr, &until);
  if (soonest != nullptr) {
    const int timeout_ms = static_cast<int>(soonest->tv_sec * 1000 + (soonest->tv_usec + 999) / 1000);
    longest_ms = longest_ms < 0 ? timeout_ms : std::min(longest_ms, timeout_ms);
  }
  // Whatever is processed may change what is watched.
  std::vector<pollfd> ready = watched_;
  if (poll(ready.data(), ready.size(), longest_ms) < 0) return;
  if (ready[0].revents != 0) wake_.clear();
  for (std::size_t i = 1; i < ready.size(); ++i) {
    const bool failed = (ready[i].revents & (POLLERR | POLLHUP)) != 0;
    const bool readable = failed || (ready[i].revents & POLLIN) != 0;
    const bool writable = (ready[i].revents & POLLOUT) != 0;
    if (!readable && !writable) continue;
    ares_process_fd(channel_, readable ? ready[i].fd : ARES_SOCKET_BAD, writable ? ready[i].fd : ARES_SOCKET_BAD);
  }
  ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);  // timeouts
}

}  // namespace ringsweep
