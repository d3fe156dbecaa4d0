#include "netns/net/transport/hearing.h"

#include <gtest/gtest.h>
#include <linux/membarrier.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <string>

#include "netns/net/transport/echo_request.h"
#include "ringsweep/base/time.h"

namespace ringsweep::testing {
namespace {

constexpr std::int64_t patience_ns = 20 * ns_per_s;

// "Icmp: names", "Icmp: values".
std::uint64_t from_snmp(const std::string& name) {
  std::ifstream file("/proc/net/snmp");
  std::string names, values;
  while (std::getline(file, names) && !names.starts_with("Icmp:")) {
  }
  std::getline(file, values);
  std::istringstream name_words(names), value_words(values);
  std::string found, value;
  while (name_words >> found && value_words >> value) {
    if (found == name) return std::stoull(value);
  }
  return 0;
}

std::uint64_t from_snmp6(const std::string& name) {
  std::ifstream file("/proc/net/snmp6");
  std::string found;
  std::uint64_t value = 0;
  while (file >> found >> value) {
    if (found == name) return value;
  }
  return 0;
}

}  // namespace

std::vector<Heard> drain(Transport& transport) {
  std::vector<Heard> heard;
  for (int reaps = 0; reaps < 1000; ++reaps) {
    const Reaped reaped = transport.reap();
    bool errors_began = false;
    for (const ReceivedPacket& packet : reaped.packets) {
      if (!is_reply(packet)) errors_began = true;
      EXPECT_FALSE(errors_began && is_reply(packet)) << "a reply behind an error";
      const auto icmp = icmp_of(packet);
      heard.push_back({{icmp.begin(), icmp.end()}, packet});
    }
    if (reaped.dry) return heard;
  }
  ADD_FAILURE() << "never dry";
  return heard;
}

std::vector<Heard> hear(Transport& transport, std::size_t expected) {
  const std::int64_t until_ns = transport.now_ns() + patience_ns;
  std::vector<Heard> heard = drain(transport);
  while (heard.size() < expected && transport.now_ns() < until_ns) {
    transport.wait(until_ns);
    const std::vector<Heard> more = drain(transport);
    heard.insert(heard.end(), more.begin(), more.end());
  }
  return heard;
}

std::uint64_t replies_delivered(Family family) {
  return family == Family::v4 ? from_snmp("InEchoReps") : from_snmp6("Icmp6InEchoReplies");
}

bool wait_for_replies(Family family, std::uint64_t number) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::nanoseconds(patience_ns);
  while (replies_delivered(family) < number) {
    if (std::chrono::steady_clock::now() > until) return false;
    sched_yield();
  }
  return true;
}

void settle() {
  // The kernel counts a packet and then queues it, both under its RCU lock, which this waits for.
  syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
}

}  // namespace ringsweep::testing
