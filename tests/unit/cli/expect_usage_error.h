// Runs something that must be refused as a usage error, and gives its text and remedy for closer looks.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "ringsweep/base/error.h"

namespace ringsweep {

template <typename Call>
std::string usage_error_of(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    EXPECT_EQ(error.exit_code(), ExitCode::usage);
    return std::string(error.what()) + "\n" + error.remedy();
  }
  ADD_FAILURE() << "was accepted";
  return {};
}

}  // namespace ringsweep
