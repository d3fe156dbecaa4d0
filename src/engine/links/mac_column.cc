#include "engine/links/mac_column.h"

namespace ringsweep {

bool MacColumn::should_be_known(const Verdict& verdict) const {
  const bool there =
      verdict.state == State::alive || verdict.reason == Reason::arp_reply || verdict.reason == Reason::nd_reply;
  return there && prefixes_ != nullptr && prefixes_->contains(verdict.address);
}

std::string_view MacColumn::value(const Verdict& verdict) {
  mac_.clear();
  if (!should_be_known(verdict)) return mac_;
  mac_ = neighbours_.mac_of(verdict.address);
  if (mac_.empty() && read_at_ns_ <= verdict.time_ns) {
    read_at_ns_ = neighbours_.now_ns();
    neighbours_.read_table();
    mac_ = neighbours_.mac_of(verdict.address);
  }
  return mac_;
}

}  // namespace ringsweep
