#include "ringsweep/engine/journal/opened_output.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "ringsweep/base/error.h"
#include "ringsweep/base/stable_hash.h"
#include "ringsweep/output/rows/row_filter.h"
#include "ringsweep/system/file_descriptor.h"
#include "ringsweep/system/read_to_end.h"

namespace ringsweep {
namespace {

constexpr std::uint64_t fingerprint_bytes = 4096;
constexpr off_t longest_journal = off_t{1} << 30;
constexpr const char* resume_or_restart = "--resume finishes it, --restart begins again; or give another -o FILE";

std::string quoted(const std::string& path) {
  return "'" + path + "'";
}

// If the name is a link, the journal lies beside the file itself, where it is found by every name.
std::string journal_path(const std::string& output) {
  std::error_code ignored;
  if (!std::filesystem::is_symlink(output, ignored)) return output + ".journal";
  const std::filesystem::path file = std::filesystem::canonical(output, ignored);
  return (file.empty() ? output : file.string()) + ".journal";
}

Error cannot_read(const std::string& path, int errno_value) {
  return Error(ExitCode::usage, fmt::format("cannot read the journal {}: {}", quoted(path), std::strerror(errno_value)),
               errno_value, "move it away, or give another -o FILE");
}

// Nothing if the file does not exist.
std::optional<std::string> read_journal(const std::string& path) {
  const FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
  if (fd.get() < 0) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    throw cannot_read(path, errno);
  }
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) throw cannot_read(path, errno);
  if (!S_ISREG(status.st_mode) || status.st_size > longest_journal) {
    throw usage_error(quoted(path) + " is not a ringsweep journal", "move it away, or give another -o FILE");
  }
  std::string text;
  const int error = read_to_end(fd.get(), [&text](std::string_view piece) { text += piece; });
  if (error != 0) throw cannot_read(path, error);
  return text;
}

JournalRecord record_to_resume(const std::string& path) {
  const auto text = read_journal(path);
  if (!text) {
    throw usage_error(fmt::format("there is no journal {}, so there is nothing to resume", quoted(path)),
                      "that sweep has finished or never began; start it without --resume");
  }
  return read_journal_record(*text, quoted(path));
}

// Hash of the first and the last of the first `bytes` bytes; 0 if they cannot be read.
std::uint64_t fingerprint_of(int fd, std::uint64_t bytes) {
  StableHash hash;
  std::string piece;
  for (const std::uint64_t from : {std::uint64_t{0}, bytes - std::min(bytes, fingerprint_bytes)}) {
    piece.resize(std::min(bytes, fingerprint_bytes));
    const ssize_t got = ::pread(fd, piece.data(), piece.size(), static_cast<off_t>(from));
    if (got < 0 || static_cast<std::size_t>(got) != piece.size()) return 0;
    hash.add(piece);
  }
  return hash.value();
}

// The file was opened for writing only; nothing if we may not read it.
std::shared_ptr<FileDescriptor> reopened_to_read(const ResultFile& file) {
  const std::string again = "/proc/self/fd/" + std::to_string(file.fd());
  return std::make_shared<FileDescriptor>(::open(again.c_str(), O_RDONLY | O_CLOEXEC));
}

PlanItems items_of(const SweepOptions& options, const SweepPlan& plan, RowFormatKind format,
                   std::uint64_t resolved_fingerprint) {
  constexpr const char* formats[] = {"csv", "ndjson", "table", "list"};
  const RowFilter filter = RowFilter::from_options(options.show, options.alive_only, format);
  PlanItems items = plan.identity;
  if (options.all_addresses) items.push_back({"addresses of the names", fmt::format("{:016x}", resolved_fingerprint)});
  items.push_back({"--shard", fmt::format("{}/{}", options.shard, options.shards)});
  items.push_back({"--format", formats[static_cast<std::size_t>(format)]});
  items.push_back({"--show", filter.words()});
  items.push_back({"--no-header", options.header ? "no" : "yes"});
  items.push_back({"--mac", options.mac ? "yes" : "no"});
  items.push_back({"--rdns", options.rdns ? "yes" : "no"});
  return items;
}

void refuse_another_file(const ResultFile& file, const JournalRecord& record, int readable) {
  constexpr const char* remedy = "bring back the file that was written, or begin again with --restart";
  struct stat status {};
  if (::fstat(file.fd(), &status) != 0) throw system_error("cannot inspect " + file.name(), errno);
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if (size < record.output.bytes) {
    throw usage_error(
        fmt::format("{} has {} bytes, but its journal vouches for {}", file.name(), size, record.output.bytes), remedy);
  }
  const std::uint64_t fingerprint = fingerprint_of(readable, record.output.bytes);
  if (record.output_fingerprint != 0 && fingerprint != 0 && fingerprint != record.output_fingerprint) {
    throw usage_error(file.name() + " is not the file that its journal was written for", remedy);
  }
}

