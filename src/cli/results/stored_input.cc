#include "cli/results/stored_input.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <tuple>

#include "ringsweep/base/error.h"
#include "ringsweep/base/quote_text.h"
#include "ringsweep/output/summary/summary_reader.h"

namespace ringsweep {
namespace {

bool is_complete(const StoredSweep& sweep) {
  return sweep.end && sweep.end->complete;
}

bool is_earlier(const StoredSweep& a, const StoredSweep& b) {
  return std::tie(a.record.started_ns, a.id) < std::tie(b.record.started_ns, b.id);
}

template <typename Condition>
const StoredSweep* last_where(std::span<const StoredSweep> sweeps, Condition condition) {
  const StoredSweep* last = nullptr;
  for (const StoredSweep& sweep : sweeps) {
    if (condition(sweep) && (last == nullptr || is_earlier(*last, sweep))) last = &sweep;
  }
  return last;
}

const StoredSweep& sweep_of_id(std::span<const StoredSweep> sweeps, const std::string& text, const std::string& store) {
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc() || end != text.data() + text.size() || id < 1) {
    throw usage_error(fmt::format("{} is no number of a sweep", quote_text(text)), "accepted: 1, 2, 3 ...");
  }
  const auto found = std::ranges::find(sweeps, id, &StoredSweep::id);
  if (found != sweeps.end()) return *found;
  throw usage_error(fmt::format("store {} has no sweep {}", quote_text(store), id),
                    sweeps.empty() ? "it has none at all" : fmt::format("its last one is {}", sweeps.back().id));
}

}  // namespace

StoredPair choose_sweeps(std::span<const StoredSweep> sweeps, const std::vector<std::string>& ids,
                         const std::string& store) {
  if (!ids.empty()) return {sweep_of_id(sweeps, ids[0], store), sweep_of_id(sweeps, ids[1], store), {}};
  const StoredSweep* now = last_where(sweeps, is_complete);
  if (now == nullptr) {
    throw usage_error(fmt::format("store {} has no complete sweep", quote_text(store)),
                      "others are compared where they are named: --store FILE OLD_ID NEW_ID");
  }
  const auto is_of_series = [now](const StoredSweep& sweep) { return sweep.record.series == now->record.series; };
  const StoredSweep* before = last_where(sweeps, [&](const StoredSweep& sweep) {
    return is_complete(sweep) && is_of_series(sweep) && is_earlier(sweep, *now);
  });
  if (before == nullptr) {
    throw usage_error(fmt::format("store {}: before sweep {} there is no complete one of the same targets and options",
                                  quote_text(store), now->id),
                      "others are compared where they are named: --store FILE OLD_ID NEW_ID");
  }
  StoredPair pair{*before, *now, {}};
  for (const StoredSweep& sweep : sweeps) {
    if (is_of_series(sweep) && is_earlier(*now, sweep)) pair.left_aside.push_back(sweep.id);
  }
  return pair;
}

InputResult read_stored(const Store& store, const StoredSweep& sweep, ResultZones& zones) {
  const std::string name = fmt::format("{}: sweep {}", store.path(), sweep.id);
  InputResult input{ResultSet(name, zones), std::nullopt, {}};
  store.read_rows(sweep.id, [&input](const ResultRow& row) { input.rows.add(row); });
  input.rows.finish(!sweep.end, Store::more_columns());
  if (sweep.end) {
    input.summary = read_summary(sweep.end->summary, name);
  } else {
    input.notes.push_back(name + ": it runs, or was killed: rows may be missing");
  }
  add_notes_of_summary(input);
  return input;
}

}  // namespace ringsweep
