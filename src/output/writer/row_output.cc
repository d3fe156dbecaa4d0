#include "ringsweep/output/writer/row_output.h"

#include <fmt/core.h>

#include <cerrno>
#include <cstring>

#include "ringsweep/base/error.h"
#include "ringsweep/system/write_all.h"

namespace ringsweep {
namespace {

void check(const ResultFile& file, int errno_value) {
  if (errno_value == 0) return;
  throw Error(ExitCode::incomplete, fmt::format("cannot write to {}: {}", file.name(), std::strerror(errno_value)),
              errno_value);
}

}  // namespace

void write_rows(const ResultFile& file, RowFormat& format, bool header, std::span<const Verdict> rows) {
  file.cut_to(0);
  TextBuffer text(2 * flush_size);
  const auto flush = [&] {
    std::size_t written = 0;
    const int error = write_all(file.fd(), text.view(), &written);
    if (error != 0) file.cut_back(written - (text.view().substr(0, written).rfind('\n') + 1));
    check(file, error);
    text.clear();
  };
  if (header) format.append_header(text);
  for (const Verdict& row : rows) {
    format.append_row(text, row);
    if (text.size() >= flush_size) flush();
  }
  format.append_end(text, rows.size(), 0);
  flush();
  if (file.is_regular()) check(file, sync_data(file.fd()));
}

}  // namespace ringsweep
