#include "ringsweep/engine/sweep/sweep.h"

#include <fmt/core.h>
#include <unistd.h>

#include <csignal>
#include <utility>

#include "engine/sweep/completeness.h"
#include "engine/sweep/sweep_parts.h"
#include "ringsweep/system/clock.h"
#include "ringsweep/system/random_bytes.h"

namespace ringsweep {
namespace {

constexpr std::int64_t progress_interval_ns = 200 * ns_per_ms;
constexpr std::int64_t signal_poll_ns = 50 * ns_per_ms;

StatusLine::Mode progress_mode(const SweepOptions& options) {
  if (options.quiet || options.progress == ProgressChoice::off) return StatusLine::Mode::off;
  if (can_redraw(STDERR_FILENO)) return StatusLine::Mode::redraw;
  return options.progress == ProgressChoice::on ? StatusLine::Mode::lines : StatusLine::Mode::off;
}

RowFilter filter_of(const SweepOptions& options, RowFormatKind format) {
  return RowFilter::from_options(options.show, options.alive_only, format);
}

// The status line is erased before rows only where both are on the same terminal.
Writer make_writer(Sweep::Setup& setup, SweepStore* store, const RowContext& context, RowDelay* delay,
                   const SweepOptions& options, StatusLine& status) {
  Writer::Options result;
  result.header = options.header;
  if (setup.journal != nullptr) {
    result.before = setup.journal->begin().output;
    // A file that holds anything holds the header as well.
    result.header = options.header && result.before.bytes == 0;
  }
  result.filter = filter_of(options, setup.format);
  result.delay = delay;
  if (store != nullptr) result.observers.push_back(&store->observer());
  if (setup.journal != nullptr) result.observers.push_back(setup.journal);
  if (same_terminal(setup.output.fd(), STDERR_FILENO)) result.status = &status;
  return Writer(std::move(setup.output), make_row_format(setup.format, context), result);
}

SweepRecord record_of(const SweepOptions& options, const SweepPlan& plan, const std::string& version) {
  SweepRecord record;
  record.series = plan.series;
  record.plan_id = plan.plan_id;
  record.command = options.command;
  record.arguments = options.arguments;
  record.version = version;
  record.targets = plan.targets_here;
  record.seed = plan.seed;
  record.shard = options.shard;
  record.shards = options.shards;
  record.started_ns = realtime_now_ns();
  return record;
}

}  // namespace

Sweep::Sweep(const SweepOptions& options, const TargetSet& targets, const ZoneNames& zones, Setup setup,
             Signals& signals)
    : options_(options),
      targets_(targets),
      signals_(signals),
      setup_(std::move(setup)),
      status_(progress_mode(options), STDERR_FILENO),
      columns_(options, on_link(), setup_.store == nullptr ? filter_of(options, setup_.format) : RowFilter::all()),
      store_(setup_.store == nullptr
                 ? nullptr
                 : std::make_unique<SweepStore>(*setup_.store, RowContext{targets, zones, columns_.list()},
                                                options.store_keep_ns)),
      writer_(make_writer(setup_, store_.get(), {targets, zones, columns_.list(), setup_.journal != nullptr},
                          columns_.delay(), options, status_)),
      crew_(std::move(setup_.prepared.sockets.sets), transport_kind(options.engine), signals) {
  fill_with_random(key_.data(), key_.size());
  fill_with_random(&run_, sizeof(run_));
  RowQueue::Options queue;
  queue.open_max = plan().table_slots() + 2 * max_batch;
  for (unsigned index = 0; index < crew_.size(); ++index) {
    parts_.push_back(std::make_unique<Part>());
    parts_.back()->queue = &writer_.add_queue(queue);
  }
  crew_.start([this](unsigned index, Transport& transport) {
    parts_[index]->share = std::make_unique<Share>(*this, *parts_[index], index, transport);
  });
  crew_.finish();
}

Sweep::~Sweep() = default;

SweepSummary Sweep::run() {
  if (store_) begin_store();
  counters_before_ = LocalCounters::read();
  if (!options_.quiet) print_start();
  if (setup_.journal != nullptr) start_journal();
  writer_.start();
  if (setup_.journal != nullptr) setup_.journal->keep();
  started_wall_ns_ = realtime_now_ns();
  started_ns_ = monotonic_now_ns();
  crew_.start([this](unsigned index, Transport&) {
    Part& part = *parts_[index];
    part.share->worker.run(started_ns_ + plan().first_probe_after_ns(index), stop_, part.progress);
  });
  supervise();
  finished_ns_ = monotonic_now_ns();
  crew_.check();
  crew_.end();
  wait_for_outputs();
  const WriterResult written = writer_.finish();
  StoreResult stored;
  if (store_) stored = store_->finish_rows();
  // The journal may end now that the other observers have.
  if (setup_.journal != nullptr) setup_.journal->finish();
  status_.erase();
  SweepSummary summary = summarize(written, stored);
  if (store_ && !store_->end(summary, stored)) summary = summarize(written, stored);
  finished_ = written.complete() && stored.failure.empty() &&
              summary.tally.of(State::interrupted) + summary.tally.of(State::not_sent) == 0;
  return summary;
}

void Sweep::begin_store() {
  store_->wait_while([this] {
    take_signals(0);
    return !is_given_up();
  });
  const SweepRecord record = record_of(options_, plan(), setup_.version);
  if (setup_.journal != nullptr) {
    store_->begin(record, *setup_.journal, options_.all_addresses);
  } else {
    store_->begin(record);
  }
}

void Sweep::start_journal() {
  Journal::Surroundings surroundings;
  if (store_) surroundings.others.push_back(&store_->observer());
  surroundings.lost = [this] {
    return silent_losses(LocalCounters::read().since(counters_before_), setup_.prepared.sockets.v6_drops_hidden);
  };
  surroundings.warn = [this](const std::string& text) { status_.print_line(text); };
  setup_.journal->start(std::move(surroundings));
}

void Sweep::take_signals(std::int64_t timeout_ns) {
  if (const auto number = signals_.wait(timeout_ns)) take_signal(*number);
  if (writer_.failed()) stop_at(StopLevel::now);
}

void Sweep::take_signal(int number) {
  if (number == SIGUSR1) {
    status_.print_line(progress_text(snapshot(), snapshot()));
    return;
  }
  ++interrupts_;
  stop_at(stop_ == StopLevel::run ? StopLevel::drain : StopLevel::now);
}

void Sweep::stop_at(StopLevel level) {
  stop_ = level;
  if (level == StopLevel::now) {
    columns_.give_up();
  } else {
    columns_.ask_no_more();
  }
}

void Sweep::supervise() {
  ProgressSnapshot before;
  std::int64_t next_draw_ns = started_ns_ + progress_interval_ns;
  while (crew_.busy()) {
    take_signals(progress_interval_ns);
    const std::int64_t now_ns = monotonic_now_ns();
    if (now_ns < next_draw_ns) continue;
    next_draw_ns = now_ns + progress_interval_ns;
    const ProgressSnapshot now = snapshot();
    status_.draw(progress_text(now, before), now.elapsed_ns);
    before = now;
  }
}

// Neither a reader that does not read nor a store that another process holds may make the program deaf to its user.
void Sweep::wait_for_outputs() {
  bool is_written = false;
  bool is_stored = store_ == nullptr;
  writer_.request_finish();
  while (!is_written || !is_stored) {
    if (!is_written) {
      is_written = writer_.wait_finished(signal_poll_ns);
      // The store's rows come from the writer.
      if (is_written && store_) store_->request_finish();
    } else {
      is_stored = store_->wait_finished(signal_poll_ns);
    }
    take_signals(0);
    if (!is_written) report_waiting_names(monotonic_now_ns());
    if (!is_given_up()) continue;
    // The writer may be waiting for the store.
    if (store_) store_->abandon();
    if (!is_written) writer_.abandon();
  }
}

// All targets are decided, but some rows wait for their names.
void Sweep::report_waiting_names(std::int64_t now_ns) {
  const std::uint64_t waiting = columns_.waiting();
  if (waiting == 0 || options_.quiet || now_ns - finished_ns_ < ns_per_s) return;
  const std::string text = fmt::format("all targets are decided; {} for a name (Ctrl-C stops waiting)",
                                       waiting == 1 ? "1 row waits" : fmt::format("{} rows wait", waiting));
  if (status_.mode() != StatusLine::Mode::off) {
    status_.draw(text, now_ns - started_ns_);
  } else if (!reported_waiting_names_) {
    status_.print_line("ringsweep: " + text);
  }
  reported_waiting_names_ = true;
}

}  // namespace ringsweep
