#include "ringsweep/output/diff/result_diff.h"

#include <algorithm>
#include <cstdlib>

#include "ringsweep/base/address.h"

namespace ringsweep {
namespace {

constexpr std::array<std::string_view, change_kind_count> kind_texts = {"up",        "down", "unknown", "state",
                                                                        "responder", "ttl",  "rtt"};
constexpr std::array<std::string_view, 5> doubt_texts = {"", "no_row", "incomplete", "not_asked", "lower_bound"};

bool same_targets(const SweepSummary& a, const SweepSummary& b) {
  if (a.plan_id == b.plan_id && a.shard == b.shard && a.shards == b.shards) return true;
  return a.targets_id != 0 && a.targets_id == b.targets_id && a.shards == 1 && b.shards == 1;
}

// What a missing row of an address means on this side.
Doubt doubt_about_absent(const DiffSide& side, const DiffSide& other) {
  if (side.result.was_cut()) return Doubt::incomplete;
  if (side.summary == nullptr) return Doubt::no_row;
  const SweepSummary& summary = *side.summary;
  if (!summary.complete) return Doubt::incomplete;
  const bool proved = other.summary != nullptr && same_targets(summary, *other.summary) &&
                      side.result.count(State::alive) == summary.tally.of(State::alive) &&
                      summary.tally.of(State::send_failed) == 0 &&
                      summary.tally.of(State::skipped) == other.summary->tally.of(State::skipped);
  return proved ? Doubt::none : Doubt::no_row;
}

struct Side {
  Side(const DiffSide& side, const DiffSide& other)
      : absent(doubt_about_absent(side, other)),
        lost_replies(side.summary != nullptr && !side.summary->lower_bound.empty()) {}

  // Whether this side proves that the target of `key` is not alive.
  Doubt doubt_about(const Verdict* row, const ResultKey& key) const {
    if (row == nullptr) return absent == Doubt::none && !key.name.empty() ? Doubt::no_row : absent;
    switch (row->state) {
      case State::send_failed:
      case State::skipped:
      case State::unresolved:
      case State::interrupted:
      case State::not_sent:
        return Doubt::not_asked;
      case State::no_reply:
        return lost_replies ? Doubt::lower_bound : Doubt::none;
      case State::alive:
      case State::other_source:
      case State::unreachable:
      case State::time_exceeded:
        break;
    }
    return Doubt::none;
  }

  Doubt absent;
  bool lost_replies;
};

// Routers limit their errors, so these three states are one for people.
State class_of(State state, const DiffOptions& options) {
  const bool silent = state == State::unreachable || state == State::time_exceeded;
  return silent && !options.states ? State::no_reply : state;
}

bool is_alive(const Verdict* row) {
  return row != nullptr && row->state == State::alive;
}

bool rtt_changed(std::int64_t before_ns, std::int64_t now_ns, std::uint64_t factor_milli) {
  if (before_ns < 0 || now_ns < 0 || std::abs(now_ns - before_ns) < least_rtt_change_ns) return false;
  const auto [less, more] = std::minmax(before_ns, now_ns);
  return static_cast<u128>(more) * 1000 >= static_cast<u128>(less) * factor_milli;
}

class Comparison {
 public:
  Comparison(const DiffSide& before, const DiffSide& now, const DiffOptions& options)
      : before_(before, now), now_(now, before), options_(options) {}

  void take(const ResultKey& key, const Verdict* before, const Verdict* now) {
    ++(before == nullptr ? result_.only_now : now == nullptr ? result_.only_before : result_.in_both);
    if (is_alive(before) != is_alive(now)) {
      const bool up = is_alive(now);
      const Doubt doubt = up ? before_.doubt_about(before, key) : now_.doubt_about(now, key);
      const ChangeKind kind = up ? ChangeKind::up : ChangeKind::down;
      add({doubt == Doubt::none ? kind : ChangeKind::unknown, doubt, before, now});
    } else if (options_.all && before != nullptr && now != nullptr) {
      look_closer(*before, *now);
    }
  }

  Difference finish() { return std::move(result_); }

 private:
  void look_closer(const Verdict& before, const Verdict& now) {
    if (class_of(before.state, options_) != class_of(now.state, options_))
      return add_of(ChangeKind::state, before, now);
    // Different kinds of replies cannot be compared.
    if (before.state != now.state) return;
    if (!before.responder.is_none() && !now.responder.is_none() && before.responder != now.responder)
      add_of(ChangeKind::responder, before, now);
    if (before.ttl >= 0 && now.ttl >= 0 && before.ttl != now.ttl) add_of(ChangeKind::ttl, before, now);
    if (is_alive(&now) && rtt_changed(before.rtt_ns, now.rtt_ns, options_.rtt_factor_milli))
      add_of(ChangeKind::rtt, before, now);
  }

  void add_of(ChangeKind kind, const Verdict& before, const Verdict& now) { add({kind, Doubt::none, &before, &now}); }
  void add(const Change& change) {
    ++result_.counts[static_cast<std::size_t>(change.kind)];
    result_.changes.push_back(change);
  }

  Side before_;
  Side now_;
  DiffOptions options_;
  Difference result_;
};

}  // namespace

std::string_view to_text(ChangeKind kind) {
  return kind_texts[static_cast<std::size_t>(kind)];
}
std::string_view to_text(Doubt doubt) {
  return doubt_texts[static_cast<std::size_t>(doubt)];
}

Difference compare_results(const DiffSide& before, const DiffSide& now, const DiffOptions& options) {
  Comparison comparison(before, now, options);
  const auto old_rows = before.result.rows();
  const auto new_rows = now.result.rows();
  auto old_row = old_rows.begin();
  auto new_row = new_rows.begin();
  while (old_row != old_rows.end() || new_row != new_rows.end()) {
    const bool has_old = old_row != old_rows.end();
    const bool has_new = new_row != new_rows.end();
    const ResultKey old_key = has_old ? before.result.key_of(*old_row) : ResultKey{};
    const ResultKey new_key = has_new ? now.result.key_of(*new_row) : ResultKey{};
    const bool take_old = has_old && (!has_new || old_key <= new_key);
    const bool take_new = has_new && (!has_old || new_key <= old_key);
    comparison.take(take_old ? old_key : new_key, take_old ? &*old_row : nullptr, take_new ? &*new_row : nullptr);
    if (take_old) ++old_row;
    if (take_new) ++new_row;
  }
  return comparison.finish();
}

}  // namespace ringsweep
