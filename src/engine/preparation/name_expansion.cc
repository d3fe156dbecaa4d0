#include "engine/preparation/name_expansion.h"

#include <string>
#include <vector>

#include "ringsweep/base/error.h"
#include "ringsweep/net/resolve/resolver.h"

namespace ringsweep {
namespace {

constexpr std::int64_t expansion_patience_ms = 60'000;

// The addresses that were resolved before the sweep began, one for each target.
class KnownAddresses : public NameLookup {
 public:
  void add(const NameAnswer& answer) { answers_.push_back(answer); }
  NameAnswer look_up(std::uint64_t name) const override { return answers_[name]; }

 private:
  std::vector<NameAnswer> answers_;
};

}  // namespace

std::unique_ptr<NameLookup> resolve_names(TargetSet& targets, const SweepOptions& options, bool v6_possible) {
  std::vector<std::string> names;
  for (std::uint64_t index = targets.address_count(); index < targets.count(); ++index)
    names.push_back(targets.name_at(index));
  Resolver::Options resolver_options;
  resolver_options.allow_v4 = options.allow_v4;
  resolver_options.allow_v6 = options.allow_v6 && v6_possible;
  auto resolver = std::make_unique<Resolver>(names, resolver_options);
  if (!options.all_addresses) return resolver;
  if (!resolver->wait_for_all(expansion_patience_ms)) {
    throw Error(
        ExitCode::refused_by_system, "not all names were resolved within 60 s", 0,
        "--all-addresses needs every name's addresses before it starts; without it, names are resolved on the way");
  }
  auto known = std::make_unique<KnownAddresses>();
  std::vector<std::string> repeated;
  for (std::uint64_t name = 0; name < names.size(); ++name) {
    const std::vector<Address> addresses = resolver->addresses(name);
    if (addresses.empty()) {
      repeated.push_back(names[name]);
      known->add(resolver->look_up(name));
    }
    for (const Address& address : addresses) {
      repeated.push_back(names[name]);
      known->add({NameAnswer::Kind::address, address, Reason::none});
    }
  }
  targets.replace_names(std::move(repeated));
  return known;
}

}  // namespace ringsweep
