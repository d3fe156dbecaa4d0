// A table for people: aligned columns, no colour. Small tables are kept and printed in address order (that of the
// target index) with columns as wide as necessary; large ones are printed as rows come, with columns that fit any
// address of the families probed.
#include <fmt/core.h>

#include <algorithm>
#include <cassert>
#include <string>
#include <vector>

#include "output/rows/formats.h"
#include "ringsweep/output/text/number_text.h"

namespace ringsweep {
namespace {

enum Column : std::size_t {
  address,
  name,
  state,
  rtt_ms,
  ttl,
  attempts,
  detail
};
// The columns that options add follow `detail`.
constexpr std::size_t column_count = 7;
using Cells = std::vector<std::string>;
using Widths = std::vector<std::size_t>;

constexpr std::size_t widest_v4 = 15;
constexpr std::size_t widest_v6 = 39;
constexpr std::size_t usual_name = 32;
constexpr std::size_t usual_detail = 32;
constexpr std::size_t column_gap = 2;

bool is_right_aligned(std::size_t column) {
  return column == rtt_ms || column == ttl || column == attempts;
}

Cells titles_of(const RowContext& context) {
  Cells titles = {"address", "name", "state", "rtt_ms", "ttl", "attempts", "detail"};
  for (const ExtraColumn* column : context.columns) titles.emplace_back(column->name());
  return titles;
}

class TableFormat final : public RowFormat {
 public:
  explicit TableFormat(const RowContext& context)
      : context_(context),
        titles_(titles_of(context)),
        sorted_(!context.keeps_no_rows && context.targets.count() <= table_sort_limit) {}

  void append_header(TextBuffer& out) override {
    header_ = true;
    if (!sorted_) append_line(out, titles_, fixed_widths());
  }

  void append_row(TextBuffer& out, const Verdict& verdict) override {
    assert(becomes_row(verdict));
    if (sorted_) {
      kept_.push_back({verdict, extras_of(verdict)});
    } else {
      append_line(out, cells_of({verdict, extras_of(verdict)}), fixed_widths());
    }
  }

  void append_end(TextBuffer& out, std::uint64_t shown, std::uint64_t hidden) override {
    if (sorted_ && !kept_.empty()) append_kept(out);
    if (hidden == 0) return;
    out.append(fmt::format("{} shown, {} not shown (--show all shows every target)\n", shown, hidden));
  }

 private:
  struct Row {
    Verdict verdict;
    std::vector<std::string> extras;
  };

  void append_kept(TextBuffer& out) {
    std::sort(kept_.begin(), kept_.end(),
              [](const Row& a, const Row& b) { return a.verdict.target < b.verdict.target; });
    Widths widths(titles_.size());
    widen(widths, titles_);
    bool details = false;
    for (const Row& row : kept_) {
      const Cells cells = cells_of(row);
      widen(widths, cells);
      details = details || !cells[detail].empty();
    }
    if (context_.targets.name_count() == 0) widths[name] = 0;
    if (!details) widths[detail] = 0;
    if (header_) append_line(out, titles_, widths);
    for (const Row& row : kept_) append_line(out, cells_of(row), widths);
  }

  std::vector<std::string> extras_of(const Verdict& verdict) const {
    std::vector<std::string> extras;
    for (ExtraColumn* column : context_.columns) extras.emplace_back(column->value(verdict));
    return extras;
  }

  Cells cells_of(const Row& row) const {
    const Verdict& verdict = row.verdict;
    Cells cells(column_count);
    cells[address] = to_text(verdict.address, context_.zones);
    cells[name] = name_of(context_, verdict);
    cells[state] = to_text(verdict.state);
    if (verdict.rtt_ns >= 0) cells[rtt_ms] = ms_text(verdict.rtt_ns);
    if (verdict.ttl >= 0) cells[ttl] = std::to_string(verdict.ttl);
    cells[attempts] = std::to_string(verdict.attempts);
    cells[detail] = detail_of(verdict);
    cells.insert(cells.end(), row.extras.begin(), row.extras.end());
    return cells;
  }

  // What the state does not say.
  std::string detail_of(const Verdict& verdict) const {
    if (verdict.state == State::alive) return {};
    std::string text(to_text(verdict.reason));
    if (!verdict.responder.is_none()) text += " from " + to_text(verdict.responder, context_.zones);
    return text;
  }

  Widths fixed_widths() const {
    const TargetSet& targets = context_.targets;
    const bool only_v4 = targets.name_count() == 0 && targets.v4_count() == targets.address_count();
    Widths widths = {only_v4 ? widest_v4 : widest_v6, usual_name, 13, 9, 3, 8, 1};
    if (targets.name_count() == 0) widths[name] = 0;
    for (const ExtraColumn* column : context_.columns) {
      widths[detail] = usual_detail;
      widths.push_back(column->usual_width());
    }
    return widths;
  }

  static void widen(Widths& widths, const Cells& cells) {
    for (std::size_t i = 0; i < cells.size(); ++i) widths[i] = std::max(widths[i], cells[i].size());
  }

  // A column of width 0 is left out.
  static void append_line(TextBuffer& out, const Cells& cells, const Widths& widths) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (widths[i] == 0) continue;
      if (i != address) line.append(column_gap, ' ');
      const std::size_t padding = widths[i] - std::min(widths[i], cells[i].size());
      if (is_right_aligned(i)) line.append(padding, ' ');
      line += cells[i];
      if (!is_right_aligned(i)) line.append(padding, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    line += '\n';
    out.append(line);
  }

  RowContext context_;
  Cells titles_;
  bool sorted_;
  bool header_ = false;
  std::vector<Row> kept_;
};

}  // namespace

std::unique_ptr<RowFormat> make_table_format(const RowContext& context) {
  return std::make_unique<TableFormat>(context);
}

}  // namespace ringsweep
