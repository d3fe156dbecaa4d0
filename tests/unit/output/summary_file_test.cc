#include "ringsweep/output/summary_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "output_support.h"

namespace ringsweep {
namespace {

using test::content_of;
using test::error_of;
using test::TemporaryFolder;

TEST(SummaryFile, writes_the_text_and_leaves_nothing_else) {
  const TemporaryFolder folder;
  const std::string path = folder.file("summary.json");
  write_summary_file(path, "{}\n");
  EXPECT_EQ(content_of(path), "{}\n");
  write_summary_file(path, "{\"a\":1}\n");
  EXPECT_EQ(content_of(path), "{\"a\":1}\n");
  EXPECT_EQ(folder.entries(), 1U);
}

TEST(SummaryFile, replaces_what_a_link_points_to_and_keeps_the_link) {
  const TemporaryFolder folder;
  write_summary_file(folder.file("real.json"), "old\n");
  std::filesystem::create_symlink(folder.file("real.json"), folder.file("link.json"));
  write_summary_file(folder.file("link.json"), "new\n");
  EXPECT_TRUE(std::filesystem::is_symlink(folder.file("link.json")));
  EXPECT_EQ(content_of(folder.file("real.json")), "new\n");
}

TEST(SummaryFile, names_what_cannot_be_written) {
  const TemporaryFolder folder;
  const std::string missing = folder.file("none/summary.json");
  const Error error = error_of([&missing] { write_summary_file(missing, "{}\n"); });
  EXPECT_EQ(error.exit_code(), ExitCode::incomplete);
  EXPECT_EQ(error.what(), "cannot write the summary to '" + missing + "': No such file or directory");
  EXPECT_EQ(error_of([&folder] { write_summary_file(folder.file(""), "{}\n"); }).errno_value(), EISDIR);
  EXPECT_EQ(error_of([] { write_summary_file("/dev/full", "{}\n"); }).errno_value(), ENOSPC);
  EXPECT_EQ(error_of([] { write_summary_file("-", "{}\n"); }).exit_code(), ExitCode::usage);
}

TEST(SummaryFile, can_be_checked_before_the_sweep_without_a_trace) {
  const TemporaryFolder folder;
  check_summary_file(folder.file("summary.json"));
  EXPECT_EQ(folder.entries(), 0U);
  EXPECT_EQ(error_of([&folder] { check_summary_file(folder.file("none/summary.json")); }).errno_value(), ENOENT);
  check_summary_file("/dev/null");
  write_summary_file("/dev/null", "{}\n");
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
}

}  // namespace
}  // namespace ringsweep
