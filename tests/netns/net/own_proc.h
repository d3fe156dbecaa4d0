// A /proc of the test's own, for what reads files of the kernel.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace ringsweep::testing {

class OwnProc : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = ::testing::TempDir() + "ringsweep_proc_XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    proc_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(proc_); }
  void write(const std::string& file, const std::string& text) {
    std::filesystem::create_directories((proc_ / file).parent_path());
    std::ofstream(proc_ / file) << text;
  }

  std::filesystem::path proc_;
};

}  // namespace ringsweep::testing
