#include "ringsweep/cli/result_output.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "ringsweep/base/error.h"
#include "ringsweep/base/quote_text.h"
#include "ringsweep/cli/standard_streams.h"
#include "ringsweep/output/terminal.h"

namespace ringsweep {
namespace {

bool writes_to_stdout(const std::string& output_file) {
  return output_file.empty() || output_file == "-";
}

bool is_same_file(const std::filesystem::path& a, const std::filesystem::path& b) {
  std::error_code ignored;
  return std::filesystem::equivalent(a, b, ignored) ||
         std::filesystem::weakly_canonical(a, ignored) == std::filesystem::weakly_canonical(b, ignored);
}

}  // namespace

RowFormatName choose_format(std::optional<RowFormatName> asked, const std::string& output_file) {
  if (asked) return *asked;
  if (!writes_to_stdout(output_file)) return row_format_of_file(output_file);
  return output_file.empty() && is_terminal(STDOUT_FILENO) ? RowFormatName::table : RowFormatName::csv;
}

ResultFile open_output(const std::string& output_file) {
  if (!writes_to_stdout(output_file)) return ResultFile::open(output_file);
  check_standard_output();
  return ResultFile::standard_output();
}

std::optional<Store> open_store(const std::string& store_file) {
  if (store_file.empty()) return std::nullopt;
  std::optional<Store> store = Store::open(store_file);
  std::fputs(store->warning().c_str(), stderr);
  return store;
}

void refuse_same_outputs(std::initializer_list<NamedOutput> outputs) {
  for (const NamedOutput* one = outputs.begin(); one != outputs.end(); ++one) {
    for (const NamedOutput* other = one + 1; other != outputs.end(); ++other) {
      if (one->second.empty() || one->second != other->second) continue;
      throw usage_error(fmt::format("{} and {} both name {}", one->first, other->first, quote_text(one->second)),
                        "give each its own file");
    }
  }
}

void refuse_to_replace_input(const std::vector<std::string>& inputs, std::initializer_list<NamedOutput> outputs) {
  for (const auto& [option, file] : outputs) {
    std::error_code ignored;
    // A device or a pipe loses nothing.
    const bool is_kept = std::filesystem::exists(file, ignored) && !std::filesystem::is_regular_file(file, ignored);
    if (writes_to_stdout(file) || is_kept) continue;
    for (const std::string& input : inputs) {
      if (input != file && !std::filesystem::equivalent(input, file, ignored)) continue;
      throw usage_error(fmt::format("{} {} is one of the files that are read", option, quote_text(file)),
                        "give it another name");
    }
  }
}

void refuse_to_replace_store(const std::string& store_file, std::initializer_list<NamedOutput> outputs) {
  if (store_file.empty()) return;
  for (const auto& [option, file] : outputs) {
    if (writes_to_stdout(file) || !is_same_file(file, store_file)) continue;
    throw usage_error(fmt::format("--store and {} are the same file", option), "give each its own file");
  }
}

}  // namespace ringsweep
