// A result file: whatever is in it, it is read or refused with its line; and what was read does not depend on the
// pieces that it came in. The first byte of an input is the size of the pieces.
#include "fuzz/exact_copy.h"
#include "ringsweep/base/error.h"
#include "ringsweep/output/results/result_reader.h"

namespace ringsweep {
namespace {

struct Read {
  std::vector<ResultRow> rows;
  std::string reason;  // why it was refused; empty: it was not
  std::uint64_t whole_bytes = 0;
};

Read read(std::string_view text, std::size_t piece_size) {
  Read result;
  ResultReader reader("result");
  try {
    for (std::size_t at = 0; at < text.size(); at += piece_size)
      reader.feed(text.substr(at, piece_size), [&result](const ResultRow& row) { result.rows.push_back(row); });
    reader.finish();
    result.whole_bytes = reader.whole_bytes();
    require(reader.was_cut() == (result.whole_bytes < text.size()));
  } catch (const Error& error) {
    require(error.exit_code() == ExitCode::usage);
    result.reason = error.what();
    require(result.reason.starts_with("result:"));
  }
  return result;
}

void check(const ResultRow& row) {
  require(!row.address.address.is_none() || !row.name.empty());
  require(row.address.zone.empty() || row.address.address.is_v6());
  require(row.state != State::interrupted && row.state != State::not_sent);
  require(row.rtt_ns >= -1 && row.ttl <= 255 && row.icmp_type <= 255 && row.icmp_code <= 255);
}

}  // namespace
}  // namespace ringsweep

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ringsweep;
  if (size < 1) return 0;
  const ExactCopy copy(data + 1, size - 1);
  const Read whole = read(copy.text(), size);
  const Read pieces = read(copy.text(), 1 + data[0] % 16);
  require(whole.reason == pieces.reason || whole.reason.find("longer") != std::string::npos);
  require(whole.rows.size() == pieces.rows.size() && whole.whole_bytes == pieces.whole_bytes);
  for (const ResultRow& row : whole.rows) check(row);
  return 0;
}
