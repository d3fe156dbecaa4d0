#include "ringsweep/cli/result_output.h"

#include <unistd.h>

#include "ringsweep/cli/standard_streams.h"
#include "ringsweep/output/terminal.h"

namespace ringsweep {
namespace {

bool writes_to_stdout(const std::string& output_file) {
  return output_file.empty() || output_file == "-";
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

}  // namespace ringsweep
