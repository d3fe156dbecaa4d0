#include "ringsweep/output/throughput/throughput_text.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "ringsweep/output/summary/summary.h"
#include "ringsweep/output/text/number_text.h"

namespace ringsweep {
namespace {

using Kind = SearchResult::Kind;

struct Unit {
  double size;
  std::string_view name;
};

Unit unit_of(double pps) {
  if (pps >= 999'500) return {1e6, "Mpps"};
  if (pps >= 999.5) return {1e3, "kpps"};
  return {1, "pps"};
}

// At least three digits.
double step_of(double value) {
  return value < 9.995 ? 0.01 : value < 99.95 ? 0.1 : 1;
}

std::string number(double value, double step) {
  return decimal_text(static_cast<std::uint64_t>(std::llround(value / step) * std::llround(step * 1000)));
}

std::string ratio_text(double ratio) {
  const double percent = ratio * 100;
  if (percent == 0) return "0%";
  return percent >= 10 ? fmt::format("{:.1f}%", percent) : fmt::format("{:.3g}%", percent);
}

std::string rate_words(const ThroughputReport& report) {
  const double goal = report.search_options.loss_goal;
  return goal > 0 ? fmt::format("rate with at most {} loss", ratio_text(goal)) : "zero-loss rate";
}

std::string limit_words(const ThroughputReport& report) {
  return fmt::format("first limit: {}", to_text(report.first_limit));
}

std::string floor_words(const LossFloor& floor) {
  return fmt::format("no rate is loss-free: loss floor {} ({}-{})", ratio_text(floor.ratio), ratio_text(floor.low),
                     ratio_text(floor.high));
}

// The loss of all trials at the lowest rate that loses too much.
double lowest_loss(const ThroughputReport& report) {
  std::uint64_t sent = 0;
  std::uint64_t lost = 0;
  for (const TrialResult& trial : report.trials) {
    if (std::abs(trial.asked_pps / report.search.lowest_lossy_pps - 1) > 1e-6) continue;
    sent += trial.sent;
    lost += trial.lost();
  }
  return sent == 0 ? 1 : static_cast<double>(lost) / static_cast<double>(sent);
}

std::string found_words(const ThroughputReport& report) {
  const SearchResult& search = report.search;
  switch (search.kind) {
    case Kind::found: {
      const std::string interval = interval_text(search.rate_pps, search.low_pps, search.high_pps);
      if (search.floor) {
        return fmt::format("{} up to {}; higher rates lose more, {}", floor_words(*search.floor), interval,
                           limit_words(report));
      }
      return fmt::format("{} {}, {}", rate_words(report), interval, limit_words(report));
    }
    case Kind::above_max: {
      const std::string_view why =
          search.highest_clean_pps >= report.search_options.max_pps * 0.999 ? "the highest rate allowed" : "so far";
      if (search.floor) {
        const std::string where = report.first_limit == LossPlace::none ? std::string() : ", " + limit_words(report);
        return fmt::format("{} up to {}, {}{}", floor_words(*search.floor), pps_text(search.low_pps), why, where);
      }
      return fmt::format("{} at least {}, {}", rate_words(report), pps_text(search.low_pps), why);
    }
    case Kind::below_min:
      if (report.first_limit == LossPlace::not_sent)
        return fmt::format("this machine cannot send {}", pps_text(search.lowest_lossy_pps));
      return fmt::format("no {}: {} of the probes are lost even at {}, {}", rate_words(report),
                         ratio_text(lowest_loss(report)), pps_text(search.lowest_lossy_pps), limit_words(report));
    case Kind::unknown:
      break;
  }
  if (report.trials.empty()) return "no result: no trial was completed";
  const auto lowest = std::ranges::min_element(report.trials, {}, &TrialResult::asked_pps);
  return fmt::format("no result: trials contradict each other even at {}", pps_text(lowest->asked_pps));
}

std::string remedy_text(const ThroughputReport& report) {
  if (report.first_limit == LossPlace::dropped) {
    return fmt::format("the receive buffer holds {} KiB: {}, or use more workers with -w\n",
                       report.receive_buffer_bytes / 1024, "raise net.core.rmem_max");
  }
  if (report.first_limit != LossPlace::not_sent) return {};
  std::uint64_t refused = 0;
  for (const TrialResult& trial : report.trials) refused += trial.refused + trial.discarded;
  if (refused == 0) return "this machine cannot send faster: use more workers with -w, or an idle core\n";
  return fmt::format("this machine refused {}: its device queue was full (see tc -s qdisc)\n",
                     counted_text(refused, "send"));
}

std::string latency_table(const ThroughputReport& report) {
  const std::vector<const TrialResult*> trials = report.latency();
  if (trials.empty()) return {};
  std::string text = fmt::format("{:>5}  {:>10}  {:>9}  {:>8}  {:>9}  {:>9}  {:>9}  {:>9}\n", "load", "rate",
                                 "answered", "loss", "p50_ms", "p90_ms", "p99_ms", "max_ms");
  for (const TrialResult* trial : trials) {
    const double load = trial->asked_pps / report.search.low_pps * 100;
    text += fmt::format("{:>4.0f}%  {:>10}  {:>9}  {:>8}  {:>9}  {:>9}  {:>9}  {:>9}\n", load,
                        pps_text(trial->asked_pps), trial->answered, ratio_text(trial->loss()),
                        ms_text(trial->rtts.quantile_ns(0.5)), ms_text(trial->rtts.quantile_ns(0.9)),
                        ms_text(trial->rtts.quantile_ns(0.99)), ms_text(trial->rtts.max_ns()));
  }
  return text;
}

}  // namespace

std::string pps_text(double pps) {
  const Unit unit = unit_of(pps);
  const double value = pps / unit.size;
  return fmt::format("{} {}", number(value, step_of(value)), unit.name);
}

std::string interval_text(double pps, double low_pps, double high_pps) {
  const Unit unit = unit_of(pps);
  const double step = step_of(high_pps / unit.size);
  const double low = std::floor(low_pps / unit.size / step) * step;
  const double high = std::ceil(high_pps / unit.size / step) * step;
  return fmt::format("{} {} ({}-{})", number(pps / unit.size, step), unit.name, number(low, step), number(high, step));
}

std::string trial_line(std::size_t number, const TrialResult& trial, const AllowedLoss& allowed) {
  std::string text =
      fmt::format("trial {} {}: {} for {:.2f} s, {} sent, {} lost", number, to_text(trial.purpose),
                  pps_text(trial.asked_pps), static_cast<double>(trial.length_ns) / 1e9, trial.sent, trial.lost());
  if (trial.lost() > 0) text += fmt::format(" ({})", ratio_text(trial.loss()));
  const std::array<std::pair<std::uint64_t, std::string_view>, 6> others = {{{trial.not_sent(), "not sent"},
                                                                             {trial.refused, "refused here"},
                                                                             {trial.dropped, "dropped here"},
                                                                             {trial.late, "late"},
                                                                             {trial.duplicate, "duplicate"},
                                                                             {trial.errors, "ICMP errors"}}};
  for (const auto& [count, name] : others) {
    if (count > 0) text += fmt::format(", {} {}", count, name);
  }
  if (trial.answered > 0) {
    text += fmt::format("; rtt ms p50 {}, p99 {}", ms_text(trial.rtts.quantile_ns(0.5)),
                        ms_text(trial.rtts.quantile_ns(0.99)));
  }
  if (!loses_too_much(trial, allowed) && exceeds_allowed_loss(trial, allowed))
    text += fmt::format("; a queue grows by {} of the rate sent", ratio_text(trial.piled()));
  if (trial.cut_short) text += "; cut short: more than half was lost";
  const LossPlace place = place_of_loss(trial, allowed);
  if (place == LossPlace::not_sent || place == LossPlace::dropped) text += fmt::format("; {}", to_text(place));
  return text + "\n";
}

std::string verdict_text(const ThroughputReport& report) {
  std::string text = found_words(report);
  if (!report.search.confirmed && report.search.kind != Kind::unknown) text += " (not confirmed)";
  if (report.search.undecided > 0) text += ", trials contradict each other in between";
  if (const std::uint64_t pps = report.recommended_pps(); pps > 0)
    text += fmt::format("; for sweeps through this path: -r {}", rate_text({pps * 1000}));
  return text;
}

std::string throughput_table(const ThroughputReport& report) {
  std::string text = latency_table(report);
  text += verdict_text(report) + "\n" + remedy_text(report);
  if (!report.complete()) text += fmt::format("stopped early: {}\n", report.stopped_because);
  return text;
}

std::string throughput_csv(const ThroughputReport& report) {
  std::string text =
      "trial,purpose,started,asked_pps,offered_pps,answered_pps,carried_pps,length_s,targets,planned,sent,answered,lost,late,duplicate,errors,not_sent,refused,discarded,dropped,loss,place,rtt_min_ms,rtt_p50_ms,rtt_p90_ms,rtt_p99_ms,rtt_p999_ms,rtt_max_ms,longest_gap_ms,cut_short,piled\n";
  std::size_t count = 0;
  for (const TrialResult& trial : report.trials) {
    text += fmt::format("{},{},{},{:.3f},{:.3f},{:.3f},{:.3f},{:.3f},{},{},{},{},{},{},{},{},{},{},{},{},{:.6f},{}",
                        ++count, to_text(trial.purpose), utc_text(trial.started_ns), trial.asked_pps, trial.offered_pps,
                        trial.answered_pps(), trial.carried_pps, static_cast<double>(trial.length_ns) / 1e9,
                        trial.targets, trial.planned, trial.sent, trial.answered, trial.lost(), trial.late,
                        trial.duplicate, trial.errors, trial.not_sent(), trial.refused, trial.discarded, trial.dropped,
                        trial.loss(), to_text(place_of_loss(trial, report.allowed_loss())));
    for (const double q : {0.0, 0.5, 0.9, 0.99, 0.999, 1.0}) {
      const std::int64_t ns = q == 0 ? trial.rtts.min_ns() : trial.rtts.quantile_ns(q);
      text += ',';
      if (trial.rtts.count() > 0) text += ms_text(ns);
    }
    text += fmt::format(",{},{},{:.6f}\n", ms_text(trial.longest_gap_ns), trial.cut_short ? "true" : "false",
                        trial.piled());
  }
  return text;
}

}  // namespace ringsweep
