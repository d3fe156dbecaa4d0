// The columns that options add to a sweep's rows (--mac, --rdns), and what they need. Made before the writer, outlives
// it.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "ringsweep/engine/columns/named_rows.h"
#include "ringsweep/engine/links/on_link.h"
#include "ringsweep/engine/plan/sweep_options.h"
#include "ringsweep/output/rows/row_format.h"

namespace ringsweep {

class SweepColumns {
 public:
  // `on_link` outlives it and has begun to watch. `seen`: the verdicts that anybody sees. Throws Error.
  SweepColumns(const SweepOptions& options, const OnLink& on_link, const RowFilter& seen);

  // In the order in which they stand.
  std::span<ExtraColumn* const> list() const { return list_; }
  RowDelay* delay() const { return names_.get(); }

  // The sweep is being stopped: names that were not asked for are left out, or all that are not here. Any thread.
  void ask_no_more();
  void give_up();
  // Rows that wait for a name.
  std::uint64_t waiting() const { return names_ == nullptr ? 0 : names_->held(); }
  // How much longer than the sweep its names can take; 0 without --rdns.
  std::int64_t longest_wait_ns(std::uint64_t targets) const;
  // Empty if there is nothing to say.
  std::string report() const { return names_ == nullptr ? std::string() : names_->report(); }

 private:
  std::unique_ptr<ExtraColumn> mac_;
  std::unique_ptr<NamedRows> names_;
  std::vector<ExtraColumn*> list_;
};

}  // namespace ringsweep
