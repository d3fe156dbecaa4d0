#include "ringsweep/output/merge/result_merge.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <utility>

#include "ringsweep/base/error.h"
#include "ringsweep/base/limits.h"
#include "ringsweep/output/store/store.h"
#include "ringsweep/output/text/number_text.h"

namespace ringsweep {
namespace {

constexpr std::uint64_t most_listed = 20;

std::string shard_text(const SweepSummary& summary) {
  return fmt::format("{}/{}", summary.shard, summary.shards);
}

Error other_plan(const MergePart& first, const MergePart& part) {
  const auto plan_text = [](const SweepSummary& summary) {
    return fmt::format("plan {:016x} in {}, seed {}", summary.plan_id, counted_text(summary.shards, "part"),
                       summary.seed);
  };
  return usage_error(fmt::format("{} belongs to another plan than {}: {} and {}", part.result.name(),
                                 first.result.name(), plan_text(part.summary), plan_text(first.summary)),
                     "give parts with the same targets, excludes, seed, probing options and number of shards");
}

// "2/4 4/4", at most most_listed parts. `given` is sorted and has no duplicates.
std::string list_missing(const std::vector<std::uint64_t>& given, std::uint64_t shards) {
  const std::uint64_t missing = shards - given.size();
  std::string text;
  auto next = given.begin();
  std::uint64_t listed = 0;
  for (std::uint64_t shard = 1; shard <= shards && listed < most_listed; ++shard) {
    if (next != given.end() && *next == shard) {
      ++next;
      continue;
    }
    text += fmt::format(" {}/{}", shard, shards);
    ++listed;
  }
  if (missing > listed) text += fmt::format(" and {} more", missing - listed);
  return text;
}

// Reports rows that the summary counts and the file lacks.
void find_gaps(const MergePart& part, SweepSummary& whole) {
  const ResultSet& result = part.result;
  for (const std::string& cause : part.summary.incomplete_because)
    whole.incomplete_because.push_back(fmt::format("{}: {}", result.name(), cause));
  if (result.was_cut()) whole.incomplete_because.push_back(result.name() + ": the last line was cut off");
  std::uint64_t decided = 0;
  for (std::size_t i = 0; i < state_count; ++i) {
    const auto state = static_cast<State>(i);
    const std::uint64_t counted = part.summary.tally.of(state);
    const std::uint64_t held = result.count(state);
    if (becomes_row(state)) decided += counted;
    if (held > counted) {
      throw usage_error(fmt::format("{} has {}, but its summary counts {}", result.name(),
                                    counted_text(held, fmt::format("{} row", to_text(state))), counted),
                        "give each part the summary of its own sweep");
    }
    if ((state == State::alive || state == State::other_source) && held != counted && held > 0) {
      whole.incomplete_because.push_back(
          fmt::format("{}: {} of {} {} rows", result.name(), held, counted, to_text(state)));
    }
  }
  // The file was cut to nothing, or --show matched no target: these cases look the same.
  const std::uint64_t answered = part.summary.tally.of(State::alive) + part.summary.tally.of(State::other_source);
  if (result.rows().empty() && answered > 0) {
    whole.incomplete_because.push_back(
        fmt::format("{}: no rows, although {} answered", result.name(), counted_text(answered, "target")));
  }
  if (result.rows().size() < decided) {
    whole.notes.push_back(
        fmt::format("{}: rows for {} of {}", result.name(), result.rows().size(), counted_text(decided, "target")));
  }
}

// "uring", or "uring, mmsg" if the parts differ.
void add_text(std::string& texts, const std::string& text) {
  if (texts.empty()) {
    texts = text;
  } else if (!text.empty() && (", " + texts + ",").find(", " + text + ",") == std::string::npos) {
    texts += ", " + text;
  }
}

void add_part(SweepSummary& whole, const SweepSummary& part) {
  whole.targets += part.targets;
  whole.rate_asked.milli_pps += part.rate_asked.milli_pps;
  whole.started_ns = whole.started_ns == 0 ? part.started_ns : std::min(whole.started_ns, part.started_ns);
  whole.finished_ns = std::max(whole.finished_ns, part.finished_ns);
  whole.tally += part.tally;
  whole.decided_before += part.decided_before;
  whole.workers += part.workers;
  for (const MovedCounter& moved : part.lower_bound) add_moved(whole.lower_bound, moved);
  for (const MovedCounter& moved : part.kernel_counters) add_moved(whole.kernel_counters, moved);
  whole.guards.insert(whole.guards.end(), part.guards.begin(), part.guards.end());
  whole.notes.insert(whole.notes.end(), part.notes.begin(), part.notes.end());
  add_text(whole.engine, part.engine);
  add_text(whole.engine_note, part.engine_note);
  add_text(whole.sockets, part.sockets);
  add_text(whole.sockets_note, part.sockets_note);
  add_text(whole.matching, part.matching);
  add_text(whole.kernel, part.kernel);
}

// The targets of these rows, which are sorted by key: addresses, then names.
TargetSet targets_of(const ResultSet& set) {
  TargetSetBuilder builder({max_targets, true, true, set.zone_names()});
  std::vector<std::string> names;
  bool any = false;
  for (const Verdict& row : set.rows()) {
    if (!set.name_of(row).empty()) {
      names.push_back(set.name_of(row));
    } else {
      builder.add(to_text(row.address, set.zone_names()), "result");
      any = true;
    }
  }
  TargetSet targets = any ? builder.build() : TargetSet();
  targets.replace_names(std::move(names));
  return targets;
}

std::vector<std::string> more_columns_of(std::span<const MergePart> parts) {
  std::vector<std::string> columns = Store::more_columns();
  std::erase_if(columns, [&](const std::string& column) {
    return std::ranges::none_of(parts, [&](const MergePart& part) {
      return std::ranges::find(part.result.more_columns(), column) != part.result.more_columns().end();
    });
  });
  return columns;
}

}  // namespace

class MergedRows::Column final : public ExtraColumn {
 public:
  Column(const ResultSet& whole, std::size_t place) : whole_(whole), place_(place) {
    for (const Verdict& row : whole.rows()) width_ = std::max(width_, whole.more_of(row, place).size());
  }
  std::string_view name() const override { return whole_.more_columns()[place_]; }
  std::size_t usual_width() const override { return width_; }
  std::string_view value(const Verdict& verdict) override {
    return whole_.more_of(whole_.rows()[verdict.target], place_);
  }

