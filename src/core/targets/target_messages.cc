#include "core/targets/target_messages.h"

#include <fmt/core.h>

#include <cmath>

#include "ringsweep/base/limits.h"
#include "ringsweep/base/quote_text.h"
#include "ringsweep/core/targets/value_ranges.h"

namespace ringsweep {
namespace {

// 16,777,216
std::string grouped(std::uint64_t number) {
  const std::string digits = std::to_string(number);
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

// How long one probe each takes at 10,000 a second, in the unit that a person would choose.
std::string duration_at_10k_pps(std::uint64_t count) {
  const struct {
    double seconds;
    const char* name;
  } units[] = {{365.25 * 86400, "years"}, {86400, "days"}, {3600, "h"}, {60, "min"}, {1, "s"}};
  const double seconds = std::ceil(static_cast<double>(count) / 10'000);
  for (const auto& unit : units) {
    if (seconds >= 2 * unit.seconds) return fmt::format("{:.0f} {}", seconds / unit.seconds, unit.name);
  }
  return fmt::format("{:.0f} s", seconds);
}

}  // namespace

Error bad_target(std::string_view where, std::string_view text, std::string_view reason) {
  const std::string shown = quote_text(text);
  if (where.ends_with(shown)) return usage_error(fmt::format("{}: {}", where, reason));
  return usage_error(fmt::format("{}: {}: {}", where, shown, reason));
}

Error no_targets() {
  return usage_error("there are no targets", "name an address, a network, a range or a host");
}

Error all_excluded(std::uint64_t given) {
  const std::string count = given >= uncountable ? "" : fmt::format(" ({})", grouped(given));
  return usage_error(fmt::format("all targets are excluded{}; nothing is left to probe", count));
}

Error too_many_targets(std::uint64_t count, std::uint64_t allowed) {
  const std::string many = count >= uncountable ? "over " + grouped(uncountable - 1) : grouped(count);
  if (count > max_targets) {
    return usage_error(fmt::format("too many targets: {}; one sweep can have at most {} (2^{})", many,
                                   grouped(max_targets), target_index_bits));
  }
  return usage_error(fmt::format("too many targets: {}, more than {} (at 10k pps one probe each takes {})", many,
                                 grouped(allowed), duration_at_10k_pps(count)),
                     fmt::format("if you mean it, give --max-targets {}", count));
}

}  // namespace ringsweep
