#include "ringsweep/output/writer/result_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "unit/output/output_support.h"

namespace ringsweep {
namespace {

using test::content_of;
using test::error_of;
using test::TemporaryFolder;

void put(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

TEST(ResultFile, leaves_a_regular_file_as_it_is_until_it_is_cut) {
  const TemporaryFolder folder;
  const std::string path = folder.file("out.csv");
  put(path, "a former result\n");
  ResultFile file = ResultFile::open(path);
  EXPECT_EQ(file.kind(), ResultFile::Kind::regular);
  EXPECT_EQ(file.name(), "'" + path + "'");
  EXPECT_EQ(content_of(path), "a former result\n");
  file.cut_to(8);
  EXPECT_EQ(content_of(path), "a former");
  ASSERT_EQ(::write(file.fd(), " one\n", 5), 5);
  EXPECT_EQ(content_of(path), "a former one\n");
  file.cut_to(0);
  EXPECT_EQ(content_of(path), "");
}

TEST(ResultFile, does_not_touch_a_file_that_another_process_writes) {
  const TemporaryFolder folder;
  const std::string path = folder.file("out.csv");
  put(path, "rows of the other\n");
  const int other = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_EQ(::flock(other, LOCK_EX), 0);
  const Error error = error_of([&path] { ResultFile::open(path); });
  EXPECT_EQ(error.exit_code(), ExitCode::refused_by_system);
  EXPECT_EQ(error.what(), "'" + path + "' is being written by another process");
  EXPECT_EQ(content_of(path), "rows of the other\n");
  ::close(other);
  EXPECT_TRUE(ResultFile::open(path).is_regular());
}

TEST(ResultFile, gives_the_lock_back_when_it_is_closed) {
  const TemporaryFolder folder;
  const std::string path = folder.file("out.csv");
  { const ResultFile first = ResultFile::open(path); }
  EXPECT_TRUE(ResultFile::open(path).is_regular());
}

TEST(ResultFile, names_a_folder_a_missing_folder_and_a_forbidden_file) {  // field bug 31
  const TemporaryFolder folder;
  const Error is_folder = error_of([&folder] { ResultFile::open(folder.file("")); });
  EXPECT_EQ(is_folder.exit_code(), ExitCode::incomplete);
  EXPECT_EQ(is_folder.errno_value(), EISDIR);
  EXPECT_EQ(is_folder.what(), "cannot write to '" + folder.file("") + "': Is a directory");
  const Error missing = error_of([&folder] { ResultFile::open(folder.file("none/out.csv")); });
  EXPECT_EQ(missing.errno_value(), ENOENT);
  EXPECT_EQ(missing.remedy(), "create the folder first, or give another -o FILE");
  if (::geteuid() == 0) return;  // root may write anywhere
  put(folder.file("locked"), "");
  ::chmod(folder.file("locked").c_str(), 0444);
  EXPECT_EQ(error_of([&folder] { ResultFile::open(folder.file("locked")); }).errno_value(), EACCES);
}

TEST(ResultFile, takes_devices_and_fifos_as_they_are) {
  EXPECT_EQ(ResultFile::open("/dev/null").kind(), ResultFile::Kind::other);
  const TemporaryFolder folder;
  const std::string path = folder.file("fifo");
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  const int reader = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  EXPECT_EQ(ResultFile::open(path).kind(), ResultFile::Kind::other);
  ::close(reader);
}

TEST(ResultFile, dash_is_standard_output_which_stays_open) {
  { EXPECT_EQ(ResultFile::open("-").fd(), STDOUT_FILENO); }
  EXPECT_NE(::fcntl(STDOUT_FILENO, F_GETFD), -1);
  EXPECT_EQ(ResultFile::standard_output().name(), "standard output");
}

TEST(ResultFile, says_that_standard_output_is_closed) {  // field bug 31
  const int kept = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
  ::close(STDOUT_FILENO);
  const Error error = error_of([] { ResultFile::standard_output(); });
  ::dup2(kept, STDOUT_FILENO);
  ::close(kept);
  EXPECT_EQ(error.exit_code(), ExitCode::incomplete);
  EXPECT_STREQ(error.what(), "cannot write to standard output: Bad file descriptor");
}

TEST(ResultFile, an_empty_name_is_a_usage_error) {
  EXPECT_EQ(error_of([] { ResultFile::open(""); }).exit_code(), ExitCode::usage);
}

TEST(ResultFile, can_be_moved) {
  ResultFile first = ResultFile::open("/dev/null");
  const int fd = first.fd();
  ResultFile second = std::move(first);
  EXPECT_EQ(second.fd(), fd);
  second = ResultFile::open("/dev/null");
  EXPECT_NE(::fcntl(second.fd(), F_GETFD), -1);
}

}  // namespace
}  // namespace ringsweep
