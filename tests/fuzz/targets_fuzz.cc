// A target file: whatever is in it, it becomes a set of targets or an error that names the line; and what was read does
// not depend on the pieces that it came in.
#include <optional>

#include "fuzz/exact_copy.h"
#include "ringsweep/base/error.h"
#include "ringsweep/core/targets/target_set.h"

namespace ringsweep {
namespace {

constexpr std::uint64_t max_targets = 1U << 20;

// Nothing: it was refused, and `reason` says why.
std::optional<TargetSet> read(std::string_view text, std::size_t piece_size, std::string& reason) {
  TargetSetBuilder builder({.max_targets = max_targets, .zones = {}});
  try {
    TargetSetBuilder::ListReader reader(builder, "list", TargetSetBuilder::ListReader::Purpose::add);
    for (std::size_t at = 0; at < text.size(); at += piece_size) reader.feed(text.substr(at, piece_size));
    reader.finish();
    return builder.build();
  } catch (const Error& error) {
    require(error.exit_code() == ExitCode::usage);
    reason = error.what();
    require(!reason.empty());
    return std::nullopt;
  }
}

// Addresses stand in order, those of one zone together, each once; and their text means the same address.
void check(const TargetSet& targets) {
  require(targets.count() > 0 && targets.count() <= max_targets);
  Address before;
  const std::uint64_t looked_at = targets.address_count() < 2'000 ? targets.address_count() : 2'000;
  for (std::uint64_t index = 0; index < looked_at; ++index) {
    const Address address = targets.address_at(index);
    require(index == 0 || (before.zone != address.zone ? before.zone < address.zone : before < address));
    require(parse_address(to_text(address)) == address || address.zone != 0);
    before = address;
  }
  for (std::uint64_t name = targets.address_count(); name < targets.count(); ++name)
    require(!targets.name_at(name).empty());
}

}  // namespace
}  // namespace ringsweep

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ringsweep;
  if (size < 1) return 0;
  const ExactCopy copy(data + 1, size - 1);
  std::string reason, reason_in_pieces;
  const std::optional<TargetSet> whole = read(copy.text(), size, reason);
  const std::optional<TargetSet> pieces = read(copy.text(), 1 + data[0] % 16, reason_in_pieces);
  require(whole.has_value() == pieces.has_value());
  require(reason == reason_in_pieces);
  if (!whole) return 0;
  require(whole->fingerprint() == pieces->fingerprint());
  check(*whole);
  return 0;
}
