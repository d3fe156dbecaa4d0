#include "engine/preparation/worker_options.h"

#include <algorithm>

namespace ringsweep {

std::optional<TransportKind> transport_kind(EngineChoice choice) {
  switch (choice) {
    case EngineChoice::uring:
      return TransportKind::uring;
    case EngineChoice::mmsg:
      return TransportKind::mmsg;
    case EngineChoice::automatic:
      break;
  }
  return std::nullopt;
}

Worker::Options sweep_worker_options(const SweepOptions& options, const SweepPlan& plan, const OnLink& on_link,
                                     unsigned index, std::uint16_t run) {
  const Rate rate = plan.rate_of_worker(index);
  Worker::Options result;
  result.table_slots = plan.table_slots();
  result.targets_waiting_max = plan.table_slots();
  result.on_link = on_link.guard_of_worker();
  result.sender.rate = rate;
  // A batch is what all workers together send at once.
  result.sender.batch = rate.is_max() ? options.batch : std::max(1U, options.batch / plan.workers);
  result.sender.payload_size = options.payload_size;
  result.sender.worker = static_cast<std::uint8_t>(index);
  result.sender.run = run;
  result.sender.need_v4 = plan.need_v4;
  result.sender.need_v6 = plan.need_v6;
  return result;
}

}  // namespace ringsweep
