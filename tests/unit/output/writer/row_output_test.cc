#include "ringsweep/output/writer/row_output.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cerrno>
#include <csignal>
#include <vector>

#include "unit/output/output_support.h"

namespace ringsweep {
namespace {

using test::content_of;
using test::error_of;
using test::TemporaryFolder;

TEST(RowOutput, leaves_whole_rows_where_the_disk_is_full) {
  const TemporaryFolder folder;
  const std::string path = folder.file("out.csv");
  const TargetSet targets = test::targets_of({"10.0.0.0/24"});
  const ZoneNames zones;
  const std::vector<Verdict> rows(3, test::alive(0, "10.0.0.1"));
  const auto write = [&](const std::string& file) {
    write_rows(ResultFile::open(file), *make_row_format(RowFormatKind::csv, {targets, zones}), true, rows);
  };
  write(path);
  const std::string all = content_of(path);
  const std::size_t last_row = all.rfind('\n', all.size() - 2) + 1;

  const auto signal_before = std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{all.size() - 1, before.rlim_max};  // the write that crosses it is short, the next one fails
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const Error error = error_of([&] { write(folder.file("short.csv")); });
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, signal_before);
  EXPECT_EQ(error.errno_value(), EFBIG);
  EXPECT_EQ(content_of(folder.file("short.csv")), all.substr(0, last_row));
}

}  // namespace
}  // namespace ringsweep
