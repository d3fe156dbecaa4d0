// One JSON object per line with the fields of the CSV: numbers are numbers, and absent values are null.
#include <algorithm>
#include <cassert>

#include "output/rows/formats.h"
#include "output/text/field_text.h"
#include "ringsweep/output/text/json.h"
#include "ringsweep/output/text/number_text.h"

namespace ringsweep {
namespace {

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
}

constexpr std::string_view null_text = "null";

char* put_or_null(char* out, std::int16_t value) {
  return value < 0 ? put_text(out, null_text) : put_unsigned(out, static_cast<std::uint64_t>(value));
}

class NdjsonFormat final : public RowFormat {
 public:
  explicit NdjsonFormat(const RowContext& context) : context_(context) {}

  void append_header(TextBuffer&) override {}

  void append_row(TextBuffer& out, const Verdict& verdict) override {
    assert(becomes_row(verdict));
    out.append("{\"address\":");
    append_address(out, verdict.address);
    out.append(",\"name\":");
    append_string(out, name_of(context_, verdict));
    char* p = put_text(out.room(max_row_without_name), ",\"state\":\"");
    p = put_text(p, to_text(verdict.state));
    p = put_text(p, "\",\"rtt_ms\":");
    p = verdict.rtt_ns >= 0 ? put_ms(p, verdict.rtt_ns) : put_text(p, null_text);
    p = put_text(p, ",\"ttl\":");
    p = put_or_null(p, verdict.ttl);
    p = put_text(p, ",\"attempts\":");
    p = put_unsigned(p, verdict.attempts);
    p = put_text(p, ",\"responder\":");
    out.end_at(p);
    append_address(out, verdict.responder);
    p = put_text(out.room(max_row_without_name), ",\"icmp_type\":");
    p = put_or_null(p, verdict.icmp_type);
    p = put_text(p, ",\"icmp_code\":");
    p = put_or_null(p, verdict.icmp_code);
    p = put_text(p, ",\"reason\":");
    p = put_reason(p, verdict.reason);
    p = put_text(p, ",\"time\":\"");
    p = clock_.put(p, verdict.time_ns);
    *p++ = '"';
    out.end_at(p);
    for (ExtraColumn* column : context_.columns) {
      out.append(",\"");
      out.append(column->name());
      out.append("\":");
      append_string(out, column->value(verdict));
    }
    out.append("}\n");
  }

  void append_end(TextBuffer&, std::uint64_t, std::uint64_t) override {}

 private:
  static char* put_reason(char* out, Reason reason) {
    if (reason == Reason::none) return put_text(out, null_text);
    *out++ = '"';
    out = put_text(out, to_text(reason));
    *out++ = '"';
    return out;
  }

  void append_address(TextBuffer& out, const Address& address) const {
    if (address.zone != 0) return append_string(out, to_text(address, context_.zones));
    if (address.is_none()) return out.append(null_text);
    char* p = out.room(max_address_text + 2);
    *p++ = '"';
    p += format_address(address, p);
    *p++ = '"';
    out.end_at(p);
  }

  static void append_string(TextBuffer& out, std::string_view text) {
    if (text.empty()) return out.append(null_text);
    if (!is_plain(text)) return out.append(json_string(text));
    char* p = out.room(text.size() + 2);
    *p++ = '"';
    p = put_text(p, text);
    *p++ = '"';
    out.end_at(p);
  }

  RowContext context_;
  UtcClockText clock_;
};

}  // namespace

std::unique_ptr<RowFormat> make_ndjson_format(const RowContext& context) {
  return std::make_unique<NdjsonFormat>(context);
}

}  // namespace ringsweep
