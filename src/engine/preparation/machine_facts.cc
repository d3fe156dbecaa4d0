#include "ringsweep/engine/preparation/machine_facts.h"

#include <algorithm>
#include <thread>

#include "ringsweep/net/kernel/local_counters.h"
#include "ringsweep/system/random_bytes.h"

namespace ringsweep {

MachineFacts read_machine_facts(const SweepOptions& options) {
  MachineFacts facts;
  facts.cores = std::max(1U, std::thread::hardware_concurrency());
  fill_with_random(&facts.random_seed, sizeof(facts.random_seed));
  // The seed is a number in JSON, of which many readers keep only 53 bits.
  facts.random_seed >>= 11;
  // The connection table limits only the default rate.
  const bool rate_is_open = !options.rate && !options.dry_run;
  const auto table = rate_is_open ? read_connection_table() : std::nullopt;
  if (table && connections_are_tracked(*table)) {
    facts.free_connections = table->free();
    facts.connection_timeout_ns = static_cast<std::int64_t>(table->icmp_timeout_s) * ns_per_s;
  }
  return facts;
}

}  // namespace ringsweep
