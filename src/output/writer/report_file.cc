#include "ringsweep/output/writer/report_file.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <exception>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>

#include "ringsweep/base/error.h"
#include "ringsweep/system/file_descriptor.h"
#include "ringsweep/system/replacement_file.h"
#include "ringsweep/system/standard_stream.h"
#include "ringsweep/system/write_all.h"

namespace ringsweep {
namespace {

Error failure(const ReportFile& file, int errno_value) {
  return Error(ExitCode::incomplete,
               fmt::format("cannot write the {} to '{}': {}", file.what, file.path, std::strerror(errno_value)),
               errno_value, fmt::format("give a {} FILE that you may write", file.option));
}

// The target of a link is replaced, not the link itself.
std::string resolved(const std::string& path) {
  std::error_code ignored;
  const std::filesystem::path target = std::filesystem::canonical(path, ignored);
  return target.empty() ? path : target.string();
}

// A private file stays private.
std::optional<mode_t> mode_of(const std::string& place) {
  struct stat status {};
  return ::stat(place.c_str(), &status) == 0 ? std::optional<mode_t>(status.st_mode & 07777) : std::nullopt;
}

void refuse_bad_path(const ReportFile& file) {
  if (file.path.empty() || file.path == "-") {
    throw usage_error(fmt::format("{} needs a file name; standard output carries only results", file.option));
  }
  std::error_code ignored;
  if (std::filesystem::is_directory(file.path, ignored)) throw failure(file, EISDIR);
}

// The temporary file is named after the process, because two runs may write the same report.
std::string temporary_name(const std::string& place) {
  return place + "." + std::to_string(::getpid()) + ".tmp";
}

void write_directly(const ReportFile& file, std::string_view text) {
  const std::optional<int> stream = standard_stream_of(file.path);
  const FileDescriptor opened(stream ? -1 : ::open(file.path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
  if (!stream && !opened.is_open()) throw failure(file, errno);
  const int error = write_all(stream.value_or(opened.get()), text);
  if (error != 0) throw failure(file, error);
}

}  // namespace

// Devices and pipes cannot be replaced, and the target of standard output or error must not be.
bool is_written_directly(const std::string& path) {
  struct stat status {};
  if (standard_stream_of(path)) return true;
  return ::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

void write_report_file(const ReportFile& file, std::string_view text) {
  refuse_bad_path(file);
  if (is_written_directly(file.path)) return write_directly(file, text);
  const std::string place = resolved(file.path);
  ReplacementFile replacement(place, temporary_name(place));
  int error = replacement.error();
  const auto mode = file.readable_by_all ? std::optional<mode_t>(0644) : mode_of(place);
  if (error == 0) error = replacement.write_and_rename(text, mode);
  if (error != 0) throw failure(file, error);
}

void write_reports(std::span<const Report> reports, const std::function<void()>& before_waiting) {
  std::exception_ptr failure;
  const auto write_those = [&](bool waiting) {
    for (const Report& report : reports) {
      if (is_written_directly(report.file.path) != waiting) continue;
      try {
        write_report_file(report.file, report.text);
      } catch (const Error&) {
        if (!failure) failure = std::current_exception();
      }
    }
  };
  write_those(false);
  before_waiting();
  write_those(true);
  if (failure) std::rethrow_exception(failure);
}

void check_report_file(const ReportFile& file) {
  refuse_bad_path(file);
  if (is_written_directly(file.path)) return;
  const std::string place = resolved(file.path);
  const ReplacementFile probe(place, temporary_name(place));
  if (probe.error() != 0) throw failure(file, probe.error());
}

}  // namespace ringsweep
