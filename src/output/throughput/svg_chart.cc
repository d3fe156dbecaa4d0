#include "output/throughput/svg_chart.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "ringsweep/output/text/number_text.h"

namespace ringsweep {
namespace {

constexpr std::string_view grid_dashes = "1 4";

// Escapes "&" and "<" for XML.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '&') {
      result += "&amp;";
    } else if (c == '<') {
      result += "&lt;";
    } else {
      result += c;
    }
  }
  return result;
}

std::string tick_text(double value) {
  return value < 0.01 ? fmt::format("{:g}", value) : short_number(value);
}

}  // namespace

double SvgAxis::place(double value) const {
  const double part =
      logarithmic ? std::log(std::max(value, low) / low) / std::log(high / low) : (value - low) / (high - low);
  return std::clamp(part, 0.0, 1.0);
}

SvgAxis log_axis(double low, double high) {
  SvgAxis axis;
  axis.logarithmic = true;
  axis.low = low;
  axis.high = std::max(high, low * 2);
  const bool wide = axis.high / axis.low > 300;
  for (double decade = std::pow(10, std::floor(std::log10(axis.low))); decade <= axis.high; decade *= 10) {
    for (const double factor : {1.0, 2.0, 5.0}) {
      const double value = decade * factor;
      const bool inside = value >= axis.low * 0.999 && value <= axis.high * 1.001;
      if (inside && (!wide || factor == 1)) axis.ticks.emplace_back(value, tick_text(value));
    }
  }
  return axis;
}

SvgAxis linear_axis(double high) {
  SvgAxis axis;
  const double rough = std::max(high, 1e-9) / 4;
  const double decade = std::pow(10, std::floor(std::log10(rough)));
  double step = decade * 10;
  for (const double factor : {5.0, 2.5, 2.0, 1.0}) {
    if (rough <= decade * factor) step = decade * factor;
  }
  axis.high = std::ceil(high / step) * step;
  for (double value = 0; value <= axis.high + step / 2; value += step) axis.ticks.emplace_back(value, tick_text(value));
  return axis;
}

SvgChart::SvgChart(double left, double top, double width, double height, SvgAxis x, SvgAxis y)
    : left_(left), top_(top), width_(width), height_(height), x_(std::move(x)), y_(std::move(y)) {}

void SvgChart::text(double x, double y, std::string_view anchor, std::string_view colour, std::string_view text) {
  elements_ += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\" fill=\"{}\">{}</text>\n", x, y, anchor,
                           colour, escaped(text));
}

void SvgChart::title(std::string_view text) {
  elements_ += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" font-weight=\"bold\" fill=\"{}\">{}</text>\n", left_,
                           top_ - 12, svg_ink, escaped(text));
}

void SvgChart::axes(std::string_view x_title, std::string_view y_title) {
  const double bottom = top_ + height_;
  for (const auto& [value, name] : x_.ticks) {
    const double x = x_of(value);
    elements_ += fmt::format(
        "<line x1=\"{0:.1f}\" y1=\"{1:.1f}\" x2=\"{0:.1f}\" y2=\"{2:.1f}\" stroke=\"{3}\" stroke-dasharray=\"{4}\"/>\n",
        x, top_, bottom, svg_ink, grid_dashes);
    text(x, bottom + 17, "middle", svg_ink, name);
  }
  for (const auto& [value, name] : y_.ticks) {
    const double y = y_of(value);
    elements_ += fmt::format(
        "<line x1=\"{0:.1f}\" y1=\"{1:.1f}\" x2=\"{2:.1f}\" y2=\"{1:.1f}\" stroke=\"{3}\" stroke-dasharray=\"{4}\"/>\n",
        left_, y, left_ + width_, svg_ink, grid_dashes);
    text(left_ - 8, y + 4, "end", svg_ink, name);
  }
  elements_ +=
      fmt::format("<path d=\"M{0:.1f} {1:.1f}V{2:.1f}H{3:.1f}\" fill=\"none\" stroke=\"{4}\" stroke-width=\"1.5\"/>\n",
                  left_, top_, bottom, left_ + width_, svg_ink);
  text(left_ + width_, bottom + 35, "end", svg_ink, x_title);
  const double middle = top_ + height_ / 2;
  elements_ += fmt::format(
      "<text x=\"{0:.1f}\" y=\"{1:.1f}\" text-anchor=\"middle\" fill=\"{2}\" transform=\"rotate(-90 {0:.1f} {1:.1f})\">{3}</text>\n",
      left_ - 52, middle, svg_ink, escaped(y_title));
}

void SvgChart::band(double from, double until, std::string_view colour) {
  const double left = x_of(from);
  elements_ += fmt::format(
      "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"{}\" fill-opacity=\"0.3\"/>\n", left,
      top_, std::max(2.0, x_of(until) - left), height_, colour);
}

void SvgChart::line(const Points& points, std::string_view colour, std::string_view dashes) {
  std::string places;
  for (const auto& [x, y] : points) places += fmt::format("{:.1f},{:.1f} ", x_of(x), y_of(y));
  elements_ += fmt::format("<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2\"{}/>\n", places,
                           colour, dashes.empty() ? "" : fmt::format(" stroke-dasharray=\"{}\"", dashes));
}

void SvgChart::dots(const Points& points, std::string_view colour, double radius) {
  for (const auto& [x, y] : points) {
    elements_ += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{}\" fill=\"{}\" fill-opacity=\"0.8\"/>\n",
                             x_of(x), y_of(y), radius, colour);
  }
}

void SvgChart::label(double x, double y, double right, double down, std::string_view colour, std::string_view text) {
  this->text(x_of(x) + right, y_of(y) + down, right < 0 ? "end" : "start", colour, text);
}

}  // namespace ringsweep
