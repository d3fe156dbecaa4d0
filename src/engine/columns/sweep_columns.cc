#include "ringsweep/engine/columns/sweep_columns.h"

#include <utility>

namespace ringsweep {
namespace {

std::unique_ptr<ReverseLookup> make_resolver(std::function<void()> answered) {
  return std::make_unique<ReverseResolver>(std::move(answered), ReverseResolver::Options());
}

}  // namespace

SweepColumns::SweepColumns(const SweepOptions& options, const OnLink& on_link, const RowFilter& seen) {
  if (options.mac) list_.push_back((mac_ = on_link.mac_column()).get());
  if (options.rdns) {
    NamedRows::Options named;
    named.seen = seen;
    list_.push_back((names_ = std::make_unique<NamedRows>(make_resolver, named)).get());
  }
}

void SweepColumns::ask_no_more() {
  if (names_ != nullptr) names_->ask_no_more();
}

void SweepColumns::give_up() {
  if (names_ != nullptr) names_->give_up();
}

std::int64_t SweepColumns::longest_wait_ns(std::uint64_t targets) const {
  return names_ == nullptr ? 0 : ReverseResolver::longest_ns(targets);
}

}  // namespace ringsweep
