#include "ringsweep/net/resolve/reverse_resolver.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>

#include "netns/net/lab_namespace.h"
#include "netns/net/resolve/dns_server.h"

namespace ringsweep::testing {
namespace {

// A resolver that asks `server`, and who waits for its answers.
class Asker {
 public:
  explicit Asker(const std::string& servers)
      : resolver_(
            [this] {
              const std::lock_guard lock(mutex_);
              told_ = true;
              came_.notify_one();
            },
            {servers}) {}

  void ask(std::uint64_t id, const Address& address) { resolver_.ask(id, address); }
  void ask_no_more() { resolver_.ask_no_more(); }
  void give_up() { resolver_.give_up(); }
  // Until so many have come, in all.
  const std::map<std::uint64_t, ReverseAnswer>& wait_for(std::size_t count) {
    while (answers_.size() < count) {
      std::unique_lock lock(mutex_);
      came_.wait(lock, [this] { return told_; });
      told_ = false;
      lock.unlock();
      for (const ReverseAnswer& answer : resolver_.take_answers()) {
        EXPECT_TRUE(answers_.emplace(answer.id, answer).second) << "a second answer for " << answer.id;
      }
    }
    return answers_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  bool told_ = false;
  std::map<std::uint64_t, ReverseAnswer> answers_;
  ReverseResolver resolver_;
};

Address lab(std::uint32_t last) {
  return Address::v4(0xc612'0000 + last);
}

TEST(ReverseResolver, each_kind_of_answer_has_its_outcome) {
  NEEDS_LAB();
  DnsServer server;
  Asker asker(server.address());
  for (std::uint32_t last = 199; last <= 209; ++last) asker.ask(last, lab(last));
  asker.ask(1000, v6("fd77::5"));
  const auto& answers = asker.wait_for(12);
  const auto expect = [&](std::uint64_t id, NameOutcome outcome, const std::string& name = {}) {
    EXPECT_EQ(answers.at(id).outcome, outcome) << id;
    EXPECT_EQ(answers.at(id).name, name) << id;
  };
  expect(199, NameOutcome::named, "host-199.lab");
  expect(200, NameOutcome::unanswered);
  expect(201, NameOutcome::nameless);
  expect(202, NameOutcome::unanswered);
  expect(203, NameOutcome::nameless);
  expect(204, NameOutcome::named, "alpha.lab");
  expect(205, NameOutcome::invalid);
  expect(206, NameOutcome::invalid);
  expect(207, NameOutcome::invalid);
  expect(208, NameOutcome::invalid);
  expect(209, NameOutcome::invalid);
  expect(1000, NameOutcome::named, "host-5.lab");
}

TEST(ReverseResolver, the_hosts_file_holds_and_nobody_is_asked_then) {
  NEEDS_LAB();
  DnsServer server;
  Asker asker(server.address());
  asker.ask(1, v4("127.0.0.1"));
  EXPECT_EQ(asker.wait_for(1).at(1).name, "localhost");
  EXPECT_TRUE(server.times().empty());
}

TEST(ReverseResolver, no_second_has_more_than_200_queries_with_those_that_are_repeated) {
  NEEDS_LAB();
  DnsServer server;
  Asker asker(server.address());
  for (std::uint32_t id = 0; id < 400; ++id) asker.ask(id, lab(id % 2 == 0 ? 200 : id % 200));
  const auto& answers = asker.wait_for(400);
  for (std::uint32_t id = 0; id < 400; ++id) {
    EXPECT_EQ(answers.at(id).outcome, id % 2 == 0 ? NameOutcome::unanswered : NameOutcome::named) << id;
  }
  const auto times = server.times();
  EXPECT_GT(times.size(), 500U) << "each silent one is asked twice";
  EXPECT_LE(times.size(), 600U);
  // By the clock of the one who is asked, which may have been read late by some.
  for (std::size_t i = 200; i < times.size(); ++i) {
    EXPECT_GE(times[i] - times[i - 200], std::chrono::milliseconds(800)) << i;
  }
}

TEST(ReverseResolver, stopped_it_asks_no_more_and_then_gives_up) {
  NEEDS_LAB();
  DnsServer server;
  Asker asker(server.address());
  for (std::uint32_t id = 0; id < 1000; ++id) asker.ask(id, lab(200));
  while (server.times().size() < 5) std::this_thread::yield();
  asker.ask_no_more();
  asker.ask(1000, lab(1));
  const auto count = [](const auto& answers, NameOutcome outcome) {
    return std::count_if(answers.begin(), answers.end(),
                         [outcome](const auto& answer) { return answer.second.outcome == outcome; });
  };
  const auto not_asked = count(asker.wait_for(500), NameOutcome::not_asked);
  EXPECT_GE(not_asked, 500);
  asker.give_up();
  const auto& answers = asker.wait_for(1001);
  EXPECT_EQ(answers.at(1000).outcome, NameOutcome::not_asked);
  EXPECT_GE(count(answers, NameOutcome::unanswered), 5);
  EXPECT_EQ(count(answers, NameOutcome::unanswered) + count(answers, NameOutcome::not_asked), 1001);
}

TEST(ReverseResolver, of_a_server_that_is_gone_nothing_is_answered) {
  NEEDS_LAB();
  std::string servers;
  {
    DnsServer server;
    servers = server.address();
  }
  Asker asker(servers);
  asker.ask(1, lab(1));
  EXPECT_EQ(asker.wait_for(1).at(1).outcome, NameOutcome::unanswered);
}

}  // namespace
}  // namespace ringsweep::testing
