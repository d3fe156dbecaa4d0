#include "ringsweep/net/resolver.h"

#include <ares.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "ringsweep/base/error.h"
#include "ringsweep/base/start_thread.h"
#include "ringsweep/net/file_descriptor.h"
#include "ringsweep/net/socket_address.h"

namespace ringsweep {
namespace {

Reason reason_of(int status) {
  switch (status) {
    case ARES_ENOTFOUND:
    case ARES_EBADNAME:
    case ARES_ENONAME:
      return Reason::name_unknown;
    case ARES_ENODATA:
      return Reason::name_no_address;
    default:
      return Reason::resolver_failed;
  }
}

int family_hint(const Resolver::Options& options) {
  if (options.allow_v4 && options.allow_v6) return AF_UNSPEC;
  return options.allow_v6 ? AF_INET6 : AF_INET;
}

}  // namespace

// The thread and what it works on.
class Resolver::Loop {
 public:
  Loop(std::vector<std::string> names, const Options& options);
  ~Loop();

  NameAnswer look_up(std::uint64_t name) const;
  std::vector<Address> addresses(std::uint64_t name) const;
  bool wait_for_all(std::int64_t timeout_ms) const;

 private:
  enum class Progress : std::uint8_t {
    pending,
    done
  };
  // Written by the thread, then published by `progress`.
  struct Entry {
    Loop* loop = nullptr;
    std::atomic<Progress> progress{Progress::pending};
    Reason reason = Reason::none;
    std::vector<Address> addresses;
  };
  static void take_answer(void* entry, int status, int timeouts, ares_addrinfo* result);
  static void watch(void* loop, ares_socket_t socket, int readable, int writable);
  void run();
  void ask_more();
  void sleep_and_process();
  void count_answer();

