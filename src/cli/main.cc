// The program: privileges first, then the command line, then the command; every Error ends here.
#include <csignal>
#include <cstdio>
#include <exception>
#include <new>

#include "cli/command_line.h"
#include "cli/files/standard_streams.h"
#include "cli/help/help.h"
#include "cli/options/options.h"
#include "cli/ping/ping_command.h"
#include "cli/sweep/sweep_command.h"
#include "ringsweep/base/error.h"
#include "ringsweep/net/kernel/routes.h"
#include "ringsweep/system/privileges.h"

namespace {

int run(int argc, char** argv) {
  if (ringsweep::is_ping_command(argc, argv)) return ringsweep::run_ping_command(argc, argv);
  // Writing to a reader that has gone is an error to be told, not a death.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGUSR1, SIG_IGN);  // there is no progress yet
  if (const ringsweep::CommandSpec* command =
          argc > 1 ? ringsweep::find_command(ringsweep::command_table(), argv[1]) : nullptr) {
    return ringsweep::run_command(*command, {argv + 2, argv + argc});
  }
  const ringsweep::ZoneNames zones = ringsweep::read_zone_names();
  const ringsweep::ParsedCommand parsed = ringsweep::parse_command_line(argc, argv, ringsweep::command_table(), zones);
  switch (parsed.command) {
    case ringsweep::Command::help:
      return ringsweep::print_text(ringsweep::help_text(ringsweep::command_table()));
    case ringsweep::Command::version:
      return ringsweep::print_text(ringsweep::version_text());
    case ringsweep::Command::sweep:
      break;
  }
  return ringsweep::run_sweep_command(parsed.sweep, zones);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    ringsweep::lower_privileges();
    ringsweep::reserve_standard_streams();
    return run(argc, argv);
  } catch (const ringsweep::Error& error) {
    std::fprintf(stderr, "ringsweep: %s\n", error.what());
    if (!error.remedy().empty()) std::fprintf(stderr, "%s\n", error.remedy().c_str());
    return static_cast<int>(error.exit_code());
  } catch (const std::bad_alloc&) {
    std::fputs("ringsweep: not enough memory\n", stderr);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "ringsweep: %s\n", error.what());
  }
  return static_cast<int>(ringsweep::ExitCode::refused_by_system);
}
