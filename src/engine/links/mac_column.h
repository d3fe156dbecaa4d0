// The column of --mac: the hardware address of a target on an own link that is there: it answered the probe, or ARP or
// neighbour discovery. Empty for all others, also where this machine has the address itself.
//
// What is known of the neighbours lags behind the kernel. A target that should be known and is not has the table read
// anew, but only where the last reading began before its verdict fell: so at most one reading for each batch of
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
  // Of net/kernel/neighbours.h, and CLOCK_REALTIME.
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
