// What most sources include, compiled once for all of them where RINGSWEEP_PRECOMPILE is on: in the builds with clang
// or with tests. g++ maps all of it into memory for each source, which costs as much as it saves, so the release build
// does without. Each source still includes what it uses.
#pragma once

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
