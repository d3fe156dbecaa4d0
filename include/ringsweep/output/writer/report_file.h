// Files that a run writes at its end, whole or not at all, by a temporary file beside it and a rename: the summary's
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
  bool readable_by_all = false;  // mode 0644 whatever the umask: it is another user who reads it
};

// "-" is refused (standard output carries results alone): usage Error. Devices and pipes are written directly, and so
// is what standard output or error go to (/dev/stderr). Throws Error that names the file; the temporary file is
// removed.
void write_report_file(const ReportFile& file, std::string_view text);

// A device, a pipe, or what standard output or error go to: it may keep its writer waiting.
bool is_written_directly(const std::string& path);

// Several. One that fails keeps no other from being written; the first failure is thrown at the end. Those that may
// keep their writer waiting come last, after `before_waiting`: there a signal should end us as it ends any other
// program.
struct Report {
  ReportFile file;
  std::string text;
};
void write_reports(std::span<const Report> reports, const std::function<void()>& before_waiting);

// Before the sweep starts: throws the Error that write_report_file would throw at its end for a folder that is missing
// or not writable. Leaves nothing behind.
void check_report_file(const ReportFile& file);

}  // namespace ringsweep
