#include "ringsweep/output/store/store_writer.h"

#include <chrono>
#include <exception>
#include <iterator>
#include <utility>

#include "output/rows/formats.h"
#include "ringsweep/system/start_thread.h"

namespace ringsweep {
namespace {

using Clock = std::chrono::steady_clock;

void put_address(const Address& address, const RowContext& context, ResultAddress& out) {
  out.address = address.without_zone();
  out.zone = address.zone == 0 ? std::string() : context.zones.name_of(address.zone);
}

void put_row(const Verdict& verdict, const RowContext& context, ResultRow& row) {
  put_address(verdict.address, context, row.address);
  row.name = name_of(context, verdict);
  row.state = verdict.state;
  row.rtt_ns = verdict.rtt_ns;
  row.ttl = verdict.ttl;
  row.attempts = verdict.attempts;
  put_address(verdict.responder, context, row.responder);
  row.icmp_type = verdict.icmp_type;
  row.icmp_code = verdict.icmp_code;
  row.reason = verdict.reason;
  row.time_ns = verdict.time_ns;
}

}  // namespace

StoreWriter::StoreWriter(Store& store, const RowContext& context, const Options& options)
    : store_(store), context_(context), options_(options) {
  for (const ExtraColumn* column : context.columns) more_columns_.emplace_back(column->name());
  queue_.verdicts.reserve(options.queue_rows);
  batch_.verdicts.reserve(options.queue_rows);
}

StoreWriter::~StoreWriter() {
  if (thread_.joinable()) finish();
}

void StoreWriter::start() {
  thread_ = start_thread([this] { run(); });
}

void StoreWriter::take(std::span<const Verdict> verdicts) {
  for (const Verdict& verdict : verdicts) {
    for (ExtraColumn* column : context_.columns) more_.emplace_back(column->value(verdict));
  }
  std::unique_lock<std::mutex> lock(mutex_);
  went_.wait(lock, [this] { return failed_ || queue_.verdicts.size() < options_.queue_rows; });
  if (failed_) {
    result_.rows_lost += verdicts.size();
    more_.clear();
    return;
  }
  const bool was_empty = queue_.verdicts.empty();
  queue_.verdicts.insert(queue_.verdicts.end(), verdicts.begin(), verdicts.end());
  std::move(more_.begin(), more_.end(), std::back_inserter(queue_.more));
  more_.clear();
  const bool is_enough = queue_.verdicts.size() >= options_.queue_rows / 2;
  lock.unlock();
  if (was_empty || is_enough) came_.notify_one();
}

void StoreWriter::request_finish() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    finishing_ = true;
  }
  came_.notify_one();
}

bool StoreWriter::wait_finished(std::int64_t timeout_ns) {
  std::unique_lock<std::mutex> lock(mutex_);
  return went_.wait_for(lock, std::chrono::nanoseconds(timeout_ns), [this] { return done_; });
}

StoreResult StoreWriter::finish() {
  if (thread_.joinable()) {
    request_finish();
    thread_.join();
  }
  return result_;
}

void StoreWriter::run() {
  try {
    while (wait_for_batch()) store_batch();
  } catch (const std::exception& error) {
    fail(error.what());
  }
  const std::lock_guard<std::mutex> lock(mutex_);
  done_ = true;
  went_.notify_all();
}

// Waits until there is something to commit; false at the end.
bool StoreWriter::wait_for_batch() {
  std::unique_lock<std::mutex> lock(mutex_);
  came_.wait(lock, [this] { return finishing_ || !queue_.verdicts.empty(); });
  came_.wait_until(lock, begun_ + std::chrono::nanoseconds(options_.commit_interval_ns),
                   [this] { return finishing_ || queue_.verdicts.size() >= options_.queue_rows / 2; });
  begun_ = Clock::now();
  std::swap(queue_, batch_);
  lock.unlock();
  went_.notify_all();
  return !batch_.verdicts.empty();
}

void StoreWriter::store_batch() {
  row_.more.resize(more_columns_.size());
  auto at = batch_.verdicts.begin();
  auto more = batch_.more.begin();
  const auto next = [&]() -> const ResultRow* {
    if (at == batch_.verdicts.end()) return nullptr;
    put_row(*at++, context_, row_);
    for (std::string& value : row_.more) value.swap(*more++);
    return &row_;
  };
  store_.add(next, more_columns_);
  result_.rows_stored += batch_.verdicts.size();
  durable_.store(result_.rows_stored, std::memory_order_release);
  batch_.verdicts.clear();
  batch_.more.clear();
}

void StoreWriter::fail(const std::string& failure) {
  const std::lock_guard<std::mutex> lock(mutex_);
  failed_ = true;
  result_.failure = failure;
  result_.rows_lost += batch_.verdicts.size() + queue_.verdicts.size();
  queue_ = {};
  went_.notify_all();
}

}  // namespace ringsweep
