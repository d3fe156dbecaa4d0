// The only file that includes CLI11 (it takes half a minute to compile under sanitizers).
#include "cli/options/scan.h"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "ringsweep/base/error.h"
#include "ringsweep/base/quote_text.h"

namespace ringsweep {
namespace {

// Refuses forms that CLI11 would misread: a flag with a value ("--quiet=no" would be quiet), and an empty value
// ("--output= 10.0.0.1" would write to a file named 10.0.0.1). "++" would end its parsing and drop the rest of the
// line.
void refuse_misread_forms(const std::vector<std::string>& arguments, std::span<const OptionSpec> table) {
  for (const std::string& argument : arguments) {
    if (argument == "++") throw usage_error("invalid argument '++'");
    const std::size_t equals = argument.find('=');
    if (!argument.starts_with("--") || equals == std::string::npos) continue;
    const std::string_view name = std::string_view(argument).substr(0, equals);
    for (const OptionSpec& option : table) {
      if (option.long_name != name) continue;
      if (option.is_flag()) {
        throw usage_error(fmt::format("{}: {} takes no value", quote_text(argument), name),
                          "leave out everything after the name");
      }
      if (equals + 1 == argument.size()) {
        throw usage_error(fmt::format("{}: the value is empty", quote_text(argument)),
                          fmt::format("as in {}={}", name, option.argument));
      }
    }
  }
}

CLI::Option* add_option(CLI::App& app, const OptionSpec& option) {
  std::string names(option.long_name);
  if (!option.short_name.empty()) names = fmt::format("{},{}", option.short_name, option.long_name);
  if (option.is_flag()) return app.add_flag(names);
  CLI::Option* added = app.add_option(names)->expected(1)->allow_extra_args(false);
  // Which of several values counts is decided below, so CLI11 keeps them all.
  added->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  return added;
}

}  // namespace

bool ScannedLine::has(std::string_view long_name) const {
  return std::ranges::any_of(options, [&](const ScannedOption& option) { return option.spec->long_name == long_name; });
}

ScannedLine scan_arguments(const std::vector<std::string>& arguments, std::span<const OptionSpec> table,
                           std::string_view help_hint) {
  // Everything after "--" is a word, and CLI11 never sees it. The words before it are CLI11's "extras", together with
  // unknown options: a positional argument of CLI11 would split "[a,b]".
  const auto dashes = std::find(arguments.begin(), arguments.end(), "--");
  const std::vector<std::string> parsed(arguments.begin(), dashes);
  refuse_misread_forms(parsed, table);
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  std::vector<CLI::Option*> added;
  for (const OptionSpec& option : table) added.push_back(add_option(app, option));
  try {
    app.parse(std::vector<std::string>(parsed.rbegin(), parsed.rend()));
  } catch (const CLI::ArgumentMismatch&) {
    // Every option takes one value, whatever it looks like: only the last one can lack it.
    throw usage_error(quote_text(parsed.back()) + " requires a value", std::string(help_hint));
  } catch (const CLI::Error& error) {
    throw usage_error(error.what(), std::string(help_hint));
  }

  ScannedLine line;
  line.arguments = arguments;
  for (std::size_t i = 0; i < added.size(); ++i) {
    const OptionSpec& option = table[i];
    const std::vector<std::string>& values = added[i]->results();
    if (values.empty()) continue;
    if (option.is_flag()) {
      line.options.push_back({&option, {}});
    } else if (option.repeatable) {
      for (const std::string& value : values) line.options.push_back({&option, value});
    } else {
      line.options.push_back({&option, values.back()});
    }
  }
  for (const std::string& extra : app.remaining()) {
    (extra.size() > 1 && extra[0] == '-' ? line.unknown : line.words).push_back(extra);
  }
  line.words_before_dashes = line.words.size();
  if (dashes != arguments.end()) line.words.insert(line.words.end(), dashes + 1, arguments.end());
  return line;
}

}  // namespace ringsweep
