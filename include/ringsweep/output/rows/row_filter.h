// Which verdicts become rows: `--show STATE|REASON,...|all` and `-a`. A row is shown where its state or its reason was
// asked for. A small value; the writer has it. Pure.
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
  // What a format shows where the user did not say: csv and ndjson all, a table those who answered, a list the alive.
  static RowFilter default_of(RowFormatKind format);
  // `show` are the arguments of --show: each a list of words parted by commas. Empty and not alive_only: the default of
  // the format. Throws Error (usage) for an unknown word, listing the valid ones, and for -a together with --show.
  static RowFilter from_options(std::span<const std::string> show, bool alive_only, RowFormatKind format);

  // "all", or what is shown, by the words of --show: the same text for the same choice.
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
