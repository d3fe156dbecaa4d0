// CSV as in RFC 4180, except that lines end in '\n' (ringsweep-output(5)). Fields are written straight into the buffer.
#include <cassert>

#include "output/rows/formats.h"
#include "output/text/field_text.h"
#include "ringsweep/output/text/number_text.h"

namespace ringsweep {
namespace {

constexpr std::string_view header = "address,name,state,rtt_ms,ttl,attempts,responder,icmp_type,icmp_code,reason,time";

char* put_or_nothing(char* out, std::int16_t value) {
  return value < 0 ? out : put_unsigned(out, static_cast<std::uint64_t>(value));
}

class CsvFormat final : public RowFormat {
 public:
  explicit CsvFormat(const RowContext& context) : context_(context) {}

  void append_header(TextBuffer& out) override {
    out.append(header);
    for (const ExtraColumn* column : context_.columns) {
      out.append(",");
      out.append(column->name());
    }
    out.append("\n");
  }

  void append_row(TextBuffer& out, const Verdict& verdict) override {
    assert(becomes_row(verdict));
    const std::string_view name = name_of(context_, verdict);
    char* p = out.room(max_row_without_name + 2 * name.size());
    p = put_address(p, verdict.address);
    *p++ = ',';
    p = put_csv_field(p, name);
    *p++ = ',';
    p = put_text(p, to_text(verdict.state));
    *p++ = ',';
    if (verdict.rtt_ns >= 0) p = put_ms(p, verdict.rtt_ns);
    *p++ = ',';
    p = put_or_nothing(p, verdict.ttl);
    *p++ = ',';
    p = put_unsigned(p, verdict.attempts);
    *p++ = ',';
    p = put_address(p, verdict.responder);
    *p++ = ',';
    p = put_or_nothing(p, verdict.icmp_type);
    *p++ = ',';
    p = put_or_nothing(p, verdict.icmp_code);
    *p++ = ',';
    p = put_text(p, to_text(verdict.reason));
    *p++ = ',';
    p = clock_.put(p, verdict.time_ns);
    for (ExtraColumn* column : context_.columns) {
      out.end_at(p);
      const std::string_view value = column->value(verdict);
      p = out.room(max_row_without_name + 2 * value.size());
      *p++ = ',';
      p = put_csv_field(p, value);
    }
    *p++ = '\n';
    out.end_at(p);
  }

  void append_end(TextBuffer&, std::uint64_t, std::uint64_t) override {}

 private:
  // Only the name of an interface can contain characters that need quotes.
  char* put_address(char* out, const Address& address) const {
    if (address.zone == 0) return out + format_address(address, out);
    return put_csv_field(out, to_text(address, context_.zones));
  }

  RowContext context_;
  UtcClockText clock_;
};

}  // namespace

std::unique_ptr<RowFormat> make_csv_format(const RowContext& context) {
  return std::make_unique<CsvFormat>(context);
}

}  // namespace ringsweep
