#include "ringsweep/engine/preparation/preparation.h"

#include <utility>

#include "engine/preparation/name_expansion.h"
#include "engine/preparation/sweep_sockets.h"
#include "ringsweep/base/stable_hash.h"
#include "ringsweep/engine/preparation/machine_facts.h"
#include "ringsweep/net/kernel/routes.h"
#include "ringsweep/system/privileges.h"

namespace ringsweep {
namespace {

// In the order of the targets.
std::uint64_t fingerprint_of_addresses(const TargetSet& targets, const NameLookup& names) {
  StableHash hash;
  for (std::uint64_t name = 0; name < targets.name_count(); ++name) {
    hash.add(to_text(names.look_up(name).address)).add(";");
  }
  return hash.value();
}

}  // namespace

PreparedSweep prepare_sweep(const SweepOptions& options, TargetSet& targets, std::optional<Rate> trial_rate) {
  const MachineFacts machine = read_machine_facts(options);
  SweepOptions fastest = options;
  if (trial_rate) fastest.rate = trial_rate;
  SweepPlan draft(fastest, targets, machine);
  auto on_link = std::make_unique<OnLink>(options, targets);
  SweepSockets sockets = open_sweep_sockets(options, draft, on_link->send_buffer_bytes_wanted());
  drop_privileges_for_good();

  std::unique_ptr<NameLookup> names;
  std::uint64_t resolved_fingerprint = 0;
  if (targets.name_count() > 0) {
    names = resolve_names(targets, options, sockets.has_v6);
    if (options.all_addresses) resolved_fingerprint = fingerprint_of_addresses(targets, *names);
  }
  PlanLimits limits{static_cast<unsigned>(sockets.sets.size()), sockets.has_v6, std::nullopt};
  if (trial_rate) limits = {1, sockets.has_v6, trial_rate};
  // A plan reads all targets, so it is made anew only where it differs from the draft.
  const bool is_as_drafted =
      !trial_rate && !options.all_addresses && draft.workers == limits.workers && draft.need_v6 == limits.v6;
  SweepPlan plan = is_as_drafted ? std::move(draft) : SweepPlan(options, targets, machine, limits);
  if (!trial_rate) sockets.sets.resize(plan.workers);
  return {std::move(plan),  std::move(sockets),   std::move(on_link),
          std::move(names), resolved_fingerprint, read_machine_addresses()};
}

}  // namespace ringsweep
