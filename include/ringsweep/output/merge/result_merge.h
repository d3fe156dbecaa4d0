// Joins the results of the shards of one plan into the result of the whole. Pure.
//
// Rows are joined in the order of their keys, with those columns of options (Store::more_columns) that any part has;
// counters are summed. Times are those of the first start and the last end,
// so the rate is that of all parts over this time. RTT quantiles cannot be summed and are computed from the rows; where
// the parts have rows of some states only (-a, --show), they are those of these rows, and a note says so.
//
// The whole is complete where each part is: its sweep was complete, its file was not cut, and it has all alive and
// other_source rows that its summary counts, or none of them (these two states have one reason only, so no --show can
// leave out some). A part without any row, of which some answered, may have been cut: it is incomplete.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "ringsweep/core/targets/target_set.h"
#include "ringsweep/output/results/result_set.h"
#include "ringsweep/output/rows/row_format.h"
#include "ringsweep/output/summary/summary.h"

namespace ringsweep {

struct MergePart {
  const ResultSet& result;
  const SweepSummary& summary;
};

// Throws Error: usage where the parts are not of one plan or one is there twice; incomplete, with the list, where some
// are missing.
void check_parts(std::span<const MergePart> parts);

// The parts' rows and what RowFormat needs to know of their targets. Throws Error (usage): a target in two parts.
class MergedRows {
 public:
  // The parts share `zones`, which outlives this.
  MergedRows(std::span<const MergePart> parts, ResultZones& zones);
  MergedRows(const MergedRows&) = delete;  // the columns point into it
  MergedRows& operator=(const MergedRows&) = delete;

  const TargetSet& targets() const { return targets_; }
  std::span<const Verdict> rows() const { return rows_; }  // by key; `target` is the index in targets()
  std::span<ExtraColumn* const> columns() const { return columns_; }

 private:
  class Column;

  ResultSet whole_;
  TargetSet targets_;
  std::vector<Verdict> rows_;
  std::vector<std::unique_ptr<ExtraColumn>> owned_columns_;
  std::vector<ExtraColumn*> columns_;
};

// Of the whole, with exit status 0 or 3. `version` is that of this program.
SweepSummary merge_summaries(std::span<const MergePart> parts, const MergedRows& rows, std::string version);

}  // namespace ringsweep
