#include "cli/results/stored_input.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "ringsweep/base/error.h"

namespace ringsweep {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

StoredSweep sweep(std::int64_t id, std::uint64_t series, std::int64_t started_ns, bool complete) {
  StoredSweep one;
  one.id = id;
  one.record.series = series;
  one.record.started_ns = started_ns;
  one.end = SweepEnd{started_ns + 1, complete, 0, {}};
  return one;
}

std::vector<std::int64_t> ids_of(const StoredPair& pair) {
  return {pair.before.id, pair.now.id};
}

std::string error_of(const std::vector<StoredSweep>& sweeps, const std::vector<std::string>& ids) {
  try {
    choose_sweeps(sweeps, ids, "net.db");
  } catch (const Error& error) {
    EXPECT_EQ(error.exit_code(), ExitCode::usage);
    return error.what();
  }
  ADD_FAILURE() << "was accepted";
  return {};
}

TEST(ChooseSweeps, takes_the_last_complete_one_and_the_one_before_of_its_series) {
  const std::vector<StoredSweep> sweeps = {sweep(1, 7, 10, true), sweep(2, 7, 20, true), sweep(3, 8, 30, true),
                                           sweep(4, 7, 40, true)};
  EXPECT_THAT(ids_of(choose_sweeps(sweeps, {}, "net.db")), ElementsAre(2, 4));
}

TEST(ChooseSweeps, goes_by_the_start_where_an_old_result_was_loaded_later) {
  const std::vector<StoredSweep> sweeps = {sweep(1, 7, 20, true), sweep(2, 7, 30, true), sweep(3, 7, 10, true)};
  EXPECT_THAT(ids_of(choose_sweeps(sweeps, {}, "net.db")), ElementsAre(1, 2));
}

TEST(ChooseSweeps, leaves_those_aside_that_are_not_complete_and_names_the_later_ones) {
  std::vector<StoredSweep> sweeps = {sweep(1, 7, 10, true),  sweep(2, 7, 20, false), sweep(3, 7, 30, true),
                                     sweep(4, 7, 40, false), sweep(5, 8, 50, false), sweep(6, 7, 60, false)};
  sweeps.back().end.reset();
  const StoredPair pair = choose_sweeps(sweeps, {}, "net.db");
  EXPECT_THAT(ids_of(pair), ElementsAre(1, 3));
  EXPECT_THAT(pair.left_aside, ElementsAre(4, 6));
}

TEST(ChooseSweeps, takes_those_that_are_named_whatever_they_are) {
  const std::vector<StoredSweep> sweeps = {sweep(1, 7, 10, false), sweep(2, 8, 20, true), sweep(3, 7, 30, false)};
  const StoredPair pair = choose_sweeps(sweeps, {"2", "1"}, "net.db");
  EXPECT_THAT(ids_of(pair), ElementsAre(2, 1));
  EXPECT_THAT(pair.left_aside, IsEmpty());
}

TEST(ChooseSweeps, says_what_there_is_none_of) {
  EXPECT_EQ(error_of({}, {}), "store 'net.db' has no complete sweep");
  EXPECT_EQ(error_of({}, {"1", "2"}), "store 'net.db' has no sweep 1");
  EXPECT_EQ(error_of({sweep(1, 7, 10, true), sweep(2, 8, 20, true)}, {}),
            "store 'net.db': before sweep 2 there is no complete one of the same targets and options");
  for (const char* text : {"", "0", "-1", "1x", "99999999999999999999"})
    EXPECT_EQ(error_of({sweep(1, 7, 10, true)}, {"1", text}), "'" + std::string(text) + "' is no number of a sweep");
}

}  // namespace
}  // namespace ringsweep
