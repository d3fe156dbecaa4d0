#include "cli/help_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "cli/help/show_page.h"
#include "cli/manual_pages.h"
#include "cli/options/shared_options.h"
#include "ringsweep/base/error.h"
#include "ringsweep/base/quote_text.h"

namespace ringsweep {
namespace {

constexpr OptionSpec options[] = {help_option};

constexpr ExitStatusText exit_statuses[] = {
    {0, "the page was shown"},
    {2, "usage: no such page"},
    {3, "output failed"},
};

// What a user calls the page: "ping" for ringsweep-ping, "sweep" for ringsweep.
std::string topic_of(const ManualSource& source) {
  constexpr std::string_view prefix = "ringsweep-";
  return source.name.starts_with(prefix) ? std::string(source.name.substr(prefix.size()))
                                         : std::string(sweep_command_name);
}

int run(const ScannedLine& line) {
  const std::string topic = line.words.empty() ? std::string(sweep_command_name) : line.words[0];
  const auto sources = manual_sources();
  const auto found = std::ranges::find(sources, topic, topic_of);
  if (found != sources.end()) return show_page(manual_page(*found));
  std::vector<std::string> topics;
  for (const ManualSource& source : sources) topics.push_back(topic_of(source));
  std::ranges::sort(topics);
  throw usage_error(fmt::format("help: no manual page {}", quote_text(topic)),
                    fmt::format("accepted: {}", fmt::join(topics, ", ")));
}

}  // namespace

constexpr CommandSpec help_command = {
    .name = "help",
    .words = "[COMMAND|output]",
    .least_words = 0,
    .most_words = 1,
    .help = "the manual page of a command, or of all that is written",
    .introduction =
        "Shows the manual page of a command, by default that of a sweep; `output` is the page about rows,\n"
        "summaries, metrics and stores. On a terminal through man, else as plain text.\n",
    .options = options,
    .exit_statuses = exit_statuses,
    .run = run};

}  // namespace ringsweep
