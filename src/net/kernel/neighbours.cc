#include "ringsweep/net/kernel/neighbours.h"

#include <fmt/core.h>
#include <linux/neighbour.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_map>

#include "net/kernel/neighbour_message.h"
#include "net/kernel/netlink.h"
#include "ringsweep/system/clock.h"
#include "ringsweep/system/event_descriptor.h"
#include "ringsweep/system/start_thread.h"

namespace ringsweep {
namespace {

constexpr std::int64_t dump_period_ns = ns_per_s;
// Reading a large table takes at most a twentieth of a processor.
constexpr std::int64_t dump_rest_factor = 20;
constexpr int listen_buffer_bytes = 1 << 20;
// A flood of announcements stops neither the dumps nor the end.
constexpr int reads_in_a_row = 64;

struct HashAddress {
  std::size_t operator()(const Address& address) const {
    const std::uint64_t mixed =
        (address.high * 0x9e3779b97f4a7c15U) ^ address.low ^ (std::uint64_t{address.zone} << 40);
    return static_cast<std::size_t>((mixed * 0xd6e8feb86659fd93U) >> 16);
  }
};

std::string mac_text(const std::string& bytes) {
  std::string text;
  for (const char byte : bytes)
    text += fmt::format("{}{:02x}", text.empty() ? "" : ":", static_cast<unsigned char>(byte));
  return text;
}

// What was ever seen. Only grows: the order in which messages and dumps come makes no difference.
class NeighbourMemory {
 public:
  explicit NeighbourMemory(OnLinkPrefixes prefixes) : prefixes_(std::move(prefixes)) {}

  // `watched_ns`: how long the watch had run. `before`: this is how things were when it began.
  void take(const Sighting& seen, std::int64_t watched_ns, bool before);

  NeighbourState state_of(const Address& address) const;
  std::string mac_of(const Address& address) const;
  std::vector<SharedMac> macs_with_more_than(std::uint64_t targets) const;
  bool has_stale() const {
    return std::any_of(neighbours_.begin(), neighbours_.end(), [](const auto& entry) { return entry.second.stale; });
  }

 private:
  struct Neighbour {
    std::string mac;
    bool mac_from_before = false;
    bool stale = false;  // the kernel asks again when the entry is used
    NeighbourState state = NeighbourState::unknown;
  };
  template <typename Take>
  void each_entry_of(const Address& address, Take take) const;

  const OnLinkPrefixes prefixes_;
  std::unordered_map<Address, Neighbour, HashAddress> neighbours_;
  std::vector<std::uint32_t> interfaces_;
};

void NeighbourMemory::take(const Sighting& seen, std::int64_t watched_ns, bool before) {
  if (!prefixes_.contains(seen.address)) return;
  const bool told = seen.told();
  if (std::find(interfaces_.begin(), interfaces_.end(), seen.address.zone) == interfaces_.end()) {
    interfaces_.push_back(seen.address.zone);
  }
  Neighbour& neighbour = neighbours_[seen.address];
  if (!seen.mac.empty() && seen.mac != neighbour.mac) {
    neighbour.mac = seen.mac;
    neighbour.mac_from_before = before || told;
  }
  neighbour.stale = !told && !seen.mac.empty() && (seen.state & (NUD_STALE | NUD_DELAY | NUD_PROBE)) != 0;
  if (told) return;
  const bool heard = !seen.mac.empty() && (!neighbour.mac_from_before || seen.confirmed_ago_ns <= watched_ns ||
                                           (seen.state & NUD_REACHABLE) != 0);
  // An entry that somebody deletes is announced as failed too, but then the kernel has not asked.
  const bool silent = (seen.state & NUD_FAILED) != 0 && seen.probes > 0 && seen.changed_ago_ns <= watched_ns;
  if (heard) {
    neighbour.state = NeighbourState::valid;
  } else if (silent && neighbour.state == NeighbourState::unknown) {
    neighbour.state = NeighbourState::failed;
  }
}

template <typename Take>
void NeighbourMemory::each_entry_of(const Address& address, Take take) const {
  Address key = address;
  for (const std::uint32_t interface : interfaces_) {
    if (address.zone != 0 && address.zone != interface) continue;
    key.zone = interface;
    const auto found = neighbours_.find(key);
    if (found != neighbours_.end()) take(found->second);
  }
}

NeighbourState NeighbourMemory::state_of(const Address& address) const {
  NeighbourState state = NeighbourState::unknown;
  bool stale = false;
  each_entry_of(address, [&](const Neighbour& neighbour) {
    if (state != NeighbourState::valid && neighbour.state != NeighbourState::unknown) state = neighbour.state;
    stale = stale || neighbour.stale;
  });
  return state == NeighbourState::unknown && stale ? NeighbourState::asked : state;
}

std::string NeighbourMemory::mac_of(const Address& address) const {
  const Neighbour* best = nullptr;
  each_entry_of(address, [&best](const Neighbour& neighbour) {
    if (neighbour.mac.empty()) return;
    if (best == nullptr || neighbour.state == NeighbourState::valid) best = &neighbour;
  });
  return best == nullptr ? std::string{} : mac_text(best->mac);
}

std::vector<SharedMac> NeighbourMemory::macs_with_more_than(std::uint64_t targets) const {
  std::unordered_map<std::string, std::uint64_t> counts;
  for (const auto& [address, neighbour] : neighbours_) {
    if (neighbour.state == NeighbourState::valid) ++counts[neighbour.mac];
  }
  std::vector<SharedMac> shared;
  for (const auto& [mac, count] : counts) {
    if (count > targets) shared.push_back({mac_text(mac), count});
  }
  std::sort(shared.begin(), shared.end(), [](const SharedMac& a, const SharedMac& b) {
    return a.addresses != b.addresses ? a.addresses > b.addresses : a.mac < b.mac;
  });
  return shared;
}

}  // namespace

// The thread and what it works on.
class NeighbourWatch::Loop {
 public:
  explicit Loop(OnLinkPrefixes prefixes);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  template <typename Result>
  Result ask(Result (NeighbourMemory::*question)(const Address&) const, const Address& address) const {
    const std::lock_guard lock(mutex_);
    return (memory_.*question)(address);
  }
  std::vector<SharedMac> macs_with_more_than(std::uint64_t targets) const {
    const std::lock_guard lock(mutex_);
    return memory_.macs_with_more_than(targets);
  }
  bool has_stale() const {
    const std::lock_guard lock(mutex_);
    return memory_.has_stale();
  }
  void read_table(bool before = false);

