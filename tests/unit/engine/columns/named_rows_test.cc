#include "ringsweep/engine/columns/named_rows.h"

#include <gtest/gtest.h>

#include <map>

namespace ringsweep {
namespace {

// Answers what and when the test says.
class Lookup final : public ReverseLookup {
 public:
  explicit Lookup(std::function<void()> answered) : answered_(std::move(answered)) {}
  void ask(std::uint64_t id, const Address& address) override { asked[id] = to_text(address); }
  std::vector<ReverseAnswer> take_answers() override { return std::exchange(answers_, {}); }
  bool has_answers() const override { return !answers_.empty(); }
  void ask_no_more() override {}
  void give_up() override {}

  void answer(std::uint64_t id, NameOutcome outcome, std::string name = {}) {
    answers_.push_back({id, outcome, std::move(name)});
    answered_();
  }
  std::map<std::uint64_t, std::string> asked;

 private:
  std::function<void()> answered_;
  std::vector<ReverseAnswer> answers_;
};

class NamedRowsTest : public testing::Test {
 protected:
  std::unique_ptr<NamedRows> rows(const NamedRows::Options& options = {}) {
    const auto make = [this](std::function<void()> answered) {
      auto made = std::make_unique<Lookup>(std::move(answered));
      lookup_ = made.get();
      return made;
    };
    auto rows = std::make_unique<NamedRows>(make, options);
    rows->wake_by([this] { ++woken_; });
    return rows;
  }
  static Verdict verdict(std::uint64_t target, State state, const char* address = "192.0.2.1") {
    Verdict verdict;
    verdict.target = target;
    verdict.address = parse_address(address).value();
    verdict.state = state;
    return verdict;
  }
  static std::vector<Verdict> alive(std::uint64_t from, std::uint64_t to) {
    std::vector<Verdict> verdicts;
    for (std::uint64_t target = from; target <= to; ++target) verdicts.push_back(verdict(target, State::alive));
    return verdicts;
  }
  static std::vector<std::uint64_t> targets(std::span<const Verdict> verdicts) {
    std::vector<std::uint64_t> result;
    for (const Verdict& verdict : verdicts) result.push_back(verdict.target);
    return result;
  }
  using Targets = std::vector<std::uint64_t>;

  Lookup* lookup_ = nullptr;
  int woken_ = 0;
};

TEST_F(NamedRowsTest, those_who_are_alive_wait_for_their_names_and_all_others_go_on) {
  const auto named = rows();
  const std::vector<Verdict> verdicts = {verdict(1, State::alive, "192.0.2.1"), verdict(2, State::no_reply),
                                         verdict(3, State::other_source),       verdict(4, State::alive, "2001:db8::4"),
                                         verdict(5, State::unreachable),        verdict(6, State::skipped)};
  EXPECT_EQ(targets(named->pass(verdicts)), (Targets{2, 3, 5, 6}));
  EXPECT_EQ(lookup_->asked, (std::map<std::uint64_t, std::string>{{1, "192.0.2.1"}, {4, "2001:db8::4"}}));
  EXPECT_FALSE(named->is_empty());
  EXPECT_EQ(named->held(), 2U);
  EXPECT_EQ(woken_, 0);

  lookup_->answer(4, NameOutcome::named, "four.example");
  EXPECT_EQ(woken_, 1);
  EXPECT_TRUE(named->has_released());
  const std::span<const Verdict> released = named->release();
  ASSERT_EQ(targets(released), Targets{4});
  EXPECT_EQ(released[0].address, parse_address("2001:db8::4"));
  EXPECT_EQ(named->value(released[0]), "four.example");
  EXPECT_FALSE(named->has_released());

  lookup_->answer(1, NameOutcome::nameless);
  ASSERT_EQ(targets(named->release()), Targets{1});
  EXPECT_EQ(named->value(verdicts[0]), "");
  EXPECT_TRUE(named->is_empty());
  EXPECT_EQ(named->held(), 0U);
}

TEST_F(NamedRowsTest, nobody_is_asked_for_rows_that_nobody_sees_or_for_addresses_with_a_zone) {
  NamedRows::Options options;
  const std::string shown[] = {"no_reply"};
  options.seen = RowFilter::from_options(shown, false, RowFormatKind::csv);
  const auto hidden = rows(options);
  EXPECT_EQ(targets(hidden->pass(alive(1, 2))), (Targets{1, 2}));
  EXPECT_TRUE(lookup_->asked.empty());
  const auto local = rows();
  const std::vector<Verdict> zoned = {verdict(1, State::alive, "fe80::1%7")};
  EXPECT_EQ(targets(local->pass(zoned)), Targets{1});
  EXPECT_TRUE(lookup_->asked.empty());
  EXPECT_EQ(local->report(), "");
}

TEST_F(NamedRowsTest, beyond_the_limit_rows_go_on_without_a_name) {
  NamedRows::Options options;
  options.held_max = 3;
  const auto named = rows(options);
  EXPECT_EQ(targets(named->pass(alive(1, 5))), (Targets{4, 5}));
  lookup_->answer(2, NameOutcome::named, "two.example");
  EXPECT_EQ(targets(named->release()), Targets{2});
  EXPECT_EQ(targets(named->pass(alive(6, 7))), Targets{7});
  for (const std::uint64_t target : Targets{1, 3, 6}) lookup_->answer(target, NameOutcome::nameless);
  named->release();
  EXPECT_EQ(named->report(), "rdns: 7 alive = 1 named + 3 without a name + 3 not asked (3 rows were already waiting)");
}

TEST_F(NamedRowsTest, the_report_is_a_balance) {
  const auto named = rows();
  EXPECT_EQ(named->report(), "");
  named->pass(alive(1, 8));
  const NameOutcome outcomes[] = {NameOutcome::named,      NameOutcome::named,    NameOutcome::nameless,
                                  NameOutcome::unanswered, NameOutcome::invalid,  NameOutcome::not_asked,
                                  NameOutcome::not_asked,  NameOutcome::not_asked};
  for (std::uint64_t target = 1; target <= 8; ++target) lookup_->answer(target, outcomes[target - 1]);
  EXPECT_EQ(targets(named->release()), (Targets{1, 2, 3, 4, 5, 6, 7, 8}));
  EXPECT_EQ(
      named->report(),
      "rdns: 8 alive = 2 named + 1 without a name + 1 with an invalid host name + 1 unanswered + 3 not asked (stopped)");
}

}  // namespace
}  // namespace ringsweep
