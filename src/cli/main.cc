// The program: privileges first, then the command line, then the command; every Error ends here.
#include <csignal>
#include <cstdio>
#include <exception>
#include <new>

#include "ringsweep/base/error.h"
#include "ringsweep/cli/help.h"
#include "ringsweep/cli/options.h"
#include "ringsweep/cli/sweep_command.h"
#include "ringsweep/net/privileges.h"
#include "ringsweep/net/routes.h"

namespace {

int run(int argc, char** argv) {
  // Writing to a reader that has gone is an error to be told, not a death.
  std::signal(SIGPIPE, SIG_IGN);
  const ringsweep::ZoneNames zones = ringsweep::read_zone_names();
  const ringsweep::ParsedCommand parsed = ringsweep::parse_command_line(argc, argv, zones);
  switch (parsed.command) {
    case ringsweep::Command::help:
      std::fputs(ringsweep::help_text().c_str(), stdout);
      return 0;
    case ringsweep::Command::version:
      std::fputs(ringsweep::version_text().c_str(), stdout);
      return 0;
    case ringsweep::Command::sweep:
      break;
  }
  return ringsweep::run_sweep_command(parsed.sweep, zones);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    ringsweep::lower_privileges();
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
