// The column of --mac: the hardware address of a target on one of our links that answered the probe, ARP or neighbour
// discovery. Empty for all others, and for this machine's own addresses.
//
// Our view of the neighbours lags behind the kernel. If a target that should be known is missing, the table is read
// again, but only if the last reading began before the target's verdict fell: at most one reading for each batch of
// verdicts. Writer's thread.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>

#include "ringsweep/core/jobs/neighbours.h"
#include "ringsweep/output/rows/row_format.h"

namespace ringsweep {

class MacColumn final : public ExtraColumn {
 public:
  // Functions of net/kernel/neighbours.h, and CLOCK_REALTIME.
  struct Neighbours {
    std::function<std::string(const Address&)> mac_of;
    std::function<void()> read_table;
    std::function<std::int64_t()> now_ns;
  };
  // `prefixes` outlives it; null: no target is on an own link.
  MacColumn(const OnLinkPrefixes* prefixes, Neighbours neighbours)
      : prefixes_(prefixes), neighbours_(std::move(neighbours)) {}

  std::string_view name() const override { return "mac"; }
  std::size_t usual_width() const override { return 17; }
  std::string_view value(const Verdict& verdict) override;

 private:
  bool should_be_known(const Verdict& verdict) const;

  const OnLinkPrefixes* prefixes_;
  Neighbours neighbours_;
  std::int64_t read_at_ns_ = std::numeric_limits<std::int64_t>::min();
  std::string mac_;
};

}  // namespace ringsweep
