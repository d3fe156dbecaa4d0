// Options that several commands have: each exists once, and the tables of the commands are put together from them.
#pragma once

#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

#include "cli/options/choices.h"
#include "cli/options/option_table.h"
#include "cli/options/option_value.h"
#include "ringsweep/engine/plan/sweep_options.h"

namespace ringsweep {

// The rows of a table that are shown under one heading.
struct OptionSection {
  OptionGroup group;
  std::span<const OptionSpec> options;
};
std::vector<OptionSpec> make_option_table(std::initializer_list<OptionSection> sections);

// They store into SweepOptions.
std::span<const OptionSpec> target_options();
std::span<const OptionSpec> packet_options();
std::span<const OptionSpec> engine_options();
extern const OptionSpec timeout_option;

// What an option means to one of its commands.
struct OptionTexts {
  std::string_view default_text = {};
  std::string_view help = {};
  std::string_view manual = {};
};

// These store into OutputOptions.
constexpr OptionSpec output_option(const OptionTexts& texts) {
  return {.short_name = "-o",
          .long_name = "--output",
          .argument = "FILE",
          .default_text = texts.default_text,
          .help = texts.help,
          .manual = texts.manual,
          .set = [](const OptionValue& v) { v.in<OutputOptions>().output_file = parse_file(v.option, v.text); }};
}

constexpr OptionSpec summary_json_option(std::string_view help) {
  return {.long_name = "--summary-json", .argument = "FILE", .help = help, .set = [](const OptionValue& v) {
            v.in<OutputOptions>().summary_json_file = parse_file(v.option, v.text);
          }};
}

constexpr OptionSpec store_option(const OptionTexts& texts) {
  return {.long_name = "--store",
          .argument = "FILE",
          .help = texts.help,
          .manual = texts.manual,
          .set = [](const OptionValue& v) { v.in<OutputOptions>().store_file = parse_file(v.option, v.text); }};
}

RowFormatKind parse_row_format(std::string_view option, std::string_view text);

inline constexpr OptionSpec row_format_option = {
    .long_name = "--format",
    .argument = "FORMAT",
    .default_text = "table on a terminal, else csv",
    .help = "rows as csv, ndjson, table or list",
    .manual =
        "By default the suffix of FILE decides (.ndjson, .jsonl, .json; .txt, .list; otherwise CSV). A terminal gets a table of the targets that answered, and a pipe gets CSV with all rows. list is the bare address, one per line.",
    .set = [](const OptionValue& v) { v.in<OutputOptions>().format = parse_row_format(v.option, v.text); }};

inline constexpr OptionSpec no_header_option = {
    .long_name = "--no-header", .help = "CSV without the header line", .set = [](const OptionValue& v) {
      v.in<OutputOptions>().header = false;
    }};

inline constexpr OptionSpec quiet_option = {
    .short_name = "-q",
    .long_name = "--quiet",
    .help = "print nothing but errors on stderr",
    .manual = "The start line, progress, notes and summary are left out. The exit status is the same.",
    .set = [](const OptionValue& v) { v.in<OutputOptions>().quiet = true; }};

// The last row of every table; without a setter.
inline constexpr OptionSpec help_option = {
    .group = OptionGroup::about, .short_name = "-h", .long_name = "--help", .help = "show this help"};

}  // namespace ringsweep
