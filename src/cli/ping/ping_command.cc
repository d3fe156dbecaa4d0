#include "cli/ping/ping_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <clocale>
#include <cstring>
#include <new>
#include <string>
#include <string_view>

#include "cli/options/option_table.h"
#include "cli/ping/ping_arguments.h"
#include "ringsweep/base/error.h"
#include "ringsweep/engine/ping/ping_session.h"
#include "ringsweep/net/sockets/socket_refusal.h"
#include "ringsweep/output/ping/ping_explanation.h"
#include "ringsweep/output/ping/ping_printer.h"

namespace ringsweep {
namespace {

constexpr int trouble = 2;
constexpr int output_failed = 1;

bool is_ping_name(std::string_view name) {
  return name == ping_command_name || name == "ping4" || name == "ping6";
}

bool is_called_as_ping(const char* path) {
  const std::string_view name = path;
  return is_ping_name(name.substr(name.rfind('/') + 1));
}

int run(int argc, char** argv, PingPrinter& printer) {
  const PingCommandLine line = parse_ping_arguments(argc, argv, getuid() == 0, complain_to(printer));
  switch (line.request) {
    case PingRequest::usage:
      printer.warn(ping_usage());
      return trouble;
    case PingRequest::help:
      printer.print(ping_usage());
      return 0;
    case PingRequest::version:
      printer.print(ping_version());
      return 0;
    case PingRequest::ping:
      break;
  }
  if (!line.explain) return PingSession(line.options, printer).run();
  const SocketSurroundings surroundings = read_socket_surroundings();
  PingExplanation explanation(printer, surroundings.ping_group_range,
                              fmt::format("{}", fmt::join(surroundings.groups, " ")));
  return PingSession(line.options, printer, &explanation).run();
}

}  // namespace

bool is_ping_command(int argc, const char* const* argv) {
  return argc > 0 && (is_called_as_ping(argv[0]) || (argc > 1 && is_ping_name(argv[1])));
}

int run_ping_command(int argc, char** argv) {
  if (!is_called_as_ping(argv[0])) {
    --argc;
    ++argv;
  }
  // Names in the characters of the locale, messages in its language; numbers stay as they are.
  std::setlocale(LC_CTYPE, "");
  std::setlocale(LC_MESSAGES, "");
  PingPrinter printer(argv[0]);
  int status = trouble;
  try {
    status = run(argc, argv, printer);
  } catch (const Error& error) {
    printer.complain(error.what());
    if (!error.remedy().empty()) printer.warn(error.remedy() + "\n");
    if (error.exit_code() == ping_bad_argument) status = static_cast<int>(ping_bad_argument);
  } catch (const std::bad_alloc&) {
    printer.complain(std::string("memory allocation failed: ") + std::strerror(ENOMEM));
  }
  if (const int errno_value = printer.finish(); errno_value != 0) {
    printer.complain(std::string("write error: ") + std::strerror(errno_value));
    return output_failed;
  }
  return status;
}

}  // namespace ringsweep