 private:
  const ResultSet& whole_;
  std::size_t place_;
  std::size_t width_ = 0;
};

void check_parts(std::span<const MergePart> parts) {
  std::map<std::uint64_t, const MergePart*> by_shard;
  for (const MergePart& part : parts) {
    const SweepSummary& first = parts.front().summary;
    if (part.summary.plan_id != first.plan_id || part.summary.shards != first.shards || part.summary.seed != first.seed)
      throw other_plan(parts.front(), part);
    const auto [found, is_new] = by_shard.emplace(part.summary.shard, &part);
    if (is_new) continue;
    throw usage_error(fmt::format("{} and {} are both part {}", found->second->result.name(), part.result.name(),
                                  shard_text(part.summary)),
                      "leave out one of them");
  }
  const std::uint64_t shards = parts.front().summary.shards;
  if (by_shard.size() == shards) return;
  std::vector<std::uint64_t> given;
  given.reserve(by_shard.size());
  for (const auto& [shard, part] : by_shard) given.push_back(shard);
  throw Error(ExitCode::incomplete,
              fmt::format("{} of {} parts are missing:{}", shards - given.size(), shards, list_missing(given, shards)),
              0, "nothing was written");
}

MergedRows::MergedRows(std::span<const MergePart> parts, ResultZones& zones) : whole_("the parts", zones) {
  const std::vector<std::string> more_columns = more_columns_of(parts);
  for (const MergePart& part : parts) whole_.add(part.result, more_columns);
  whole_.finish(false, more_columns);
  targets_ = targets_of(whole_);
  rows_.assign(whole_.rows().begin(), whole_.rows().end());
  std::uint64_t target = 0;
  for (Verdict& row : rows_) row.target = target++;
  owned_columns_.reserve(more_columns.size());
  columns_.reserve(more_columns.size());
  for (std::size_t i = 0; i < more_columns.size(); ++i) {
    owned_columns_.push_back(std::make_unique<Column>(whole_, i));
    columns_.push_back(owned_columns_.back().get());
  }
}

SweepSummary merge_summaries(std::span<const MergePart> parts, const MergedRows& rows, std::string version) {
  SweepSummary whole;
  whole.version = std::move(version);
  whole.command = "merge";
  whole.plan_id = parts.front().summary.plan_id;
  whole.targets_id = parts.front().summary.targets_id;
  whole.seed = parts.front().summary.seed;
  whole.workers = 0;
  bool as_fast_as_possible = false;
  for (const MergePart& part : parts) {
    as_fast_as_possible = as_fast_as_possible || part.summary.rate_asked.is_max();
    add_part(whole, part.summary);
    if (part.summary.run > 1) {
      whole.notes.push_back(fmt::format("{}: resumed (run {}): probes and replies are those of its last run",
                                        part.result.name(), part.summary.run));
    }
    find_gaps(part, whole);
  }
  if (as_fast_as_possible) whole.rate_asked = Rate{0};
  whole.duration_ns = whole.finished_ns - whole.started_ns;
  for (const Verdict& row : rows.rows()) {
    if (row.rtt_ns >= 0) whole.rtts.add(row.rtt_ns);
  }
  whole.complete = whole.incomplete_because.empty() && whole.lower_bound.empty();
  whole.exit_status = static_cast<int>(whole.complete ? ExitCode::ok : ExitCode::incomplete);
  return whole;
}

}  // namespace ringsweep
