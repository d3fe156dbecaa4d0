// The column of --rdns: the name that the DNS has for the address of a target that is alive (PTR).
//
// The row of such a target is held back until its answer comes, or its time is over (net/resolve/reverse_resolver.h);
// all other rows go on. At most `held_max` rows are held; further ones go on without a name. Rows that nobody sees
// cause no query. Addresses with a zone have no name in the DNS.
//
// A RowDelay and an ExtraColumn: both by the writer's thread; the rest by any.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "ringsweep/net/resolve/reverse_resolver.h"
#include "ringsweep/output/rows/row_delay.h"
#include "ringsweep/output/rows/row_filter.h"
#include "ringsweep/output/rows/row_format.h"

namespace ringsweep {

class NamedRows final : public RowDelay, public ExtraColumn {
 public:
  struct Options {
    RowFilter seen = RowFilter::all();
    std::size_t held_max = std::size_t{1} << 20;  // some 150 MiB
  };
  // Makes the lookup, which calls what it is given as soon as there are answers.
  using MakeLookup = std::function<std::unique_ptr<ReverseLookup>(std::function<void()> answered)>;
  NamedRows(const MakeLookup& make_lookup, const Options& options);

  void wake_by(std::function<void()> wake) override { wake_ = std::move(wake); }
  std::span<const Verdict> pass(std::span<const Verdict> verdicts) override;
  std::span<const Verdict> release() override;
  bool has_released() const override { return lookup_->has_answers(); }
  bool is_empty() const override { return held_.empty(); }

  std::string_view name() const override { return "rdns"; }
  std::size_t usual_width() const override { return 32; }
  // For a verdict of the last release.
  std::string_view value(const Verdict& verdict) override;

  std::uint64_t held() const { return held_count_.load(std::memory_order_relaxed); }
  // The sweep is being stopped: as ReverseLookup.
  void ask_no_more() { lookup_->ask_no_more(); }
  void give_up() { lookup_->give_up(); }
  // A line for the summary, a balance; empty if no target was alive. After the writer's end.
  std::string report() const;

 private:
  bool holds(const Verdict& verdict);

  Options options_;
  std::unordered_map<std::uint64_t, Verdict> held_;  // by target
  std::atomic<std::uint64_t> held_count_{0};
  std::vector<Verdict> out_;
  std::unordered_map<std::uint64_t, std::string> names_;  // of those in out_
  std::array<std::uint64_t, name_outcome_count> counts_{};
  std::uint64_t not_held_ = 0;  // for lack of room
  std::function<void()> wake_;
  std::unique_ptr<ReverseLookup> lookup_;  // the last: calls wake_ until it is gone
};

}  // namespace ringsweep
