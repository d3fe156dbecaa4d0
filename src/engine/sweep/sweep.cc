#include "ringsweep/engine/sweep/sweep.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <exception>
#include <filesystem>
#include <optional>
#include <thread>
#include <utility>

#include "engine/sweep/completeness.h"
#include "engine/sweep/sweep_workers.h"
#include "ringsweep/base/error.h"
#include "ringsweep/base/quote_text.h"
#include "ringsweep/system/clock.h"
#include "ringsweep/system/random_bytes.h"
#include "ringsweep/system/signals.h"
#include "ringsweep/system/start_thread.h"

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
    // Its first line is there where anything is.
    result.header = options.header && result.before.bytes == 0;
  }
  result.filter = filter_of(options, setup.format);
  result.delay = delay;
  if (store != nullptr) result.observers.push_back(&store->observer());
  if (setup.journal != nullptr) result.observers.push_back(setup.journal);
  if (same_terminal(setup.output.fd(), STDERR_FILENO)) result.status = &status;
  return Writer(std::move(setup.output), make_row_format(setup.format, context), result);
}

}  // namespace

Sweep::Sweep(const SweepOptions& options, const TargetSet& targets, const ZoneNames& zones, Setup setup)
    : options_(options),
      targets_(targets),
      setup_(std::move(setup)),
      status_(progress_mode(options), STDERR_FILENO),
      columns_(options, *setup_.prepared.on_link,
               setup_.store == nullptr ? filter_of(options, setup_.format) : RowFilter::all()),
      store_(setup_.store == nullptr
                 ? nullptr
                 : std::make_unique<SweepStore>(*setup_.store, RowContext{targets, zones, columns_.list()},
                                                options.store_keep_ns)),
      writer_(make_writer(setup_, store_.get(), {targets, zones, columns_.list(), setup_.journal != nullptr},
                          columns_.delay(), options, status_)),
      workers_made_(static_cast<std::ptrdiff_t>(setup_.prepared.sockets.sets.size())) {
  fill_with_random(key_.data(), key_.size());
  fill_with_random(&run_, sizeof(run_));
  for (unsigned index = 0; index < setup_.prepared.sockets.sets.size(); ++index) {
    auto worker = std::make_unique<WorkerThread>();
    worker->index = index;
    worker->sockets = std::move(setup_.prepared.sockets.sets[index]);
    RowQueue::Options queue;
    queue.open_max = setup_.prepared.plan.table_slots() + 2 * max_batch;
    worker->queue = &writer_.add_queue(queue);
    workers_.push_back(std::move(worker));
  }
}

Sweep::~Sweep() = default;

SweepSummary Sweep::run(Signals& signals) {
  try {
    start_workers(signals);
    if (store_) begin_store(signals);
    counters_before_ = LocalCounters::read();
    if (!options_.quiet) print_start();
    if (setup_.journal != nullptr) start_journal();
    writer_.start();
    if (setup_.journal != nullptr) setup_.journal->keep();
  } catch (...) {
    cancel_workers();
    throw;
  }
  started_wall_ns_ = realtime_now_ns();
  started_ns_ = monotonic_now_ns();
  go_.count_down();
  supervise(signals);
  finished_ns_ = monotonic_now_ns();
  for (auto& worker : workers_) worker->thread.join();
  const WriterResult written = finish_output(signals);
  StoreResult stored = finish_stored_rows(signals);
  // Here the other observers have ended as well.
  if (setup_.journal != nullptr) setup_.journal->finish();
  status_.erase();
  SweepSummary summary = summarize(written, stored);
  if (store_ && !store_->end(summary, stored)) summary = summarize(written, stored);
  finished_ = written.complete() && stored.failure.empty() &&
              summary.tally.of(State::interrupted) + summary.tally.of(State::not_sent) == 0;
  return summary;
}

void Sweep::start_workers(Signals& signals) {
  running_ = static_cast<unsigned>(workers_.size());
  for (auto& worker : workers_) {
    worker->thread = start_thread([this, &signals, mine = worker.get()] { run_worker(*mine, signals); });
  }
  workers_made_.wait();
  for (auto& worker : workers_) {
    if (worker->error) std::rethrow_exception(worker->error);
  }
}

void Sweep::cancel_workers() {
  cancelled_ = true;
  go_.count_down();
  for (auto& worker : workers_) {
    if (worker->thread.joinable()) worker->thread.join();
  }
}

void Sweep::run_worker(WorkerThread& mine, Signals& signals) {
  try {
    MadeTransport made = make_transport(transport_kind(options_.engine), std::move(mine.sockets));
    mine.kind = made.kind;
    mine.engine_note = made.description;
    mine.share = std::make_unique<Share>(*this, mine, std::move(made.transport));
  } catch (...) {
    mine.error = std::current_exception();
  }
  workers_made_.count_down();
  go_.wait();
  if (!cancelled_) {
    mine.share->worker.run(started_ns_ + setup_.prepared.plan.first_probe_after_ns(mine.index), stop_, mine.progress);
    --running_;
    signals.notify();
  }
  // A ring ends on the thread that made it.
  if (mine.share != nullptr) mine.share->transport.reset();
}

