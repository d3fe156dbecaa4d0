#include "ringsweep/engine/sweep.h"

#include <sys/random.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <exception>
#include <thread>

#include "ringsweep/base/error.h"
#include "ringsweep/base/start_thread.h"
#include "ringsweep/engine/judgement.h"
#include "ringsweep/engine/signals.h"
#include "ringsweep/net/clock.h"
#include "ringsweep/net/transport_factory.h"

namespace ringsweep {
namespace {

constexpr std::int64_t progress_interval_ns = 200 * ns_per_ms;
constexpr std::int64_t signal_poll_ns = 50 * ns_per_ms;

StatusLine::Mode progress_mode(const SweepOptions& options) {
  if (options.quiet || options.progress == ProgressChoice::off) return StatusLine::Mode::off;
  if (can_redraw(STDERR_FILENO)) return StatusLine::Mode::redraw;
  return options.progress == ProgressChoice::on ? StatusLine::Mode::lines : StatusLine::Mode::off;
}

// The status line is erased before rows only where both are on the same terminal.
Writer make_writer(Sweep::Setup& setup, SweepStore* store, const RowContext& context, const SweepOptions& options,
                   StatusLine& status) {
  Writer::Options result;
  result.header = options.header;
  if (setup.journal != nullptr) {
    result.before = setup.journal->begin().output;
    // Its first line is there where anything is.
    result.header = options.header && result.before.bytes == 0;
  }
  result.filter = RowFilter::from_options(options.show, options.alive_only, setup.format);
  result.observers = setup.observers;
  if (store != nullptr) result.observers.push_back(&store->observer());
  if (setup.journal != nullptr) result.observers.push_back(setup.journal);
  if (same_terminal(setup.output.fd(), STDERR_FILENO)) result.status = &status;
  return Writer(std::move(setup.output), make_row_format(setup.format, context), result);
}

std::optional<TransportKind> transport_kind(EngineChoice choice) {
  switch (choice) {
    case EngineChoice::uring:
      return TransportKind::uring;
    case EngineChoice::mmsg:
      return TransportKind::mmsg;
    case EngineChoice::automatic:
      break;
  }
  return std::nullopt;
}

void fill_with_random(void* out, std::size_t size) {
  if (getrandom(out, size, 0) != static_cast<ssize_t>(size)) throw system_error("cannot get random bytes", errno);
}

// What is known of those that earlier runs decided: their states. Probes, replies and RTTs are those of this run.
void add_earlier_runs(SweepSummary& summary, const Journal& journal) {
  const JournalRecord& before = journal.begin();
  summary.run = before.runs;
  summary.decided_before = journal.decided_before().set.count();
  for (std::size_t i = 0; i < state_count; ++i) summary.tally.states[i] += before.states[i];
  summary.tally.local.targets_refused += before.targets_refused;
  summary.tally.local.unrepaired += before.unrepaired;
}

std::string kernel_release() {
  utsname name{};
  return uname(&name) == 0 ? std::string(name.release) : std::string();
}

}  // namespace

// All that belongs to one worker; lives on the heap, apart from the others.
struct Sweep::WorkerThread {
  unsigned index = 0;
  SocketSet sockets;
  TransportKind kind = TransportKind::mmsg;
  std::string engine_note;
  std::exception_ptr error;
  RowQueue* queue = nullptr;
  Tally tally;
  RttHistogram rtts;
  WorkerProgress progress;
  std::unique_ptr<Share> share;  // made and used by its thread
  std::thread thread;
};

// What a worker works on. Whatever it needs is allocated before the first probe of any leaves.
struct Sweep::Share {
  Share(const Sweep& sweep, WorkerThread& thread, std::unique_ptr<Transport> made)
      : transport(std::move(made)),
        key(sweep.key_),
        source(sweep.targets_, sweep.setup_.plan.order, sweep.setup_.plan.share(thread.index), sweep.setup_.names.get(),
               sweep.setup_.on_link->prefixes(),
               sweep.setup_.journal != nullptr ? &sweep.setup_.journal->decided_before() : nullptr),
        job(sweep.setup_.plan.job, *thread.queue, thread.tally, thread.rtts, sweep.setup_.on_link->neighbours()),
        worker(sweep.worker_options(thread.index), job, source, *thread.queue, *transport, key, sweep.setup_.machine,
               thread.tally) {}

