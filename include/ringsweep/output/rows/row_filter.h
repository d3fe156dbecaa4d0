// Selects the verdicts that become rows: `--show STATE|REASON,...|all` and `-a`. A row is shown where its state or its
// reason is selected. A small value; pure.
#pragma once

#include <bitset>
#include <span>
#include <string>

#include "ringsweep/core/jobs/verdict.h"
#include "ringsweep/output/rows/row_format.h"

namespace ringsweep {

class RowFilter {
 public:
  static RowFilter all();
  // Without an option, csv and ndjson show all targets, a table those that answered, and a list those that are alive.
  static RowFilter default_of(RowFormatKind format);
  // `show` are the arguments of --show: each a list of words separated by commas. Empty and not alive_only: the default
  // of the format. Throws Error (usage) for an unknown word, listing the valid ones, and for -a together with --show.
  static RowFilter from_options(std::span<const std::string> show, bool alive_only, RowFormatKind format);

  // The selection in the words of --show, or "all": the same text for the same selection.
  std::string words() const;

  bool shows(const Verdict& verdict) const {
    return states_[static_cast<std::size_t>(verdict.state)] || reasons_[static_cast<std::size_t>(verdict.reason)];
  }

 private:
  void add_word(std::string_view word);

  std::bitset<state_count> states_;
  std::bitset<reason_count> reasons_;
};

}  // namespace ringsweep
