// Shared by the tests of the output layer: targets, verdicts and a temporary file.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <map>
#include <string>
#include <string_view>

#include "ringsweep/base/error.h"
#include "ringsweep/core/jobs/verdict.h"
#include "ringsweep/core/targets/target_set.h"
#include "ringsweep/output/rows/row_format.h"

namespace ringsweep::test {

// 2026-11-25T03:48:15.123Z (date -u -d ... +%s), and 999,999 ns that must not be rounded up.
inline constexpr std::int64_t row_time_ns = 1'795'578'495'123'999'999;
inline constexpr std::string_view row_time = "2026-11-25T03:48:15.123Z";

inline TargetSet targets_of(std::initializer_list<std::string_view> specs, const ZoneNames& zones = {}) {
  TargetSetBuilder builder({.max_targets = 1 << 20, .zones = zones});
  for (const std::string_view spec : specs) builder.add(spec, "test");
  return builder.build();
}

inline Address address_of(std::string_view text) {
  return parse_address(text).value();
}

inline Verdict verdict_of(std::uint64_t target, std::string_view address, State state, Reason reason) {
  Verdict verdict;
  verdict.target = target;
  if (!address.empty()) verdict.address = address_of(address);
  verdict.state = state;
  verdict.reason = reason;
  verdict.time_ns = row_time_ns;
  return verdict;
}

inline Verdict alive(std::uint64_t target, std::string_view address, std::int64_t rtt_ns = 123'456) {
  Verdict verdict = verdict_of(target, address, State::alive, Reason::echo_reply);
  verdict.responder = verdict.address;
  verdict.rtt_ns = rtt_ns;
  verdict.attempts = 1;
  verdict.ttl = 64;
  verdict.icmp_type = verdict.address.is_v4() ? 0 : 129;
  verdict.icmp_code = 0;
  return verdict;
}

// A column of an option with a value for some targets, by number.
class ColumnOf final : public ExtraColumn {
 public:
  ColumnOf(std::string name, std::map<std::uint64_t, std::string> values)
      : name_(std::move(name)), values_(std::move(values)) {}
  std::string_view name() const override { return name_; }
  std::size_t usual_width() const override { return 5; }
  std::string_view value(const Verdict& verdict) override { return values_[verdict.target]; }

 private:
  std::string name_;
  std::map<std::uint64_t, std::string> values_;
};

// Returns the Error that `act` throws.
template <typename Act>
Error error_of(Act act) {
  try {
    act();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "no Error was thrown";
  return usage_error("none");
}

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "ringsweep-test-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  std::string file(std::string_view name) const { return (path_ / name).string(); }
  std::size_t entries() const {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(path_), std::filesystem::directory_iterator()));
  }

 private:
  std::filesystem::path path_;
};

inline std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace ringsweep::test
