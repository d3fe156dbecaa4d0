// What most sources include, compiled once for all of them where RINGSWEEP_PRECOMPILE is on. Each source still includes
// what it uses: scripts/check compiles the headers without this. It is short on purpose: g++ maps all of it into memory
// for each source, so <filesystem>, <chrono> and <thread> cost more here than they save.
#pragma once

#include <fmt/format.h>

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
