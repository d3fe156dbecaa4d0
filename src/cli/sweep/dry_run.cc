#include "cli/sweep/dry_run.h"

#include <array>
#include <cstdio>

#include "cli/files/standard_streams.h"
#include "ringsweep/base/error.h"

namespace ringsweep {

int print_dry_run(const TargetSet& targets, const SweepPlan& plan, const ZoneNames& zones) {
  const Stride share = plan.shard_positions();
  std::array<char, max_address_text + 1> line{};
  for (std::uint64_t position = share.first; position < share.end; position += share.stride) {
    const std::uint64_t index = plan.order.at(position);
    if (targets.is_name(index)) {
      std::fprintf(stdout, "%s\n", targets.name_at(index).c_str());
      continue;
    }
    std::size_t size = format_address(targets.address_at(index), line.data(), zones);
    line[size++] = '\n';
    if (std::fwrite(line.data(), 1, size, stdout) != size) break;
  }
  flush_standard_output();
  return static_cast<int>(ExitCode::ok);
}

}  // namespace ringsweep
