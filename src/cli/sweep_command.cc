#include "ringsweep/cli/sweep_command.h"

#include <sys/random.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <thread>

#include "ringsweep/base/error.h"
#include "ringsweep/cli/dry_run.h"
#include "ringsweep/cli/target_input.h"
#include "ringsweep/engine/name_expansion.h"
#include "ringsweep/engine/signals.h"
#include "ringsweep/engine/sweep.h"
#include "ringsweep/engine/sweep_sockets.h"
#include "ringsweep/net/local_counters.h"
#include "ringsweep/net/privileges.h"
#include "ringsweep/net/routes.h"
#include "ringsweep/output/summary_file.h"

namespace ringsweep {
namespace {

MachineFacts read_machine_facts() {
  MachineFacts facts;
  facts.cores = std::max(1U, std::thread::hardware_concurrency());
  if (getrandom(&facts.random_seed, sizeof(facts.random_seed), 0) != sizeof(facts.random_seed))
    throw system_error("cannot get random bytes", errno);
  if (const auto table = read_connection_table()) {
    facts.free_connections = table->free();
    facts.connection_timeout_ns = static_cast<std::int64_t>(table->icmp_timeout_s) * ns_per_s;
  }
  return facts;
}

bool writes_to_stdout(const SweepOptions& options) {
  return options.output_file.empty() || options.output_file == "-";
}

RowFormatName format_of(const SweepOptions& options) {
  if (options.format) return *options.format;
  if (!writes_to_stdout(options)) return row_format_of_file(options.output_file);
  return options.output_file.empty() && is_terminal(STDOUT_FILENO) ? RowFormatName::table : RowFormatName::csv;
}

ResultFile open_output(const SweepOptions& options) {
  return writes_to_stdout(options) ? ResultFile::standard_output() : ResultFile::open(options.output_file);
}

void report(const SweepOptions& options, const SweepSummary& summary) {
  if (!options.quiet) std::fputs(summary_text(summary).c_str(), stderr);
  if (!options.summary_json_file.empty()) write_summary_file(options.summary_json_file, summary_json(summary));
}

}  // namespace

int run_sweep_command(const SweepOptions& options, const ZoneNames& zones) {
  TargetSet targets = read_targets(options, zones);
  const MachineFacts machine = read_machine_facts();
  SweepPlan plan(options, targets, machine);
  if (options.dry_run) {
    drop_privileges_for_good();
    return print_dry_run(targets, plan, zones);
  }
  SweepSockets sockets = open_sweep_sockets(options, plan);
  drop_privileges_for_good();

  Signals signals;  // before the first thread
  std::unique_ptr<NameLookup> names;
  if (targets.name_count() > 0) {
    names = resolve_names(targets, options, plan.need_v6);
    if (options.all_addresses) {
      // Names have become more targets, or other ones; the sockets are those that are open.
      const SweepPlan with_sockets = plan;
      plan = SweepPlan(options, targets, machine);
      plan.limit_workers(with_sockets.workers);
      plan.need_v6 = with_sockets.need_v6;
    }
  }
  if (!options.summary_json_file.empty()) check_summary_file(options.summary_json_file);
  ResultFile output = open_output(options);
  const std::string output_name = output.name();
  sockets.sets.resize(plan.workers);
  Sweep sweep(options, targets, zones,
              {plan, read_machine_addresses(), std::move(sockets), std::move(names), std::move(output), output_name,
               format_of(options), RINGSWEEP_VERSION});
  const SweepSummary summary = sweep.run(signals);
  report(options, summary);
  return summary.exit_status;
}

}  // namespace ringsweep
