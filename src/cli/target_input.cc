#include "ringsweep/cli/target_input.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <vector>

#include "ringsweep/base/error.h"
#include "ringsweep/base/quote_text.h"

namespace ringsweep {
namespace {

constexpr std::size_t piece_size = 1U << 20;

void read_list(TargetSetBuilder& builder, const std::string& path, TargetSetBuilder::ListReader::Purpose purpose) {
  const bool is_stdin = path == "-";
  const std::string name = is_stdin ? "standard input" : path;
  const int fd = is_stdin ? STDIN_FILENO : open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    const int error = errno;
    throw Error(ExitCode::usage, system_error(fmt::format("cannot read '{}'", name), error).what(), error);
  }
  TargetSetBuilder::ListReader reader(builder, name, purpose);
  std::vector<char> piece(piece_size);
  ssize_t got = 0;
  int error = 0;
  do {
    got = read(fd, piece.data(), piece.size());
    error = got < 0 ? errno : 0;
    if (got > 0) reader.feed({piece.data(), static_cast<std::size_t>(got)});
  } while (got > 0 || error == EINTR);
  if (!is_stdin) close(fd);
  if (error != 0)
    throw Error(ExitCode::usage, system_error(fmt::format("cannot read '{}'", name), error).what(), error);
  reader.finish();
}

}  // namespace

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
