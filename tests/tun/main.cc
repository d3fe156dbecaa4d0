// The TUN responder: plays a network whose truth is known (scenario.h), for the netns tests. tests/support/tun.py
// starts it; it says "ready" on stdout when it reads the device, ends by SIGTERM or SIGINT, and then writes its log
// (event_log.h).
//
//   tun_responder --device NAME --scenario FILE --log FILE [--seed N]
//
// N (1) is the seed of loss, delays and reordering.
#include <sys/prctl.h>
#include <sys/signalfd.h>

#include <charconv>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <string_view>

#include "ringsweep/base/error.h"
#include "tun/responder.h"

namespace {

using namespace ringsweep;
using namespace ringsweep::tun;

struct Options {
  std::string device, scenario, log;
  std::uint64_t seed = 1;
};

Options parse_options(std::span<char*> words) {
  Options options;
  for (std::size_t i = 0; i < words.size(); i += 2) {
    const std::string_view name = words[i];
    if (i + 1 == words.size()) throw usage_error(std::string(name) + " needs a value");
    const std::string_view value = words[i + 1];
    if (name == "--device") {
      options.device = value;
    } else if (name == "--scenario") {
      options.scenario = value;
    } else if (name == "--log") {
      options.log = value;
    } else if (name == "--seed") {
      const auto [end, trouble] = std::from_chars(value.data(), value.data() + value.size(), options.seed);
      if (trouble != std::errc() || *end != '\0') throw usage_error("--seed: no number: " + std::string(value));
    } else {
      throw usage_error("unknown option " + std::string(name));
    }
  }
  if (options.device.empty() || options.scenario.empty() || options.log.empty()) {
    throw usage_error("usage: tun_responder --device NAME --scenario FILE --log FILE [--seed N]");
  }
  return options;
}

Scenario read_scenario(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw usage_error("cannot read the scenario " + path);
  return parse_scenario(path, std::string(std::istreambuf_iterator<char>(file), {}));
}

FileDescriptor signal_file() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1}) sigaddset(&signals, signal);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  FileDescriptor file(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!file.is_open()) throw system_error("cannot make a signalfd", errno);
  return file;
}

void run(std::span<char*> words) {
  const Options options = parse_options(words);
  const Scenario scenario = read_scenario(options.scenario);
  const FileDescriptor signals = signal_file();
  TunDevice device(options.device);
  // The kernel may wake us 50 us late otherwise, to save power.
  ::prctl(PR_SET_TIMERSLACK, 1UL);
  EventLog log;
  Responder responder(scenario, device, log, options.seed);
  std::puts("ready");
  std::fflush(stdout);
  responder.play(signals.get());
  log.write(options.log, responder.finish());
}

}  // namespace

int main(int argc, char** argv) {
  try {
    run(std::span(argv, static_cast<std::size_t>(argc)).subspan(1));
    return 0;
  } catch (const Error& error) {
    std::fprintf(stderr, "tun_responder: %s\n", error.what());
    if (!error.remedy().empty()) std::fprintf(stderr, "  %s\n", error.remedy().c_str());
    return static_cast<int>(error.exit_code());
  }
}
