#include "ringsweep/output/diff/diff_text.h"

#include <fmt/core.h>

#include <algorithm>

#include "output/text/field_text.h"
#include "ringsweep/output/text/json.h"
#include "ringsweep/output/text/number_text.h"

namespace ringsweep {
namespace {

// The fields of a change in every format.
struct Line {
  std::string_view change;
  std::string address;
  std::string_view name;
  std::string before;
  std::string now;
  std::string_view reason;
  bool numbers = false;  // before and now are numbers
};

std::string value_of(const Change& change, const Verdict* row, const ZoneNames& zones) {
  if (row == nullptr) return {};
  switch (change.kind) {
    case ChangeKind::responder:
      return to_text(row->responder, zones);
    case ChangeKind::ttl:
      return std::to_string(row->ttl);
    case ChangeKind::rtt:
      return ms_text(row->rtt_ns);
    default:
      return std::string(to_text(row->state));
  }
}

Line line_of(const Change& change, const ResultSet& before, const ResultSet& now) {
  const ResultKey key = change.now != nullptr ? now.key_of(*change.now) : before.key_of(*change.before);
  const ZoneNames& zones = now.zone_names();
  return {to_text(change.kind),
          to_text(key.address, zones),
          key.name,
          value_of(change, change.before, zones),
          value_of(change, change.now, zones),
          to_text(change.doubt),
          change.kind == ChangeKind::ttl || change.kind == ChangeKind::rtt};
}

std::string_view explained(Doubt doubt) {
  switch (doubt) {
    case Doubt::none:
      return "";
    case Doubt::no_row:
      return "the other result has no row";
    case Doubt::incomplete:
      return "the other sweep is incomplete";
    case Doubt::not_asked:
      return "the other sweep did not probe it";
    case Doubt::lower_bound:
      return "the other sweep lost replies";
  }
  return "";
}

std::string for_people(const Difference& difference, const ResultSet& before, const ResultSet& now) {
  std::string text;
  std::size_t width = 0;
  const auto target_of = [&](const Change& change) {
    const ResultKey key = change.now != nullptr ? now.key_of(*change.now) : before.key_of(*change.before);
    return key_text(key, now.zone_names());
  };
  for (const Change& change : difference.changes) width = std::max(width, target_of(change).size());
  for (const Change& change : difference.changes) {
    const Line line = line_of(change, before, now);
    const auto shown = [&](const std::string& value) { return value.empty() ? "-" : value; };
    text += fmt::format("{:<9}  {:<{}}  {} -> {}", line.change, target_of(change), width, shown(line.before),
                        shown(line.now));
    if (change.kind == ChangeKind::rtt) text += " ms";
    if (change.doubt != Doubt::none) text += fmt::format(" ({})", explained(change.doubt));
    text += '\n';
  }
  return text;
}

std::string csv_line(const Line& line) {
  std::string text;
  for (const std::string_view field : {line.change, std::string_view(line.address), line.name,
                                       std::string_view(line.before), std::string_view(line.now), line.reason}) {
    if (!text.empty()) text += ',';
    text += csv_field(field);
  }
  return text + "\n";
}

std::string json_line(const Line& line) {
  const auto text_or_null = [](std::string_view text) { return text.empty() ? Json(nullptr) : Json(text); };
  const auto value = [&](const std::string& text) {
    return line.numbers && !text.empty() ? Json::parse(text).value_or(nullptr) : text_or_null(text);
  };
  const Json json = Json::object({{"change", line.change},
                                  {"address", text_or_null(line.address)},
                                  {"name", text_or_null(line.name)},
                                  {"old", value(line.before)},
                                  {"new", value(line.now)},
                                  {"reason", text_or_null(line.reason)}});
  return json.text() + "\n";
}

}  // namespace

std::string difference_text(const Difference& difference, const ResultSet& before, const ResultSet& now,
                            DiffFormat format) {
  if (format == DiffFormat::text) return for_people(difference, before, now);
  std::string text = format == DiffFormat::csv ? "change,address,name,old,new,reason\n" : "";
  for (const Change& change : difference.changes) {
    const Line line = line_of(change, before, now);
    text += format == DiffFormat::csv ? csv_line(line) : json_line(line);
  }
  return text;
}

std::string difference_counts(const Difference& difference) {
  std::string text;
  for (std::size_t i = 0; i < change_kind_count; ++i) {
    const auto kind = static_cast<ChangeKind>(i);
    if (kind > ChangeKind::unknown && difference.of(kind) == 0) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", difference.of(kind), to_text(kind));
  }
  text += fmt::format("; {} in both", counted_text(difference.in_both, "target"));
  if (difference.only_before > 0) text += fmt::format(", {} only in the old result", difference.only_before);
  if (difference.only_now > 0) text += fmt::format(", {} only in the new result", difference.only_now);
  return text + "\n";
}

}  // namespace ringsweep
