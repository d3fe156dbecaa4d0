#include "cli/sweep/target_input.h"

#include <fmt/core.h>

#include <string_view>

#include "cli/files/read_file.h"
#include "ringsweep/base/quote_text.h"

namespace ringsweep {
namespace {

void read_list(TargetSetBuilder& builder, const std::string& path, TargetSetBuilder::ListReader::Purpose purpose) {
  TargetSetBuilder::ListReader reader(builder, input_name(path), purpose);
  read_file(path, [&reader](std::string_view piece) { reader.feed(piece); });
  reader.finish();
}

}  // namespace

void refuse_to_replace_lists(const SweepOptions& options, std::initializer_list<NamedOutput> outputs) {
  refuse_to_replace_input(options.target_files, outputs);
  refuse_to_replace_input(options.exclude_files, outputs);
}

TargetSet read_targets(const SweepOptions& options, const ZoneNames& zones) {
  TargetSetBuilder builder({options.max_targets, options.allow_v4, options.allow_v6, zones});
  using Purpose = TargetSetBuilder::ListReader::Purpose;
  for (const std::string& spec : options.targets) builder.add(spec, fmt::format("argument {}", quote_text(spec)));
  for (const std::string& file : options.target_files) read_list(builder, file, Purpose::add);
  for (const std::string& spec : options.excludes) builder.exclude(spec, fmt::format("--exclude {}", quote_text(spec)));
  for (const std::string& file : options.exclude_files) read_list(builder, file, Purpose::exclude);
  return builder.build();
}

}  // namespace ringsweep
