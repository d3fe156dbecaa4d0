// Makes a manual page, roff that groff and mandoc accept, from its source (manual_source.h) and from tables. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cli/options/option_table.h"

namespace ringsweep {

// What stands for a placeholder in the source of a page.
struct ManPart {
  std::string_view placeholder;  // ".OPTIONS"
  std::string roff;
};

std::string man_page(std::string_view source, std::string_view version, std::span<const ManPart> parts);

// A paragraph with a tag: `name` in bold, `argument` in italics, and `text` indented below them.
std::string man_entry(std::string_view name, std::string_view argument, std::string_view text);

// All options, under the names of their groups where there are several.
std::string man_options(std::span<const OptionSpec> table);

std::string man_exit_statuses(std::span<const ExitStatusText> table);

// The text as it is, indented: an example, or a program.
std::string man_literal(std::string_view text);

}  // namespace ringsweep
