// The sources of the manual pages, which the build embeds (embed_pages.cmake). Constant data.
//
// A source, such as src/cli/ping/ringsweep-ping.1.in, is roff with a few of the man(7) macros, and three liberties: a
// line that is a placeholder (".OPTIONS") stands for what the tables say, every hyphen is one that can be copied, and
// the text between .EX and .EE is literal: it needs no escapes and is indented.
#pragma once

#include <span>
#include <string_view>

namespace ringsweep {

struct ManualSource {
  std::string_view name;  // "ringsweep-ping"
  char section;           // '1'
  std::string_view text;
};

std::span<const ManualSource> manual_sources();

}  // namespace ringsweep