  const std::vector<std::string> names_;
  const Options options_;
  std::vector<Entry> entries_;
  ares_channel channel_ = nullptr;
  FileDescriptor wake_;
  std::vector<pollfd> watched_;  // the first is `wake_`
  std::size_t next_ = 0;
  unsigned in_flight_ = 0;
  std::atomic<bool> stop_{false};
  mutable std::mutex mutex_;
  mutable std::condition_variable all_answered_;
  std::size_t answered_ = 0;  // under mutex_
  std::thread thread_;
};

Resolver::Loop::Loop(std::vector<std::string> names, const Options& options)
    : names_(std::move(names)), options_(options), entries_(names_.size()) {
  for (Entry& entry : entries_) entry.loop = this;
  wake_ = FileDescriptor(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake_.is_open()) throw system_error("cannot start the resolver", errno);
  watched_.push_back({wake_.get(), POLLIN, 0});
  if (ares_library_init(ARES_LIB_INIT_ALL) != ARES_SUCCESS) {
    throw Error(ExitCode::refused_by_system, "cannot start the resolver (c-ares)");
  }
  ares_options wanted{};
  wanted.timeout = options_.timeout_ms;
  wanted.tries = options_.tries;
  wanted.sock_state_cb = &Loop::watch;
  wanted.sock_state_cb_data = this;
  int status = ares_init_options(&channel_, &wanted, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB);
  if (status == ARES_SUCCESS && !options_.servers.empty()) {
    status = ares_set_servers_ports_csv(channel_, options_.servers.c_str());
  }
  if (status != ARES_SUCCESS) {
    if (channel_ != nullptr) ares_destroy(channel_);
    throw Error(ExitCode::refused_by_system, std::string("cannot start the resolver: ") + ares_strerror(status));
  }
  thread_ = start_thread([this] { run(); });
}

Resolver::Loop::~Loop() {
  stop_.store(true, std::memory_order_release);
  eventfd_write(wake_.get(), 1);
  thread_.join();
  ares_destroy(channel_);
  ares_library_cleanup();
}

void Resolver::Loop::watch(void* loop, ares_socket_t socket, int readable, int writable) {
  std::vector<pollfd>& watched = static_cast<Loop*>(loop)->watched_;
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

void Resolver::Loop::take_answer(void* entry, int status, int /*timeouts*/, ares_addrinfo* result) {
  Entry& to = *static_cast<Entry*>(entry);
  --to.loop->in_flight_;
  // The destructor's doing: the name stays pending.
  if (status == ARES_ECANCELLED || status == ARES_EDESTRUCTION) return;
  if (status == ARES_SUCCESS) {
    for (const ares_addrinfo_node* node = result->nodes; node != nullptr; node = node->ai_next) {
      const Address address = to_address(node->ai_addr, node->ai_addrlen);
      const bool known = std::find(to.addresses.begin(), to.addresses.end(), address) != to.addresses.end();
      if (!address.is_none() && !known) to.addresses.push_back(address);
    }
  }
  if (to.addresses.empty()) to.reason = status == ARES_SUCCESS ? Reason::name_no_address : reason_of(status);
  if (result != nullptr) ares_freeaddrinfo(result);
  to.progress.store(Progress::done, std::memory_order_release);
  to.loop->count_answer();
}

void Resolver::Loop::count_answer() {
  const std::lock_guard lock(mutex_);
  if (++answered_ == names_.size()) all_answered_.notify_all();
}

void Resolver::Loop::run() {
  while (!stop_.load(std::memory_order_acquire)) {
    ask_more();
    sleep_and_process();
  }
  ares_cancel(channel_);
}

void Resolver::Loop::ask_more() {
  ares_addrinfo_hints hints{};
  hints.ai_family = family_hint(options_);
  hints.ai_socktype = SOCK_DGRAM;
  while (next_ < names_.size() && in_flight_ < options_.in_flight_max && !stop_.load(std::memory_order_acquire)) {
    const std::size_t name = next_++;
    ++in_flight_;
    ares_getaddrinfo(channel_, names_[name].c_str(), nullptr, &hints, &Loop::take_answer, &entries_[name]);
  }
}

void Resolver::Loop::sleep_and_process() {
  timeval until{};
  const timeval* soonest = ares_timeout(channel_, nullptr, &until);
  const int timeout_ms =
      soonest == nullptr ? -1 : static_cast<int>(soonest->tv_sec * 1000 + (soonest->tv_usec + 999) / 1000);
  // Whatever is processed may change what is watched.
  std::vector<pollfd> ready = watched_;
  const int count = poll(ready.data(), ready.size(), timeout_ms);
  if (count <= 0) {
    ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    return;
  }
  for (std::size_t i = 1; i < ready.size(); ++i) {
    const bool failed = (ready[i].revents & (POLLERR | POLLHUP)) != 0;
    const bool readable = failed || (ready[i].revents & POLLIN) != 0;
    const bool writable = (ready[i].revents & POLLOUT) != 0;
    if (!readable && !writable) continue;
    ares_process_fd(channel_, readable ? ready[i].fd : ARES_SOCKET_BAD, writable ? ready[i].fd : ARES_SOCKET_BAD);
  }
}

NameAnswer Resolver::Loop::look_up(std::uint64_t name) const {
  const Entry& entry = entries_[name];
  if (entry.progress.load(std::memory_order_acquire) == Progress::pending) return {};
  if (entry.addresses.empty()) return {NameAnswer::Kind::unresolved, {}, entry.reason};
  return {NameAnswer::Kind::address, entry.addresses.front(), Reason::none};
}

std::vector<Address> Resolver::Loop::addresses(std::uint64_t name) const {
  const Entry& entry = entries_[name];
  if (entry.progress.load(std::memory_order_acquire) == Progress::pending) return {};
  return entry.addresses;
}

bool Resolver::Loop::wait_for_all(std::int64_t timeout_ms) const {
  std::unique_lock lock(mutex_);
  return all_answered_.wait_for(lock, std::chrono::milliseconds(timeout_ms),
                                [this] { return answered_ == names_.size(); });
}

Resolver::Resolver(std::vector<std::string> names, const Options& options)
    : loop_(std::make_unique<Loop>(std::move(names), options)) {}

Resolver::~Resolver() = default;

NameAnswer Resolver::look_up(std::uint64_t name) const {
  return loop_->look_up(name);
}

std::vector<Address> Resolver::addresses(std::uint64_t name) const {
  return loop_->addresses(name);
}

bool Resolver::wait_for_all(std::int64_t timeout_ms) const {
  return loop_->wait_for_all(timeout_ms);
}

}  // namespace ringsweep
