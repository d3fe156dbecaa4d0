#include "ringsweep/output/summary/metrics.h"

#include <fmt/core.h>

#include "output/summary/counter_names.h"
#include "ringsweep/base/time.h"

namespace ringsweep {
namespace {

std::string quoted_label(std::string_view value) {
  std::string text = "\"";
  for (const char c : value) {
    if (c == '\\' || c == '"') text += '\\';
    text += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  return text + '"';
}

double seconds(std::int64_t ns) {
  return static_cast<double>(ns) / static_cast<double>(ns_per_s);
}

// Metric families, each with its HELP and TYPE: gauges, and one summary, the only type that may have quantiles.
class Exposition {
 public:
  explicit Exposition(std::string_view job) : job_("job_name=" + quoted_label(job)) {}

  void family(std::string_view name, std::string_view help, std::string_view type = "gauge") {
    name_ = name;
    text_ += fmt::format("# HELP ringsweep_{0} {1}\n# TYPE ringsweep_{0} {2}\n", name, help, type);
  }
  template <typename Number>
  void sample(Number value) {
    text_ += fmt::format("ringsweep_{}{{{}}} {}\n", name_, job_, value);
  }
  template <typename Number>
  void sample(std::string_view label, std::string_view label_value, Number value) {
    text_ += fmt::format("ringsweep_{}{{{},{}={}}} {}\n", name_, job_, label, quoted_label(label_value), value);
  }
  // For the family of type summary.
  void sum_and_count(double sum, std::uint64_t count) {
    text_ += fmt::format("ringsweep_{0}_sum{{{1}}} {2}\nringsweep_{0}_count{{{1}}} {3}\n", name_, job_, sum, count);
  }
  std::string take() { return std::move(text_); }

 private:
  std::string job_;
  std::string_view name_;
  std::string text_;
};

void put_counts(Exposition& out, const SweepSummary& summary) {
  const Tally& tally = summary.tally;
  out.family("targets", "Targets of the last sweep, by state.");
  for (std::size_t i = 0; i < state_count; ++i) {
    out.sample("state", to_text(static_cast<State>(i)), tally.states[i]);
  }
  out.family("probes", "Probes sent by the last sweep, by result.");
  for (std::size_t i = 0; i < outcome_count; ++i) out.sample("result", outcome_names[i], tally.outcomes[i]);
  out.family("local_loss", "Packets refused or lost on this machine during the last sweep, by counter.");
  for (const auto& [name, member] : local_counters) out.sample("counter", name, tally.local.*member);
  for (const MovedCounter& moved : summary.kernel_counters) out.sample("counter", moved.counter, moved.delta);
}

void put_rates_and_times(Exposition& out, const SweepSummary& summary) {
  out.family("rate_pps", "Probes per second sent by the last sweep.");
  out.sample(summary.rate_sent_pps());
  out.family("duration_seconds", "Duration of the last sweep.");
  out.sample(seconds(summary.duration_ns));
  if (summary.rtts.count() == 0) return;
  const RttHistogram& rtts = summary.rtts;
  out.family("rtt_seconds", "Round-trip times of the targets that answered the last sweep.", "summary");
  for (const auto& [name, quantile] : {std::pair{"0.5", 0.5}, {"0.9", 0.9}, {"0.99", 0.99}}) {
    out.sample("quantile", name, seconds(rtts.quantile_ns(quantile)));
  }
  const auto count = static_cast<double>(rtts.count());
  out.sum_and_count(rtts.mean_ns() * count / static_cast<double>(ns_per_s), rtts.count());
}

// The families of every file.
void put_run(Exposition& out, std::string_view version, bool complete, std::int64_t finished_ns) {
  out.family("complete", "1 if the last sweep decided every target and lost nothing on this machine.");
  out.sample(complete ? 1 : 0);
  out.family("last_run_timestamp_seconds", "End of the last sweep, in seconds since 1970.");
  out.sample(fmt::format("{:.3f}", seconds(finished_ns)));
  out.family("build_info", "Always 1; the label is the version of ringsweep.");
  out.sample("version", version, 1);
}

}  // namespace

std::string metrics_text(const SweepSummary& summary, std::string_view job) {
  Exposition out(job);
  put_counts(out, summary);
  put_rates_and_times(out, summary);
  put_run(out, summary.version, summary.complete, summary.finished_ns);
  return out.take();
}

std::string metrics_text_of_failure(std::string_view version, std::string_view job, std::int64_t finished_ns) {
  Exposition out(job);
  put_run(out, version, false, finished_ns);
  return out.take();
}

}  // namespace ringsweep