  std::unique_ptr<Transport> transport;
  TokenKey key;
  TargetSource source;
  SweepJob job;
  Worker worker;
};

Sweep::Sweep(const SweepOptions& options, const TargetSet& targets, const ZoneNames& zones, Setup setup)
    : options_(options),
      targets_(targets),
      setup_(std::move(setup)),
      status_(progress_mode(options), STDERR_FILENO),
      store_(setup_.store == nullptr
                 ? nullptr
                 : std::make_unique<SweepStore>(*setup_.store, RowContext{targets, zones}, options.store_keep_ns)),
      writer_(make_writer(setup_, store_.get(), {targets, zones, setup_.journal != nullptr}, options, status_)),
      workers_made_(static_cast<std::ptrdiff_t>(setup_.sockets.sets.size())) {
  fill_with_random(key_.data(), key_.size());
  fill_with_random(&run_, sizeof(run_));
  for (unsigned index = 0; index < setup_.sockets.sets.size(); ++index) {
    auto worker = std::make_unique<WorkerThread>();
    worker->index = index;
    worker->sockets = std::move(setup_.sockets.sets[index]);
    RowQueue::Options queue;
    queue.open_max = setup_.plan.table_slots() + 2 * max_batch;
    worker->queue = &writer_.add_queue(queue);
    workers_.push_back(std::move(worker));
  }
}

Sweep::~Sweep() = default;

SweepSummary Sweep::run(Signals& signals) {
  try {
    start_workers(signals);
    if (store_) begin_store();
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
  if (cancelled_) return;
  mine.share->worker.run(started_ns_ + setup_.plan.first_probe_after_ns(mine.index), stop_, mine.progress);
  --running_;
  signals.notify();
}

Worker::Options Sweep::worker_options(unsigned index) const {
  const SweepPlan& plan = setup_.plan;
  const Rate rate = plan.rate_of_worker(index);
  Worker::Options options;
  options.table_slots = plan.table_slots();
  options.targets_waiting_max = plan.table_slots();
  options.on_link = setup_.on_link->guard_of_worker();
  options.sender.rate = rate;
  // What leaves in one go is a batch over all workers.
  options.sender.batch = rate.is_max() ? options_.batch : std::max(1U, options_.batch / plan.workers);
  options.sender.payload_size = options_.payload_size;
  options.sender.worker = static_cast<std::uint8_t>(index);
  options.sender.run = run_;
  options.sender.need_v4 = plan.need_v4;
  options.sender.need_v6 = plan.need_v6;
  return options;
}

void Sweep::print_start() const {
  StartInfo info;
  info.targets = setup_.plan.targets_here;
  info.shard = options_.shard;
  info.shards = options_.shards;
  info.rate = setup_.plan.rate;
  info.rate_reason = setup_.plan.rate_reason;
  info.packet_bytes = setup_.plan.packet_bytes;
  info.longest_ns = setup_.plan.longest_duration_ns();
  if (info.longest_ns && *info.longest_ns < never_ns) *info.longest_ns += setup_.on_link->longest_wait_ns();
  if (const std::uint64_t limit = setup_.on_link->limit(); limit != 0 && limit < info.targets) {
    info.longest_ns.reset();
    info.on_link_limit = limit;
  }
  info.seed = setup_.plan.seed;
  if (setup_.journal != nullptr) info.decided_before = setup_.journal->decided_before().set.count();
  info.sockets = setup_.sockets.description;
  info.engine = workers_.front()->engine_note;
  info.workers = setup_.plan.workers;
  const std::string line = start_line(info);
  [[maybe_unused]] const auto put = write(STDERR_FILENO, line.data(), line.size());
}

void Sweep::take_signal(int number) {
  if (number == SIGUSR1) {
    status_.print_line(progress_text(snapshot(), snapshot()));
    return;
  }
  interrupted_ = true;
  stop_ = stop_ == StopLevel::run ? StopLevel::drain : StopLevel::now;
}

void Sweep::supervise(Signals& signals) {
  ProgressSnapshot before;
  std::int64_t next_draw_ns = started_ns_ + progress_interval_ns;
  while (running_ > 0) {
    if (const auto number = signals.wait(progress_interval_ns)) take_signal(*number);
    if (writer_.failed()) stop_ = StopLevel::now;
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
  surroundings.others = {setup_.observers.begin(), setup_.observers.end()};
  if (store_) surroundings.others.push_back(&store_->observer());
  surroundings.unrepaired = [this] {
    std::uint64_t sum = 0;
    for (const auto& worker : workers_) sum += worker->progress.unrepaired.load(std::memory_order_acquire);
    return sum;
  };
  surroundings.warn = [this](const std::string& text) { status_.print_line(text); };
  setup_.journal->start(std::move(surroundings));
}

WriterResult Sweep::finish_output(Signals& signals) {
  // A reader that does not read must not make the program deaf to its user.
  writer_.request_finish();
  while (!writer_.wait_finished(signal_poll_ns)) {
    if (const auto number = signals.wait(0)) take_signal(*number);
    if (stop_ != StopLevel::now) continue;
    if (store_) store_->abandon();  // the writer may be waiting for it
    writer_.abandon();
  }
  return writer_.finish();
}

void Sweep::begin_store() {
  const SweepPlan& plan = setup_.plan;
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
  const Journal* journal = setup_.journal;
  if (journal == nullptr || journal->begin().runs == 1) return store_->begin(record);
  store_->resume(record, journal->decided_before().set.count() == plan.targets_here);
}

StoreResult Sweep::finish_stored_rows(Signals& signals) {
  if (!store_) return {};
  store_->request_finish();
  while (!store_->wait_finished(signal_poll_ns)) {
    if (const auto number = signals.wait(0)) take_signal(*number);
    if (stop_ == StopLevel::now) store_->abandon();
  }
  return store_->finish_rows();
}

ProgressSnapshot Sweep::snapshot() const {
  ProgressSnapshot now;
  now.elapsed_ns = monotonic_now_ns() - started_ns_;
  now.targets = setup_.plan.targets_here;
  if (setup_.journal != nullptr) {
    const JournalRecord& before = setup_.journal->begin();
    now.decided_before = setup_.journal->decided_before().set.count();
    now.decided = now.decided_before;
    now.alive = before.states[static_cast<std::size_t>(State::alive)];
  }
  for (const auto& worker : workers_) {
    const WorkerProgress& progress = worker->progress;
    now.decided += progress.decided.load(std::memory_order_relaxed);
    now.sent += progress.sent.load(std::memory_order_relaxed);
    now.alive += progress.alive.load(std::memory_order_relaxed);
    now.lost_here +=
        progress.lost_here.load(std::memory_order_relaxed) + progress.socket_drops.load(std::memory_order_relaxed);
  }
  return now;
}

SweepSummary Sweep::summarize(const WriterResult& written, const StoreResult& stored) const {
  SweepSummary summary;
  const SweepPlan& plan = setup_.plan;
  summary.version = setup_.version;
  summary.command = options_.command;
  summary.plan_id = plan.plan_id;
  summary.targets_id = plan.targets_id;
  summary.targets = plan.targets_here;
  summary.seed = plan.seed;
  summary.shard = options_.shard;
  summary.shards = options_.shards;
  summary.rate_asked = plan.rate;
  summary.started_ns = started_wall_ns_;
  summary.duration_ns = finished_ns_ - started_ns_;
  summary.finished_ns = started_wall_ns_ + summary.duration_ns;
  bool held_back = false;
  for (const auto& worker : workers_) {
    held_back = held_back || worker->share->worker.was_held_back();
    summary.tally += worker->tally;
    summary.rtts += worker->rtts;
    summary.sending_ns = std::max(summary.sending_ns, worker->share->worker.sending_ns());
  }
  if (setup_.journal != nullptr) add_earlier_runs(summary, *setup_.journal);
  summary.engine = workers_.front()->kind == TransportKind::uring ? "uring" : "mmsg";
  summary.engine_note = workers_.front()->engine_note;
  summary.sockets = setup_.sockets.plan == SocketPlan::dgram ? "dgram" : "raw";
  summary.sockets_note = setup_.sockets.description;
  summary.matching = "tagged";
  summary.workers = plan.workers;
  summary.kernel = kernel_release();
  setup_.on_link->report(summary, held_back);
  judge(summary, written,
        {options_, setup_.output_name, interrupted_, LocalCounters::read().since(counters_before_),
         setup_.sockets.v6_drops_hidden, stored});
  return summary;
}

}  // namespace ringsweep
