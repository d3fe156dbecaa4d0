// One panel of a plot as SVG elements: axes with ticks, and the lines and points between them.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ringsweep {

struct SvgAxis {
  double low = 0;
  double high = 1;
  bool logarithmic = false;
  std::vector<std::pair<double, std::string>> ticks;

  // 0 to 1, clamped.
  double place(double value) const;
};

// Ticks 1, 2, 5 (where there is room), 10, ... of a logarithmic axis that covers the values.
SvgAxis log_axis(double low, double high);
// Four or five round steps from 0.
SvgAxis linear_axis(double high);

class SvgChart {
 public:
  using Points = std::vector<std::pair<double, double>>;

  // The area between the axes, in pixels of the picture.
  SvgChart(double left, double top, double width, double height, SvgAxis x, SvgAxis y);

  void title(std::string_view text);
  void axes(std::string_view x_title, std::string_view y_title);
  void band(double from, double until, std::string_view colour);  // of x values
  void line(const Points& points, std::string_view colour, std::string_view dashes);
  void dots(const Points& points, std::string_view colour, double radius);
  void label(double x, double y, double right, double down, std::string_view colour, std::string_view text);

  const std::string& elements() const { return elements_; }

 private:
  double x_of(double value) const { return left_ + x_.place(value) * width_; }
  double y_of(double value) const { return top_ + (1 - y_.place(value)) * height_; }
  void text(double x, double y, std::string_view anchor, std::string_view colour, std::string_view text);

  double left_, top_, width_, height_;
  SvgAxis x_, y_;
  std::string elements_;
};

// The colour of text and axes.
inline constexpr std::string_view svg_ink = "#7b7f86";

}  // namespace ringsweep
