// The combinations that every Transport test runs in, and what the tests do with a transport: both engines, both socket
// plans and both families, with the rights of root and (ping sockets) of nobody.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "netns/net/lab_namespace.h"
#include "netns/net/transport/echo_request.h"
#include "netns/net/transport/hearing.h"
#include "ringsweep/base/time.h"
#include "ringsweep/net/transport/transport_factory.h"

namespace ringsweep::testing {

struct Combination {
  TransportKind kind;
  SocketPlan plan;
  Family family;
  bool nobody;
};

inline std::string name_of(const ::testing::TestParamInfo<Combination>& info) {
  const Combination& c = info.param;
  return std::string(to_text(c.kind)) + (c.plan == SocketPlan::dgram ? "_dgram" : "_raw") +
         (c.family == Family::v4 ? "_v4" : "_v6") + (c.nobody ? "_nobody" : "");
}

inline std::vector<Combination> combinations() {
  std::vector<Combination> all;
  for (const TransportKind kind : {TransportKind::uring, TransportKind::mmsg}) {
    for (const Family family : {Family::v4, Family::v6}) {
      all.push_back({kind, SocketPlan::dgram, family, false});
      all.push_back({kind, SocketPlan::raw, family, false});
      all.push_back({kind, SocketPlan::dgram, family, true});
    }
  }
  return all;
}

class TransportContract : public ::testing::TestWithParam<Combination> {
 protected:
  void SetUp() override {
    NEEDS_LAB();
    options_.plan = GetParam().plan;
    options_.need_v4 = GetParam().family == Family::v4;
    options_.need_v6 = GetParam().family == Family::v6;
    options_.receive_buffer_bytes = 2 << 20;
    options_.send_buffer_bytes = 1 << 20;
  }

  // `body` on a worker's thread of its own, with a fresh transport.
  void run(const std::function<void(Transport&)>& body) {
    const auto work = [&] {
      MadeTransport made = make_transport(GetParam().kind, open_sockets(options_));
      body(*made.transport);
    };
    if (GetParam().kind == TransportKind::uring && !why_no_uring().empty()) GTEST_SKIP() << why_no_uring();
    GetParam().nobody ? as_nobody(work) : on_own_thread(work);
  }

  Family family() const { return GetParam().family; }
  // The n-th address of a part of the lab; see lab_namespace.h.
  Address live(std::uint64_t n) const { return host(0x0001, n); }
  Address refusing(std::uint64_t n) const { return host(0x0009, n); }
  Address filtered(std::uint64_t n) const { return host(0x0008, n); }
  Address routeless() const { return family() == Family::v4 ? v4("203.0.113.1") : v6("2001:db8::1"); }
  Address host(std::uint64_t part, std::uint64_t n) const {
    if (family() == Family::v4) return Address::v4(static_cast<std::uint32_t>(0xc6120000 | part << 8 | (n & 255)));
    return Address::v6(0xfd77000000000000 | part << 16, n + 1);
  }

  // Probes of one batch; sequences count from `first_sequence`.
  SendResult send(Transport& transport, const std::vector<Address>& to, std::uint16_t first_sequence = 1) {
    bytes_.clear();
    batch_.clear();
    for (std::size_t i = 0; i < to.size(); ++i) {
      const auto sequence = static_cast<std::uint16_t>(first_sequence + i);
      bytes_.push_back(echo_request(family(), transport.identifier(family()), sequence));
      batch_.push_back({to[i], bytes_.back()});
    }
    return transport.send(batch_);
  }

  // Probes of many batches to live addresses, each delivered before the next; all replies lie in the socket at the end.
  // Returns how many left.
  std::size_t send_and_deliver(Transport& transport, std::size_t batches, std::size_t batch_size) {
    const std::uint64_t before = replies_delivered(family());
    std::size_t sent = 0;
    for (std::size_t i = 0; i < batches; ++i) {
      std::vector<Address> to;
      for (std::size_t k = 0; k < batch_size; ++k) to.push_back(live(k));
      sent += batch_size - send(transport, to, static_cast<std::uint16_t>(i * batch_size)).failures.size();
      EXPECT_TRUE(wait_for_replies(family(), before + sent));
    }
    settle();
    return sent;
  }

  SocketOptions options_;
  std::vector<std::vector<std::byte>> bytes_;
  std::vector<OutgoingPacket> batch_;
};

}  // namespace ringsweep::testing
