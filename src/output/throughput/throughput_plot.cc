#include "ringsweep/output/throughput/throughput_plot.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "output/throughput/svg_chart.h"
#include "ringsweep/output/throughput/throughput_text.h"

namespace ringsweep {
namespace {

constexpr double picture_width = 760;
constexpr double left = 80;
constexpr double plot_width = 590;
constexpr double rate_top = 76, rate_height = 260;
constexpr double loss_top = 430, loss_height = 130;
constexpr double latency_top = 654, latency_height = 230;
constexpr double height_without_latency = 622;
constexpr double height = 946;

// Colours of medium brightness, which stand out from white and from dark.
constexpr std::string_view blue = "#3b8fd9";
constexpr std::string_view red = "#dc5a50";
constexpr std::string_view green = "#3fa45b";

using Points = SvgChart::Points;

// The trials of the search, except those with half of the targets, whose load differs.
std::vector<const TrialResult*> whole_trials(const ThroughputReport& report) {
  std::vector<const TrialResult*> found;
  for (const TrialResult& trial : report.trials) {
    if (trial.targets == report.targets && trial.sent > 0) found.push_back(&trial);
  }
  return found;
}

std::string rate_panels(const ThroughputReport& report) {
  const auto trials = whole_trials(report);
  Points answered;
  Points lost;
  double lowest = 1e18;
  double highest = 1;
  double least_answered = 1e18;
  double most_lost = 0;
  for (const TrialResult* trial : trials) {
    lowest = std::min(lowest, trial->asked_pps);
    highest = std::max(highest, trial->asked_pps);
    const double pps = std::max(trial->answered_pps(), 0.1);
    least_answered = std::min(least_answered, pps);
    answered.emplace_back(trial->asked_pps, pps);
    const double percent = 100 * trial->loss();
    most_lost = std::max(most_lost, percent);
    lost.emplace_back(trial->asked_pps, percent);
  }
  if (trials.empty()) return {};
  const SvgAxis x = log_axis(lowest / 1.15, highest * 1.15);
  const double least = std::min(lowest, least_answered) / 1.15;
  SvgChart rate(left, rate_top, plot_width, rate_height, x, log_axis(least, highest * 1.15));
  SvgChart loss(left, loss_top, plot_width, loss_height, x, linear_axis(std::max(most_lost, 0.1)));
  const SearchResult& search = report.search;
  for (SvgChart* chart : {&rate, &loss}) {
    if (search.low_pps > 0 && search.high_pps > 0) chart->band(search.low_pps, search.high_pps, green);
  }
  rate.title("Answered rate by requested rate");
  rate.axes("requested, probes per second", "answered, replies per second");
  rate.line({{lowest, lowest}, {highest, highest}}, svg_ink, "6 5");
  rate.label(std::sqrt(lowest * highest), std::sqrt(lowest * highest), -10, -6, svg_ink, "all answered");
  rate.dots(answered, blue, 4);
  if (search.low_pps > 0 && search.high_pps > 0)
    rate.label(search.low_pps, least * 1.2, -8, 0, green,
               interval_text(search.rate_pps, search.low_pps, search.high_pps));
  loss.title("Loss");
  loss.axes("requested, probes per second", "loss, %");
  if (search.floor) {
    const double floor = 100 * search.floor->ratio;
    loss.line({{lowest, floor}, {highest, floor}}, svg_ink, "6 5");
    loss.label(lowest, floor, 4, -6, svg_ink, fmt::format("floor {:.3g}%", floor));
  }
  loss.dots(lost, red, 4);
  return rate.elements() + loss.elements();
}

struct Percentile {
  double q;
  std::string_view name;
  std::string_view colour;
  std::string_view dashes;
};
constexpr std::array<Percentile, 4> percentiles = {{{1.0, "max", red, "2 4"},
                                                    {0.99, "p99", "#b8862b", "10 4 2 4"},
                                                    {0.9, "p90", green, "8 5"},
                                                    {0.5, "p50", blue, ""}}};

double ms_of(const TrialResult& trial, double q) {
  return std::max(static_cast<double>(trial.rtts.quantile_ns(q)) / 1e6, 0.001);
}

std::string latency_panel(const ThroughputReport& report, const std::vector<const TrialResult*>& trials) {
  double lowest = 1e18;
  double highest = 0.001;
  for (const TrialResult* trial : trials) {
    if (trial->answered == 0) continue;
    lowest = std::min(lowest, ms_of(*trial, 0.5));
    highest = std::max(highest, ms_of(*trial, 1.0));
  }
  SvgAxis x = linear_axis(100);
  for (auto& [value, name] : x.ticks) name += "%";
  SvgChart chart(left, latency_top, plot_width, latency_height, x, log_axis(lowest / 1.3, highest * 1.3));
  chart.title(fmt::format("Latency below {}", pps_text(report.search.low_pps)));
  chart.axes("load, share of that rate", "round trip, ms");
  double label_bottom = -1e9;
  const SvgAxis y = log_axis(lowest / 1.3, highest * 1.3);
  for (const Percentile& percentile : percentiles) {
    Points points;
    for (const TrialResult* trial : trials) {
      if (trial->answered > 0)
        points.emplace_back(100 * trial->asked_pps / report.search.low_pps, ms_of(*trial, percentile.q));
    }
    chart.line(points, percentile.colour, percentile.dashes);
    chart.dots(points, percentile.colour, 3);
    // Labels do not overlap where lines do.
    const double at = (1 - y.place(points.back().second)) * latency_height;
    const double shown = std::max(at + 4, label_bottom + 14);
    label_bottom = shown;
    chart.label(points.back().first, points.back().second, 10, shown - at, percentile.colour, percentile.name);
  }
  return chart.elements();
}

std::string escaped(std::string text) {
  for (std::size_t at = 0; (at = text.find('<', at)) != std::string::npos;) text.replace(at, 1, "&lt;");
  return text;
}

// Breaks a long headline into two lines.
std::string headline(const std::string& words) {
  constexpr std::size_t longest = 84;
  const std::size_t cut = words.size() > longest ? words.rfind(' ', longest) : std::string::npos;
  std::string text;
  double y = 22;
  for (const std::string& line :
       {words.substr(0, cut), cut == std::string::npos ? std::string() : words.substr(cut + 1)}) {
    text += fmt::format("<text x=\"16\" y=\"{:.0f}\" font-size=\"14\" font-weight=\"bold\" fill=\"{}\">{}</text>\n", y,
                        svg_ink, escaped(line));
    y += 18;
  }
  return text;
}

}  // namespace

std::string throughput_plot(const ThroughputReport& report) {
  auto latency = report.latency();
  std::erase_if(latency, [](const TrialResult* trial) { return trial->answered == 0; });
  const double tall = latency.empty() ? height_without_latency : height;
  std::string text = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" width=\"{0:.0f}\" height=\"{1:.0f}\" font-family=\"sans-serif\" font-size=\"13\">\n",
      picture_width, tall);
  const std::string verdict = verdict_text(report);
  text += fmt::format("<title>{}</title>\n", escaped(verdict));
  text += headline(verdict.substr(0, verdict.find("; for sweeps")));
  text += rate_panels(report);
  if (!latency.empty()) text += latency_panel(report, latency);
  return text + "</svg>\n";
}

}  // namespace ringsweep
