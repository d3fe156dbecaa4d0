#include "ringsweep/output/summary/progress.h"

#include <fmt/core.h>

#include <algorithm>

#include "ringsweep/base/time.h"
#include "ringsweep/output/text/number_text.h"

namespace ringsweep {
namespace {

constexpr double longest_estimate_ns = 1e18;  // 31 years

double rate_between(const ProgressSnapshot& now, const ProgressSnapshot& before) {
  const std::int64_t span_ns = now.elapsed_ns - before.elapsed_ns;
  if (span_ns <= 0) return 0;
  return static_cast<double>(now.sent - before.sent) * static_cast<double>(ns_per_s) / static_cast<double>(span_ns);
}

}  // namespace

std::string progress_text(const ProgressSnapshot& now, const ProgressSnapshot& before) {
  const bool one_look = now.elapsed_ns <= before.elapsed_ns;
  const double rate = rate_between(now, one_look ? ProgressSnapshot{} : before);
  std::string text = fmt::format("{} {}/{} targets, {} sent, {} pps, {} alive, {} lost here",
                                 percent_text(now.decided, now.targets), now.decided, now.targets, now.sent,
                                 short_number(rate), now.alive, percent_text(now.lost_here, now.sent));
  const std::uint64_t decided_here = now.decided - now.decided_before;
  if (decided_here == 0 || now.decided > now.targets) return text;
  const double left = static_cast<double>(now.targets - now.decided) / static_cast<double>(decided_here);
  const double left_ns = std::min(left * static_cast<double>(now.elapsed_ns), longest_estimate_ns);
  return text + ", " + duration_text(static_cast<std::int64_t>(left_ns)) + " left";
}

}  // namespace ringsweep