 private:
  void take(const nlmsghdr& message, std::int64_t now_ns, bool before);
  void run();
  bool listen();

  const std::int64_t began_ns_ = monotonic_now_ns();
  NetlinkSocket announcements_;
  NetlinkBuffer buffer_;
  EventDescriptor stop_;
  mutable std::mutex mutex_;
  NeighbourMemory memory_;  // under mutex_
  std::thread thread_;
};

NeighbourWatch::Loop::Loop(OnLinkPrefixes prefixes)
    // First listen, then read: nothing falls between.
    : announcements_(open_netlink(RTMGRP_NEIGH, SOCK_NONBLOCK)), memory_(std::move(prefixes)) {
  if (announcements_ != nullptr) {
    const int bytes = listen_buffer_bytes;
    setsockopt(mnl_socket_get_fd(announcements_.get()), SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
  }
  read_table(true);
  thread_ = start_thread([this] { run(); });
}

NeighbourWatch::Loop::~Loop() {
  stop_.signal();
  thread_.join();
}

void NeighbourWatch::Loop::take(const nlmsghdr& message, std::int64_t now_ns, bool before) {
  const std::optional<Sighting> seen = read_sighting(message);
  if (!seen) return;
  const std::lock_guard lock(mutex_);
  memory_.take(*seen, now_ns - began_ns_, before);
}

void NeighbourWatch::Loop::read_table(bool before) {
  // A refusal (an errno here) leaves what is known; the next time may be better.
  const std::int64_t now_ns = monotonic_now_ns();
  dump_netlink(RTM_GETNEIGH, sizeof(ndmsg), [&](const nlmsghdr& message) { take(message, now_ns, before); });
}

// False where announcements were lost.
bool NeighbourWatch::Loop::listen() {
  const TakeMessage take_one = [this](const nlmsghdr& message) { take(message, monotonic_now_ns(), false); };
  int reads = 0;
  while (reads < reads_in_a_row && read_netlink(announcements_, buffer_, take_one)) ++reads;
  if (reads == reads_in_a_row || errno == EAGAIN) return true;
  if (errno != ENOBUFS) announcements_.reset();
  return false;
}

void NeighbourWatch::Loop::run() {
  std::int64_t rested_at_ns = 0, dump_at_ns = monotonic_now_ns() + dump_period_ns;
  for (;;) {
    const std::int64_t wait_ns = std::max<std::int64_t>(dump_at_ns - monotonic_now_ns(), 0);
    const int heard = announcements_ == nullptr ? -1 : mnl_socket_get_fd(announcements_.get());
    pollfd watched[] = {{stop_.fd(), POLLIN, 0}, {heard, POLLIN, 0}};
    poll(watched, 2, static_cast<int>((wait_ns + ns_per_ms - 1) / ns_per_ms));
    if (watched[0].revents != 0) return;
    if (watched[1].revents != 0 && !listen()) dump_at_ns = std::min(dump_at_ns, rested_at_ns);
    const std::int64_t now_ns = monotonic_now_ns();
    if (now_ns < dump_at_ns) continue;
    read_table();
    const std::int64_t after_ns = monotonic_now_ns();
    rested_at_ns = after_ns + (after_ns - now_ns) * dump_rest_factor;
    dump_at_ns = std::max(after_ns + dump_period_ns, rested_at_ns);
  }
}

NeighbourWatch::NeighbourWatch(OnLinkPrefixes prefixes) : loop_(std::make_unique<Loop>(std::move(prefixes))) {}

NeighbourWatch::~NeighbourWatch() = default;

NeighbourState NeighbourWatch::state_of(const Address& address) const {
  return loop_->ask(&NeighbourMemory::state_of, address);
}

std::string NeighbourWatch::mac_of(const Address& address) const {
  return loop_->ask(&NeighbourMemory::mac_of, address);
}

std::vector<SharedMac> NeighbourWatch::macs_with_more_than(std::uint64_t targets) const {
  return loop_->macs_with_more_than(targets);
}

bool NeighbourWatch::has_stale() const {
  return loop_->has_stale();
}

void NeighbourWatch::refresh() {
  loop_->read_table();
}

}  // namespace ringsweep
