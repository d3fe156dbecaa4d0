#include "ringsweep/output/rows/row_format.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <string>
#include <utility>

#include "output/rows/formats.h"

namespace ringsweep {
namespace {

// One address or name per line, for xargs and the like. The filter decides which targets are listed.
class ListFormat final : public RowFormat {
 public:
  explicit ListFormat(const RowContext& context) : context_(context) {}
  void append_header(TextBuffer&) override {}
  void append_row(TextBuffer& out, const Verdict& verdict) override {
    assert(becomes_row(verdict));
    const std::string_view name = name_of(context_, verdict);
    if (!name.empty()) {
      out.append(name);
    } else {
      char* text = out.room(max_address_text);
      out.end_at(text + format_address(verdict.address, text, context_.zones));
    }
    out.append("\n");
  }
  void append_end(TextBuffer&, std::uint64_t, std::uint64_t) override {}

 private:
  RowContext context_;
};

constexpr std::array<std::pair<std::string_view, RowFormatKind>, 6> endings = {{
    {".csv", RowFormatKind::csv},
    {".ndjson", RowFormatKind::ndjson},
    {".jsonl", RowFormatKind::ndjson},
    {".json", RowFormatKind::ndjson},
    {".txt", RowFormatKind::list},
    {".list", RowFormatKind::list},
}};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::unique_ptr<RowFormat> make_row_format(RowFormatKind name, const RowContext& context) {
  switch (name) {
    case RowFormatKind::csv:
      return make_csv_format(context);
    case RowFormatKind::ndjson:
      return make_ndjson_format(context);
    case RowFormatKind::table:
      return make_table_format(context);
    case RowFormatKind::list:
      return std::make_unique<ListFormat>(context);
  }
  return nullptr;
}

RowFormatKind row_format_of_file(std::string_view path) {
  std::string text(path);
  std::transform(text.begin(), text.end(), text.begin(), lower);
  for (const auto& [ending, format] : endings) {
    if (text.ends_with(ending)) return format;
  }
  return RowFormatKind::csv;
}

}  // namespace ringsweep
