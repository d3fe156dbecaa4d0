#include "ringsweep/output/writer/report_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "unit/output/output_support.h"

namespace ringsweep {
namespace {

using test::content_of;
using test::error_of;
using test::TemporaryFolder;

ReportFile summary_at(const std::string& path) {
  return {path, "summary", "--summary-json"};
}

TEST(ReportFile, writes_the_text_and_leaves_nothing_else) {
  const TemporaryFolder folder;
  const std::string path = folder.file("summary.json");
  write_report_file(summary_at(path), "{}\n");
  EXPECT_EQ(content_of(path), "{}\n");
  write_report_file(summary_at(path), "{\"a\":1}\n");
  EXPECT_EQ(content_of(path), "{\"a\":1}\n");
  EXPECT_EQ(folder.entries(), 1U);
}

TEST(ReportFile, a_link_of_the_temporary_name_is_not_followed) {
  const TemporaryFolder folder;
  const std::string path = folder.file("summary.json");
  write_report_file(summary_at(folder.file("other")), "of another\n");
  std::filesystem::create_symlink(folder.file("other"), path + "." + std::to_string(::getpid()) + ".tmp");
  write_report_file(summary_at(path), "{}\n");
  EXPECT_EQ(content_of(path), "{}\n");
  EXPECT_EQ(content_of(folder.file("other")), "of another\n");
  EXPECT_EQ(folder.entries(), 2U);
}

TEST(ReportFile, replaces_what_a_link_points_to_and_keeps_the_link) {
  const TemporaryFolder folder;
  write_report_file(summary_at(folder.file("real.json")), "old\n");
  std::filesystem::create_symlink(folder.file("real.json"), folder.file("link.json"));
  write_report_file(summary_at(folder.file("link.json")), "new\n");
  EXPECT_TRUE(std::filesystem::is_symlink(folder.file("link.json")));
  EXPECT_EQ(content_of(folder.file("real.json")), "new\n");
}

TEST(ReportFile, names_what_cannot_be_written) {
  const TemporaryFolder folder;
  const std::string missing = folder.file("none/summary.json");
  const Error error = error_of([&missing] { write_report_file(summary_at(missing), "{}\n"); });
  EXPECT_EQ(error.exit_code(), ExitCode::incomplete);
  EXPECT_EQ(error.what(), "cannot write the summary to '" + missing + "': No such file or directory");
  EXPECT_EQ(error_of([&folder] { write_report_file(summary_at(folder.file("")), "{}\n"); }).errno_value(), EISDIR);
  EXPECT_EQ(error_of([] { write_report_file(summary_at("/dev/full"), "{}\n"); }).errno_value(), ENOSPC);
  EXPECT_EQ(error_of([] { write_report_file(summary_at("-"), "{}\n"); }).exit_code(), ExitCode::usage);
}

TEST(ReportFile, can_be_checked_before_the_sweep_without_a_trace) {
  const TemporaryFolder folder;
  check_report_file(summary_at(folder.file("summary.json")));
  EXPECT_EQ(folder.entries(), 0U);
  EXPECT_EQ(error_of([&folder] { check_report_file(summary_at(folder.file("none/summary.json"))); }).errno_value(),
            ENOENT);
  check_report_file(summary_at("/dev/null"));
  write_report_file(summary_at("/dev/null"), "{}\n");
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
}

TEST(ReportFile, that_others_read_is_readable_whatever_the_umask) {
  const TemporaryFolder folder;
  const mode_t before = ::umask(077);
  write_report_file({folder.file("sweep.prom"), "metrics", "--metrics", true}, "x 1\n");
  write_report_file(summary_at(folder.file("summary.json")), "{}\n");
  ::umask(before);
  EXPECT_EQ(std::filesystem::status(folder.file("sweep.prom")).permissions(), std::filesystem::perms{0644});
  EXPECT_EQ(std::filesystem::status(folder.file("summary.json")).permissions(), std::filesystem::perms{0600});
}

}  // namespace
}  // namespace ringsweep
