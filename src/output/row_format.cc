#include "ringsweep/output/row_format.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <string>
#include <utility>

#include "formats.h"

namespace ringsweep {
namespace {

// One address or name a line, for xargs and the like. Which targets: the filter's business.
class ListFormat final : public RowFormat {
 public:
  explicit ListFormat(const RowContext& context) : context_(context) {}
  void append_header(TextBuffer&) override {}
  void append_row(TextBuffer& out, const Verdict& verdict) override {
    assert(can_be_row(verdict));
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

constexpr std::array<std::pair<std::string_view, RowFormatName>, 6> endings = {{
    {".csv", RowFormatName::csv},
    {".ndjson", RowFormatName::ndjson},
    {".jsonl", RowFormatName::ndjson},
    {".json", RowFormatName::ndjson},
    {".txt", RowFormatName::list},
    {".list", RowFormatName::list},
}};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::unique_ptr<RowFormat> make_row_format(RowFormatName name, const RowContext& context) {
  switch (name) {
    case RowFormatName::csv:
      return make_csv_format(context);
    case RowFormatName::ndjson:
      return make_ndjson_format(context);
    case RowFormatName::table:
      return make_table_format(context);
    case RowFormatName::list:
      return std::make_unique<ListFormat>(context);
  }
  return nullptr;
}

RowFormatName row_format_of_file(std::string_view path) {
  std::string text(path);
  std::transform(text.begin(), text.end(), text.begin(), lower);
  for (const auto& [ending, format] : endings) {
    if (text.ends_with(ending)) return format;
  }
  return RowFormatName::csv;
}

}  // namespace ringsweep
