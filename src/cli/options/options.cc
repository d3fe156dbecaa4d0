#include "cli/options/options.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/files/result_output.h"
#include "cli/options/command_spec.h"
#include "cli/options/option_hint.h"
#include "cli/options/option_table.h"
#include "cli/options/option_value.h"
#include "cli/options/scan.h"
#include "ringsweep/base/error.h"
#include "ringsweep/base/quote_text.h"
#include "ringsweep/output/rows/row_filter.h"

namespace ringsweep {
namespace {

constexpr const char* help_hint = "ringsweep --help lists all options";

// Shards that are run apart must agree on the order: without --seed they all take this one.
constexpr std::uint64_t shard_seed = 0;

Error conflict(std::string_view a, std::string_view b, std::string_view why) {
  return usage_error(fmt::format("{} and {} exclude each other: {}", a, b, why), "leave out one of them");
}

// The first word may name the command; all others are targets, and so are all behind "--".
void take_words(std::vector<std::string> words, std::size_t before_dashes, CommandTable commands,
                SweepOptions& options) {
  if (before_dashes > 0) {
    const std::string& first = words.front();
    if (std::ranges::find(commands_not_built, first) != commands_not_built.end()) {
      throw usage_error(fmt::format("the command '{}' is not built yet", first),
                        fmt::format("to sweep a host of that name: ringsweep sweep {}", first));
    }
    if (first == ping_command_name || find_command(commands, first) != nullptr) {
      throw usage_error(fmt::format("the command '{}' must be the first word", first),
                        fmt::format("as in: ringsweep {0}; ringsweep {0} --help shows its options\n"
                                    "to sweep a host of that name: ringsweep sweep {0}",
                                    first));
    }
    if (first == sweep_command_name) words.erase(words.begin());
  }
  if (std::ranges::find(words, "-") != words.end()) {
    throw usage_error("'-' is not a target", "to read targets from standard input: -f -");
  }
  options.targets = std::move(words);
}

void check_targets_given(const SweepOptions& options, std::string_view name) {
  if (!options.targets.empty() || !options.target_files.empty()) return;
  throw usage_error("no target", fmt::format("for example: {0} 192.168.1.0/24\n"
                                             "or:          {0} -f targets.txt -o result.csv\n"
                                             "{0} --help lists all options",
                                             name));
}

void check_families(const SweepOptions& options) {
  if (!options.allow_v4 && !options.allow_v6) throw conflict("--ipv4", "--ipv6", "each means that family only");
  if (!options.allow_v4 && options.source_v4) {
    throw conflict("--ipv6", "an IPv4 --source", "no probe would have that address");
  }
  if (!options.allow_v6 && options.source_v6) {
    throw conflict("--ipv4", "an IPv6 --source", "no probe would have that address");
  }
}

// A probe must not wait for longer than the in-flight table can tell times apart.
void check_waiting(const SweepOptions& options) {
  if (options.timeout_ns <= max_duration_ns - options.linger_ns) return;
  throw usage_error("--timeout and --linger are over 24h together", "shorten one of them");
}

void check_output(const SweepOptions& options, const ScannedLine& line) {
  // Only to refuse what it cannot mean; the default for no --show depends on the format, which is not known yet.
  RowFilter::from_options(options.show, options.alive_only, RowFormatKind::csv);
  if (options.quiet && options.progress == ProgressChoice::on) {
    throw conflict("--quiet", "--progress on", "quiet means no progress");
  }
  if (options.store_keep_ns && options.store_file.empty()) {
    throw usage_error("--store-keep says what a store forgets, and there is none", "name it with --store FILE");
  }
  if (line.has("--job") && options.metrics_file.empty()) {
    throw usage_error("--job is a label of the gauges, and there are none", "write them with --metrics FILE");
  }
  refuse_same_outputs({{"--output", options.output_file},
                       {"--summary-json", options.summary_json_file},
                       {"--metrics", options.metrics_file},
                       {"--store", options.store_file}});
}

void check_resume(const SweepOptions& options) {
  if (!options.resume && !options.restart) return;
  const std::string name = options.resume ? "--resume" : "--restart";
  if (options.resume && options.restart) throw conflict("--resume", "--restart", "one goes on, the other begins again");
  if (options.dry_run) throw conflict(name, "--dry-run", "a dry run writes no result");
  if (options.output_file.empty() || options.output_file == "-") {
    throw usage_error(name + " needs the file of the unfinished sweep",
                      "as in: ringsweep " + name + " -o FILE TARGET...");
  }
}

void check_standard_input(const SweepOptions& options) {
  const auto readers = std::ranges::count(options.target_files, "-") + std::ranges::count(options.exclude_files, "-");
  if (readers > 1) {
    throw usage_error("standard input can be read only once: '-' was given more than once for --file, --exclude-file",
                      "put one of the lists into a file");
  }
}

}  // namespace

void check_probing(const SweepOptions& options, std::string_view name) {
  check_targets_given(options, name);
  check_families(options);
  check_waiting(options);
  check_standard_input(options);
}

ParsedCommand parse_command_line(int argc, const char* const* argv, CommandTable commands, const ZoneNames& zones) {
  const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
  ScannedLine line = scan_arguments(arguments, option_table(), help_hint);

  ParsedCommand parsed;
  if (line.has("--help") || line.has("--version")) {
    parsed.command = line.has("--help") ? Command::help : Command::version;
    return parsed;
  }
  if (!line.unknown.empty()) throw unknown_option(line.unknown.front(), option_table(), help_hint);

  SweepOptions& options = parsed.sweep;
  options.arguments = arguments;
  take_words(std::move(line.words), line.words_before_dashes, commands, options);
  store_options(line, {&options, static_cast<OutputOptions*>(&options)}, zones);
  check_probing(options, "ringsweep");
  check_output(options, line);
  check_resume(options);
  if (options.shards > 1 && !options.seed && !options.resume) options.seed = shard_seed;
  return parsed;
}

}  // namespace ringsweep
