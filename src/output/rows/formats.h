// The row formats and what they share; others get them from make_row_format.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "ringsweep/base/address.h"
#include "ringsweep/output/rows/row_format.h"

namespace ringsweep {

std::unique_ptr<RowFormat> make_csv_format(const RowContext& context);
std::unique_ptr<RowFormat> make_ndjson_format(const RowContext& context);
std::unique_ptr<RowFormat> make_table_format(const RowContext& context);

// More than all fields except the name can need when they are escaped.
inline constexpr std::size_t max_row_without_name = 1024;

// The name of a target that was given by name, otherwise "".
inline std::string_view name_of(const RowContext& context, const Verdict& verdict) {
  if (!context.targets.is_name(verdict.target)) return {};
  return context.targets.name_at(verdict.target);
}

inline bool becomes_row(const Verdict& verdict) {
  return becomes_row(verdict.state);
}

}  // namespace ringsweep
