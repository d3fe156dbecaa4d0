// Joins the results of the shards of one plan into the result of the whole. Pure.
//
// Rows are merged in the order of their keys, with the option columns (Store::more_columns) that any part has; counters
// are summed. The whole lasts from the first start to the last end, and the rate is that of all parts over this time.
// RTT quantiles cannot be summed and are computed from the rows; if the parts have rows of some states only (-a,
// --show), the quantiles cover these rows, and a note says so.
//
// The whole is complete if each part is: its sweep was complete, its file was not cut, and it has all alive and
// other_source rows that its summary counts, or none of them (these two states have one reason only, so --show cannot
// leave out some of them). A part without rows although targets answered may have been cut, so it is incomplete.
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

// Throws Error: usage if the parts belong to different plans or one is given twice; incomplete, with a list, if some
// are missing.
void check_parts(std::span<const MergePart> parts);

// The parts' rows, and what RowFormat needs to know about their targets. Throws Error (usage) for a target in two
// parts.
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

// The summary of the whole, with exit status 0 or 3. `version` is that of this program.
SweepSummary merge_summaries(std::span<const MergePart> parts, const MergedRows& rows, std::string version);

}  // namespace ringsweep
