// Files that a run writes at its end, completely or not at all, through a temporary file and a rename: the summary's
// JSON and the metrics.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace ringsweep {

struct ReportFile {
  std::string path;
  std::string_view what;         // for messages: "summary"
  std::string_view option;       // "--summary-json"
  bool readable_by_all = false;  // mode 0644 whatever the umask, because another user reads it
};

// "-" is a usage Error, because standard output carries only results. Devices and pipes are written directly, and so is
// the target of standard output or error (/dev/stderr). Throws an Error that names the file, and removes the temporary
// file.
void write_report_file(const ReportFile& file, std::string_view text);

// A device, a pipe, or the target of standard output or error: writing to it may block.
bool is_written_directly(const std::string& path);

// Writes several reports. A failure does not keep the others from being written; the first one is thrown at the end.
// Those that may block come last, after `before_waiting`: from then on a signal should end this program as it ends any
// other.
struct Report {
  ReportFile file;
  std::string text;
};
void write_reports(std::span<const Report> reports, const std::function<void()>& before_waiting);

// Called before the sweep starts: throws the Error that write_report_file would throw at the end for a folder that is
// missing or not writable. Leaves nothing behind.
void check_report_file(const ReportFile& file);

}  // namespace ringsweep
