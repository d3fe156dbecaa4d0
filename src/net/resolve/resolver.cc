#include "ringsweep/net/resolve/resolver.h"

#include <ares.h>
#include <netinet/in.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "net/resolve/ares_channel.h"
#include "ringsweep/net/sockets/socket_address.h"
#include "ringsweep/system/start_thread.h"

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
  void run();
  void ask_more();
  void count_answer();

  const std::vector<std::string> names_;
  const Options options_;
  std::vector<Entry> entries_;
  AresChannel channel_;  // calls back into the entries, also while it goes
  std::size_t next_ = 0;
  unsigned in_flight_ = 0;
  std::atomic<bool> stop_{false};
  mutable std::mutex mutex_;
  mutable std::condition_variable all_answered_;
  std::size_t answered_ = 0;  // under mutex_
  std::thread thread_;
};

Resolver::Loop::Loop(std::vector<std::string> names, const Options& options)
    : names_(std::move(names)),
      options_(options),
      entries_(names_.size()),
      channel_({options.timeout_ms, options.tries, options.servers, {}}) {
  for (Entry& entry : entries_) entry.loop = this;
  thread_ = start_thread([this] { run(); });
}

Resolver::Loop::~Loop() {
  stop_.store(true, std::memory_order_release);
  channel_.wake();
  thread_.join();
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
    channel_.sleep_and_process(-1);
  }
  ares_cancel(channel_.get());
}

void Resolver::Loop::ask_more() {
  ares_addrinfo_hints hints{};
  hints.ai_family = family_hint(options_);
  hints.ai_socktype = SOCK_DGRAM;
  while (next_ < names_.size() && in_flight_ < options_.in_flight_max && !stop_.load(std::memory_order_acquire)) {
    const std::size_t name = next_++;
    ++in_flight_;
    ares_getaddrinfo(channel_.get(), names_[name].c_str(), nullptr, &hints, &Loop::take_answer, &entries_[name]);
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