// True if a journal exists that may be replaced.
bool look_for_journal(const std::string& path, const std::string& output, bool may_replace, const char* remedy) {
  const auto text = read_journal(path);
  if (!text) return false;
  if (!is_journal(*text)) read_journal_record(*text, quoted(path));  // throws the reason
  if (may_replace) return true;
  throw usage_error(fmt::format("{} is the result of an unfinished sweep: its journal {} lies beside it",
                                quoted(output), quoted(path)),
                    remedy);
}

JournalRecord fresh_record(const SweepPlan& plan, PlanItems items) {
  JournalRecord record;
  record.plan_id = plan.plan_id;
  record.plan = std::move(items);
  record.seed = plan.seed;
  record.targets = plan.targets_here;
  return record;
}

JournalRecord resumed_record(const std::string& path, const std::string& output, const PlanItems& items,
                             const SweepPlan& plan) {
  JournalRecord record = record_to_resume(path);
  const std::string difference = plan_difference(record.plan, items);
  if (!difference.empty() || record.targets != plan.targets_here) {
    throw usage_error(fmt::format("the sweep of {} was started with other options or targets{}", output, difference),
                      "give the ones it was started with, or begin again with --restart");
  }
  ++record.runs;
  return record;
}

// Before the writer empties the file, which from here on belongs to an unfinished sweep.
bool save_first(Journal& journal, bool replaces, bool quiet) {
  const int error = journal.save_first();
  if (error == 0) return true;
  const std::string what = fmt::format("cannot write the journal {}: {}", quoted(journal.path()), std::strerror(error));
  if (replaces) throw Error(ExitCode::incomplete, what, error, "give another -o FILE");
  if (!quiet) std::fputs(fmt::format("ringsweep: warning: {}; --resume will not be possible\n", what).c_str(), stderr);
  return false;
}

}  // namespace

std::uint64_t seed_to_resume(const SweepOptions& options) {
  return record_to_resume(journal_path(options.output_file)).seed;
}

void refuse_unfinished(std::initializer_list<std::string> output_files) {
  for (const std::string& file : output_files) {
    if (file.empty() || file == "-") continue;
    look_for_journal(journal_path(file), file, false, "finish that sweep with --resume, or give another FILE");
  }
}

OpenedOutput open_output(const SweepOptions& options, const SweepPlan& plan, RowFormatKind format,
                         std::uint64_t resolved_fingerprint) {
  std::string path = journal_path(options.output_file);
  std::error_code ignored;
  if (!std::filesystem::exists(options.output_file, ignored)) {
    // Create nothing before it is clear that we may.
    if (options.resume) {
      record_to_resume(path);  // throws if there is none
      throw usage_error(fmt::format("{} does not exist, so it cannot be resumed", quoted(options.output_file)),
                        "bring back the file that was written, or begin again with --restart");
    }
    look_for_journal(path, options.output_file, options.restart, resume_or_restart);
  }
  ResultFile file = ResultFile::open(options.output_file);
  if (!file.is_regular() || !file.is_owned()) {
    // Others may write to the stream as well, so the place of its rows in it is unknown.
    const char* what = file.is_regular() ? "where standard output or error goes" : "not a regular file";
    if (options.resume || options.restart) {
      throw usage_error(fmt::format("{} is {}, so it has no journal", file.name(), what),
                        "leave out --resume and --restart");
    }
    if (file.is_regular()) refuse_unfinished({options.output_file});
    return {std::move(file), nullptr};
  }
  // A dangling link has a target only now.
  path = journal_path(options.output_file);
  const auto readable = reopened_to_read(file);
  Journal::Options journaled{path, FileDescriptor(::fcntl(file.fd(), F_DUPFD_CLOEXEC, 0)),
                             [readable](std::uint64_t bytes) { return fingerprint_of(readable->get(), bytes); },
                             plan.order, plan.shard_positions()};
  PlanItems items = items_of(options, plan, format, resolved_fingerprint);
  if (options.resume) {
    JournalRecord record = resumed_record(path, file.name(), items, plan);
    refuse_another_file(file, record, readable->get());
    return {std::move(file), std::make_unique<Journal>(std::move(journaled), std::move(record))};
  }
  const bool replaces = look_for_journal(path, options.output_file, options.restart, resume_or_restart);
  auto journal = std::make_unique<Journal>(std::move(journaled), fresh_record(plan, std::move(items)));
  if (!save_first(*journal, replaces, options.quiet)) journal.reset();
  return {std::move(file), std::move(journal)};
}

}  // namespace ringsweep