void Sweep::print_start() const {
  StartInfo info;
  info.targets = setup_.prepared.plan.targets_here;
  info.shard = options_.shard;
  info.shards = options_.shards;
  info.rate = setup_.prepared.plan.rate;
  info.rate_reason = setup_.prepared.plan.rate_reason;
  info.packet_bytes = setup_.prepared.plan.packet_bytes;
  info.longest_ns = setup_.prepared.plan.longest_duration_ns();
  if (info.longest_ns && *info.longest_ns < never_ns) *info.longest_ns += setup_.prepared.on_link->longest_wait_ns();
  if (const std::uint64_t limit = setup_.prepared.on_link->limit(); limit != 0 && limit < info.targets) {
    info.longest_ns.reset();
    info.on_link_limit = limit;
  }
  info.names_ns = columns_.longest_wait_ns(info.targets);
  info.seed = setup_.prepared.plan.seed;
  if (setup_.journal != nullptr) info.decided_before = setup_.journal->decided_before().set.count();
  info.sockets = setup_.prepared.sockets.description;
  info.engine = workers_.front()->engine_note;
  info.workers = setup_.prepared.plan.workers;
  const std::string line = start_line(info);
  [[maybe_unused]] const auto put = write(STDERR_FILENO, line.data(), line.size());
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

void Sweep::supervise(Signals& signals) {
  ProgressSnapshot before;
  std::int64_t next_draw_ns = started_ns_ + progress_interval_ns;
  while (running_ > 0) {
    if (const auto number = signals.wait(progress_interval_ns)) take_signal(*number);
    if (writer_.failed()) stop_at(StopLevel::now);
    const std::int64_t now_ns = monotonic_now_ns();
    if (now_ns < next_draw_ns) continue;
    next_draw_ns = now_ns + progress_interval_ns;
    const ProgressSnapshot now = snapshot();
    status_.draw(progress_text(now, before), now.elapsed_ns);
    before = now;
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

WriterResult Sweep::finish_output(Signals& signals) {
  // A reader that does not read must not make the program deaf to its user.
  writer_.request_finish();
  while (!writer_.wait_finished(signal_poll_ns)) {
    if (const auto number = signals.wait(0)) take_signal(*number);
    if (writer_.failed()) stop_at(StopLevel::now);
    report_waiting_names(monotonic_now_ns());
    if (!is_given_up()) continue;
    if (store_) store_->abandon();  // the writer may be waiting for it
    writer_.abandon();
  }
  return writer_.finish();
}

// All targets are decided, and some rows wait for their names.
void Sweep::report_waiting_names(std::int64_t now_ns) {
  const std::uint64_t waiting = columns_.waiting();
  if (waiting == 0 || options_.quiet || now_ns - finished_ns_ < ns_per_s) return;
  const std::string text = fmt::format("all targets are decided, {} for a name (Ctrl-C ends it)",
                                       waiting == 1 ? "1 row waits" : fmt::format("{} rows wait", waiting));
  if (status_.mode() != StatusLine::Mode::off) {
    status_.draw(text, now_ns - started_ns_);
  } else if (!reported_waiting_names_) {
    status_.print_line("ringsweep: " + text);
  }
  reported_waiting_names_ = true;
}

std::vector<std::string> Sweep::names_to_come() const {
  std::vector<std::string> names;
  // There a name has many rows; but each has the addresses that it had, or the sweep would not go on.
  if (options_.all_addresses) return names;
  const DecidedPlaces& before = setup_.journal->decided_before();
  for (std::uint64_t target = targets_.address_count(); target < targets_.count(); ++target) {
    const std::uint64_t position = setup_.prepared.plan.order.inverse(target);
    if (!before.positions.has(position) || before.set.has(before.positions.number_of(position))) continue;
    names.push_back(targets_.name_at(target));
  }
  return names;
}

void Sweep::begin_store(Signals& signals) {
  store_->wait_while([this, &signals] {
    if (const auto number = signals.wait(0)) take_signal(*number);
    return !is_given_up();
  });
  const SweepPlan& plan = setup_.prepared.plan;
  SweepRecord record;
  record.series = plan.series;
  record.plan_id = plan.plan_id;
  record.command = options_.command;
  record.arguments = options_.arguments;
  record.version = setup_.version;
  record.targets = plan.targets_here;
  record.seed = plan.seed;
  record.shard = options_.shard;
  record.shards = options_.shards;
  record.started_ns = realtime_now_ns();
  Journal* const journal = setup_.journal;
  if (journal == nullptr) {
    store_->begin(record);
    return;
  }
  const std::string file = std::filesystem::weakly_canonical(setup_.store->path()).string();
  const std::optional<StoredPart> before = journal->begin().store;
  const bool is_there = before && before->file == file;
  if (is_there) {
    store_->resume(before->sweep, record, names_to_come());
  } else if (journal->decided_before().set.count() > 0) {
    throw usage_error(
        before ? fmt::format("the sweep was begun with another store, {}", quote_text(before->file))
               : "the sweep went on without --store, so a store would lack what was decided then",
        before ? "give that one, or leave out --store" : "leave out --store, or begin again with --restart");
  }
  const std::int64_t id = is_there ? before->sweep : store_->begin(record);
  journal->set_store(StoredPart{file, id});
}

StoreResult Sweep::finish_stored_rows(Signals& signals) {
  if (!store_) return {};
  store_->request_finish();
  while (!store_->wait_finished(signal_poll_ns)) {
    if (const auto number = signals.wait(0)) take_signal(*number);
    if (is_given_up()) store_->abandon();
  }
  return store_->finish_rows();
}

}  // namespace ringsweep
