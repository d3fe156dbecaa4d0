#include "cli/files/result_output.h"

#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "cli/files/standard_streams.h"
#include "ringsweep/base/error.h"
#include "ringsweep/base/quote_text.h"
#include "ringsweep/output/writer/terminal.h"
#include "ringsweep/system/standard_stream.h"

namespace ringsweep {
namespace {

bool writes_to_stdout(const std::string& output_file) {
  return output_file.empty() || output_file == "-";
}

// A device or a pipe loses nothing.
bool can_be_replaced(const std::string& output_file) {
  std::error_code ignored;
  return !writes_to_stdout(output_file) &&
         (!std::filesystem::exists(output_file, ignored) || std::filesystem::is_regular_file(output_file, ignored));
}

// Where a file is, or will be: also by a link that leads to nothing yet.
std::filesystem::path place_of(std::filesystem::path file) {
  constexpr int most_links = 40;  // as many as the kernel follows
  std::error_code ignored;
  for (int links = 0; links < most_links && std::filesystem::is_symlink(file, ignored); ++links)
    file = file.parent_path() / std::filesystem::read_symlink(file, ignored);
  return std::filesystem::weakly_canonical(std::filesystem::absolute(file, ignored), ignored);
}

bool is_same_file(const std::string& a, const std::string& b) {
  std::error_code ignored;
  return std::filesystem::equivalent(a, b, ignored) || place_of(a) == place_of(b);
}

bool is_standard_input(const std::string& file) {
  struct stat input {};
  struct stat other {};
  return ::fstat(STDIN_FILENO, &input) == 0 && ::stat(file.c_str(), &other) == 0 && input.st_dev == other.st_dev &&
         input.st_ino == other.st_ino;
}

// A report that would stand among the rows, and be none that a program can read. On a terminal people read it.
void refuse_report_among_rows(const NamedOutput& report) {
  const auto& [option, file] = report;
  std::error_code ignored;
  if (file.empty() || file == "-" || std::filesystem::is_character_file(file, ignored)) return;
  if (standard_stream_of(file) != STDOUT_FILENO) return;
  throw usage_error(fmt::format("{} {} is standard output, which carries the results", option, quote_text(file)),
                    "give it a file of its own, or the results with -o FILE");
}

void refuse_same_file(const NamedOutput& one, const NamedOutput& other) {
  if (!can_be_replaced(one.second) || !can_be_replaced(other.second) || !is_same_file(one.second, other.second)) return;
  const std::string how = one.second == other.second ? "both name " + quote_text(one.second) : "are the same file";
  throw usage_error(fmt::format("{} and {} {}", one.first, other.first, how), "give each its own file");
}

}  // namespace

RowFormatKind choose_format(std::optional<RowFormatKind> asked, const std::string& output_file) {
  if (asked) return *asked;
  if (!writes_to_stdout(output_file)) return row_format_of_file(output_file);
  return output_file.empty() && is_terminal(STDOUT_FILENO) ? RowFormatKind::table : RowFormatKind::csv;
}

ResultFile open_output(const std::string& output_file) {
  if (!writes_to_stdout(output_file)) return ResultFile::open(output_file);
  check_standard_output();
  return ResultFile::standard_output();
}

std::optional<Store> open_store(const std::string& store_file, bool quiet) {
  if (store_file.empty()) return std::nullopt;
  std::optional<Store> store = Store::open(store_file);
  if (!quiet) std::fputs(store->warning().c_str(), stderr);
  return store;
}

void refuse_same_outputs(std::initializer_list<NamedOutput> outputs) {
  for (const NamedOutput* one = outputs.begin(); one != outputs.end(); ++one) {
    const bool rows_on_stdout = one->first == "--output" && writes_to_stdout(one->second);
    for (const NamedOutput* other = one + 1; other != outputs.end(); ++other) {
      if (rows_on_stdout) {
        refuse_report_among_rows(*other);
      } else {
        refuse_same_file(*one, *other);
      }
    }
  }
}

void refuse_to_replace_input(const std::vector<std::string>& inputs, std::initializer_list<NamedOutput> outputs) {
  for (const auto& [option, file] : outputs) {
    if (!can_be_replaced(file)) continue;
    for (const std::string& input : inputs) {
      if (input == "-" ? !is_standard_input(file) : !is_same_file(input, file)) continue;
      throw usage_error(fmt::format("{} {} is one of the files that are read", option, quote_text(file)),
                        "give it another name");
    }
  }
}

}  // namespace ringsweep
