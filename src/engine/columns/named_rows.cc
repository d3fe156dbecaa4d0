#include "ringsweep/engine/columns/named_rows.h"

#include <fmt/core.h>

#include <numeric>
#include <utility>

namespace ringsweep {

NamedRows::NamedRows(const MakeLookup& make_lookup, const Options& options)
    : options_(options), lookup_(make_lookup([this] { wake_(); })) {}

bool NamedRows::holds(const Verdict& verdict) {
  if (verdict.state != State::alive || verdict.address.zone != 0 || !options_.seen.shows(verdict)) return false;
  if (held_.size() >= options_.held_max) {
    ++not_held_;
    return false;
  }
  held_.emplace(verdict.target, verdict);
  lookup_->ask(verdict.target, verdict.address);
  return true;
}

std::span<const Verdict> NamedRows::pass(std::span<const Verdict> verdicts) {
  out_.clear();
  names_.clear();
  for (const Verdict& verdict : verdicts) {
    if (!holds(verdict)) out_.push_back(verdict);
  }
  held_count_.store(held_.size(), std::memory_order_relaxed);
  return out_;
}

std::span<const Verdict> NamedRows::release() {
  out_.clear();
  names_.clear();
  for (ReverseAnswer& answer : lookup_->take_answers()) {
    ++counts_[static_cast<std::size_t>(answer.outcome)];
    const auto held = held_.extract(answer.id);
    out_.push_back(held.mapped());
    if (!answer.name.empty()) names_.emplace(answer.id, std::move(answer.name));
  }
  held_count_.store(held_.size(), std::memory_order_relaxed);
  return out_;
}

std::string_view NamedRows::value(const Verdict& verdict) {
  if (names_.empty()) return {};
  const auto found = names_.find(verdict.target);
  return found == names_.end() ? std::string_view() : found->second;
}

std::string NamedRows::report() const {
  const std::uint64_t all = std::accumulate(counts_.begin(), counts_.end(), not_held_);
  if (all == 0) return {};
  constexpr std::array<std::string_view, name_outcome_count> words = {
      "named", "without a name", "with an invalid host name", "unanswered", "not asked (stopped)"};
  std::string text;
  const auto add = [&text](std::uint64_t count, std::string_view what) {
    if (count == 0) return;
    text += fmt::format("{}{} {}", text.empty() ? "" : " + ", count, what);
  };
  for (std::size_t i = 0; i < name_outcome_count; ++i) add(counts_[i], words[i]);
  add(not_held_, fmt::format("not asked ({} rows were already waiting)", options_.held_max));
  return fmt::format("rdns: {} alive = {}", all, text);
}

}  // namespace ringsweep
