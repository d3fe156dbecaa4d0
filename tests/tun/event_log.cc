#include "tun/event_log.h"

#include <fmt/format.h>

#include <cerrno>
#include <fstream>
#include <iterator>

#include "ringsweep/base/error.h"

namespace ringsweep::tun {
namespace {

void append_row(fmt::memory_buffer& out, const Event& event) {
  const SeenProbe& probe = event.probe;
  const auto to = std::back_inserter(out);
  fmt::format_to(to, "{},{},{},{},{},{},{},{},{},", to_text(probe.target), probe.identifier, probe.sequence,
                 probe.number, probe.received.monotonic_ns, probe.received.realtime_ns, event.sent.monotonic_ns,
                 event.sent.realtime_ns, to_text(event.kind));
  if (event.sent.monotonic_ns >= 0) {
    const Shape& shape = event.answer->shape;
    fmt::format_to(to, "{},{},{}", shape.type, shape.code, to_text(event.answer->responder(probe.target)));
  } else {
    fmt::format_to(to, ",,");
  }
  fmt::format_to(to, ",{},{},{}\n", event.copy, event.rule ? event.rule->line : 0, probe.run);
}

}  // namespace

void EventLog::write(const std::string& path, const Counters& counters) const {
  std::ofstream file(path, std::ios::binary);
  fmt::memory_buffer out;
  const auto flush = [&] {
    file.write(out.data(), static_cast<std::streamsize>(out.size()));
    out.clear();
  };
  fmt::format_to(std::back_inserter(out),
                 "address,id,seq,probe,received_ns,received_real_ns,sent_ns,sent_real_ns,kind,type,code,responder,copy,"
                 "rule,run\n");
  for (const auto& block : blocks_) {
    const std::size_t count = &block == &blocks_.back() ? used_ : block_size;
    for (std::size_t i = 0; i < count; ++i) append_row(out, block[i]);
    flush();
  }
  for (const auto& [name, value] : counters) fmt::format_to(std::back_inserter(out), "# {} {}\n", name, value);
  flush();
  file.close();
  if (!file) throw system_error("cannot write the log " + path, errno);
}

}  // namespace ringsweep::tun
