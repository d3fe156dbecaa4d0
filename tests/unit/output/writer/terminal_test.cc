#include "ringsweep/output/writer/terminal.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include <string>
#include <thread>

#include "unit/output/output_support.h"
#include "unit/output/writer/pseudo_terminal.h"

namespace ringsweep {
namespace {

using test::PseudoTerminal;

TEST(StatusLine, is_drawn_in_place_and_erased) {
  const PseudoTerminal terminal;
  StatusLine line(StatusLine::Mode::redraw, terminal.slave());
  line.draw("1.0%", 0);
  EXPECT_EQ(terminal.read_all(), "\r\x1b[K1.0%");
  line.draw("2.0%", 0);
  EXPECT_EQ(terminal.read_all(), "\r\x1b[K2.0%");
  line.erase();
  EXPECT_EQ(terminal.read_all(), "\r\x1b[K");
  line.erase();
  EXPECT_EQ(terminal.read_all(), "");
}

TEST(StatusLine, leaves_nothing_behind_when_it_ends) {
  const PseudoTerminal terminal;
  {
    StatusLine line(StatusLine::Mode::redraw, terminal.slave());
    line.draw("1.0%", 0);
  }
  EXPECT_EQ(terminal.read_all(), "\r\x1b[K1.0%\r\x1b[K");
}

TEST(StatusLine, is_cut_to_the_width_of_the_terminal) {
  const PseudoTerminal terminal;
  terminal.set_columns(10);
  StatusLine line(StatusLine::Mode::redraw, terminal.slave());
  line.draw("0123456789", 0);
  EXPECT_EQ(terminal.read_all(), "\r\x1b[K012345678");
}

TEST(StatusLine, makes_way_for_rows_and_is_not_drawn_meanwhile) {  // field bug 48
  const PseudoTerminal terminal;
  StatusLine line(StatusLine::Mode::redraw, terminal.slave());
  line.draw("1.0%", 0);
  terminal.read_all();
  {
    const StatusLine::Pause pause(line);
    EXPECT_EQ(terminal.read_all(), "\r\x1b[K");
    std::thread([&line] { line.draw("2.0%", 0); }).join();
    EXPECT_EQ(terminal.read_all(), "");
  }
  line.draw("3.0%", 0);
  EXPECT_EQ(terminal.read_all(), "\r\x1b[K3.0%");
}

TEST(StatusLine, does_not_wait_for_a_stopped_terminal) {
  const PseudoTerminal terminal;
  StatusLine line(StatusLine::Mode::redraw, terminal.slave());
  ASSERT_EQ(::tcflow(terminal.slave(), TCOOFF), 0);
  line.draw("1.0%", 0);
  ASSERT_EQ(::tcflow(terminal.slave(), TCOON), 0);
  EXPECT_EQ(terminal.read_all(), "");
}

// Nobody reads its other side; it polls as writable as soon as it has room for a byte.
TEST(StatusLine, does_not_wait_for_a_terminal_that_is_full) {
  const PseudoTerminal terminal;
  StatusLine line(StatusLine::Mode::redraw, terminal.slave());
  line.draw("1.0%", 0);
  terminal.fill(20);
  for (int i = 0; i < 100; ++i) line.draw("2.0%", 0);
  line.print_line("warning: slow");
  line.erase();
  EXPECT_TRUE(terminal.read_all().starts_with("\r\x1b[K1.0%xxx"));
}

TEST(StatusLine, prints_a_whole_line_in_its_place) {
  const PseudoTerminal terminal;
  StatusLine line(StatusLine::Mode::redraw, terminal.slave());
  line.draw("1.0%", 0);
  line.print_line("warning: slow");
  EXPECT_EQ(terminal.read_all(), "\r\x1b[K1.0%\r\x1b[Kwarning: slow\r\n");
}

TEST(StatusLine, prints_plain_lines_every_few_seconds_where_it_cannot_redraw) {
  const test::TemporaryFolder folder;
  const std::string path = folder.file("stderr");
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  {
    StatusLine line(StatusLine::Mode::lines, fd);
    for (std::int64_t second = 0; second <= 11; ++second) {
      line.draw("after " + std::to_string(second) + " s", second * 1'000'000'000);
    }
  }
  ::close(fd);
  EXPECT_EQ(test::content_of(path), "after 5 s\nafter 10 s\n");
}

TEST(StatusLine, draws_nothing_where_it_is_off) {
  const PseudoTerminal terminal;
  StatusLine line(StatusLine::Mode::off, terminal.slave());
  line.draw("1.0%", 10'000'000'000);
  EXPECT_EQ(terminal.read_all(), "");
}

TEST(Terminal, knows_a_terminal_and_its_width) {
  const PseudoTerminal terminal;
  const PseudoTerminal other;
  terminal.set_columns(132);
  EXPECT_TRUE(is_terminal(terminal.slave()));
  EXPECT_EQ(terminal_columns(terminal.slave()), 132U);
  other.set_columns(0);
  EXPECT_EQ(terminal_columns(other.slave()), 80U);
  EXPECT_TRUE(same_terminal(terminal.slave(), terminal.slave()));
  EXPECT_FALSE(same_terminal(terminal.slave(), other.slave()));
  const int null = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  EXPECT_FALSE(is_terminal(null));
  EXPECT_FALSE(same_terminal(null, null));
  ::close(null);
}

TEST(Terminal, redraws_only_where_TERM_says_so) {  // field bug 48: env -i
  const PseudoTerminal terminal;
  const char* before = ::getenv("TERM");
  const std::string kept = before == nullptr ? "" : before;
  ::setenv("TERM", "xterm", 1);
  EXPECT_TRUE(can_redraw(terminal.slave()));
  ::setenv("TERM", "dumb", 1);
  EXPECT_FALSE(can_redraw(terminal.slave()));
  ::unsetenv("TERM");
  EXPECT_FALSE(can_redraw(terminal.slave()));
  if (before != nullptr) ::setenv("TERM", kept.c_str(), 1);
}

}  // namespace
}  // namespace ringsweep
