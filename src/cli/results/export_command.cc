// `ringsweep export netbox RESULT`.
#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "cli/files/read_file.h"
#include "cli/files/standard_streams.h"
#include "cli/options/choices.h"
#include "cli/options/option_value.h"
#include "cli/options/shared_options.h"
#include "cli/results/result_commands.h"
#include "cli/results/result_input.h"
#include "ringsweep/base/error.h"
#include "ringsweep/base/quote_text.h"
#include "ringsweep/engine/journal/opened_output.h"
#include "ringsweep/output/netbox/netbox_export.h"
#include "ringsweep/output/results/csv_reader.h"
#include "ringsweep/output/text/number_text.h"
#include "ringsweep/output/writer/report_file.h"

namespace ringsweep {
namespace {

constexpr std::string_view rdns_column = "rdns";

// What the options name beside OutputOptions.
struct NetboxFiles {
  std::string known, prefixes;
};

constexpr OptionSpec option_rows[] = {
    {.long_name = "--known",
     .argument = "FILE",
     .help = "NetBox's own export of its IP addresses (CSV); required",
     .manual =
         "An address that it contains, with whatever mask and in whatever VRF, is left out: NetBox's import is all or nothing and refuses addresses that exist. The column is called address or IP Address.",
     .set = [](const OptionValue& v) { v.in<NetboxFiles>().known = parse_file(v.option, v.text); }},
    {.long_name = "--prefixes",
     .argument = "FILE",
     .help = "NetBox's own export of its prefixes (CSV)",
     .manual =
         "An address gets the mask of the longest prefix that contains it; without one it gets /32, or /128. The column is called prefix.",
     .set = [](const OptionValue& v) { v.in<NetboxFiles>().prefixes = parse_file(v.option, v.text); }},
    output_option({.default_text = "stdout",
                   .help = "write the CSV to FILE",
                   .manual = "The file is written completely or not at all."}),
    quiet_option,
    help_option,
};

constexpr ExitStatusText exit_statuses[] = {
    {0, "written; if nothing is new, only the header"},
    {2, "usage: a wrong option, or a file that cannot be read"},
    {3, "output failed"},
};

// Each field of the column, where `take` knows it as what it should be.
template <typename Take>
void read_column(const std::string& path, std::vector<std::string_view> names, std::string_view kind, Take take) {
  CsvColumnReader reader(input_name(path), std::move(names));
  const auto check = [&](const std::string& field, std::uint64_t line) {
    if (!take(field)) reader.refuse(line, fmt::format("{} is not {}", quote_text(field), kind));
  };
  read_file(path, [&](std::string_view piece) { reader.feed(piece, check); });
  reader.finish(check);
}

std::string counts_text(const NetboxExport& netbox) {
  std::string text = fmt::format("{} new, {} known to NetBox", netbox.exported(), netbox.known());
  if (netbox.left_out() > 0) text += fmt::format(", {} loopback or link-local left out", netbox.left_out());
  text += '\n';
  if (netbox.names_left_out() > 0)
    text += fmt::format("{} left out that NetBox would refuse\n", counted_text(netbox.names_left_out(), "name"));
  return text;
}

int run(const ScannedLine& line) {
  if (line.words[0] != "netbox") {
    throw usage_error(fmt::format("export: invalid kind of export {}", quote_text(line.words[0])), "accepted: netbox");
  }
  NetboxFiles files;
  OutputOptions options;
  store_options(line, {&files, &options});
  if (files.known.empty()) {
    throw usage_error("export netbox: --known FILE is missing",
                      "give NetBox's export of its IP addresses: its import refuses all where one exists already");
  }
  const std::string& result = line.words[1];
  std::vector<std::string> inputs = {result, files.known};
  if (!files.prefixes.empty()) inputs.push_back(files.prefixes);
  const std::string output = options.output_file.empty() ? "-" : options.output_file;
  check_inputs(inputs);
  check_output_is_no_input("--output", output, inputs);
  refuse_unfinished({output});
  if (output == "-") check_standard_output();

  NetboxExport netbox;
  read_column(files.known, {"address", "ip_address"}, "an address, such as 10.0.0.1/24",
              [&](const std::string& field) { return netbox.add_known(field); });
  if (!files.prefixes.empty()) {
    read_column(files.prefixes, {"prefix"}, "a prefix, such as 10.0.0.0/24",
                [&](const std::string& field) { return netbox.add_prefix(field); });
  }
  const auto take_row = [&](const ResultRow& row, const std::vector<std::string>& more_columns) {
    const auto rdns = std::ranges::find(more_columns, rdns_column);
    netbox.add_row(row, rdns == more_columns.end()
                            ? std::string_view()
                            : std::string_view(row.more[static_cast<std::size_t>(rdns - more_columns.begin())]));
  };
  const std::vector<std::string> notes = read_rows(result, take_row);

  if (output == "-") {
    print_text(netbox.text());
  } else {
    write_report_file({output, "export", "-o"}, netbox.text());
  }
  if (!options.quiet) {
    tell_notes(notes);
    std::fputs(counts_text(netbox).c_str(), stderr);
  }
  return 0;
}

}  // namespace

constexpr CommandSpec export_command = {
    .name = "export",
    .words = "netbox RESULT",
    .least_words = 2,
    .most_words = 2,
    .help = "hosts that NetBox does not know yet",
    .introduction =
        "Writes CSV for NetBox's import of IP addresses: the addresses that are alive in RESULT (CSV or\n"
        "NDJSON, - is stdin) and that NetBox does not have yet.\n",
    .options = option_rows,
    .exit_statuses = exit_statuses,
    .run = run};

}  // namespace ringsweep
