#include "ringsweep/output/writer/writer.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>
#include <chrono>
#include <climits>
#include <optional>
#include <string_view>
#include <utility>

#include "ringsweep/base/time.h"
#include "ringsweep/system/start_thread.h"
#include "ringsweep/system/write_all.h"

namespace ringsweep {
namespace {

constexpr std::int64_t settling_interval_ns = ns_per_s;
constexpr std::size_t page_size = 4096;
constexpr int retry_ms = 10;

std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

int to_poll_ms(std::int64_t ns) {
  return static_cast<int>(std::clamp<std::int64_t>((ns + ns_per_ms - 1) / ns_per_ms, 0, INT_MAX));
}

}  // namespace

Writer::Writer(ResultFile file, std::unique_ptr<RowFormat> format, const Options& options)
    : file_(std::move(file)), format_(std::move(format)), options_(options), buffer_(2 * flush_size) {
  if (options_.delay != nullptr) options_.delay->wake_by([this] { wakeup_.wake(); });
}

Writer::~Writer() {
  if (thread_.joinable()) finish();
}

RowQueue& Writer::add_queue(const RowQueue::Options& options) {
  assert(!thread_.joinable());
  queues_.push_back(std::make_unique<RowQueue>(options, wakeup_));
  return *queues_.back();
}

void Writer::start() {
  file_.cut_to(options_.before.bytes);
  thread_ = start_thread([this] { run(); });
}

void Writer::abandon() {
  abandoned_.store(true);
  wakeup_.wake_always();
}

void Writer::request_finish() {
  if (finishing_.load()) return;
  for (const auto& queue : queues_) queue->publish_rest();
  finishing_.store(true);
  wakeup_.wake_always();
}

bool Writer::wait_finished(std::int64_t timeout_ns) {
  std::unique_lock<std::mutex> lock(done_mutex_);
  return done_changed_.wait_for(lock, std::chrono::nanoseconds(timeout_ns), [this] { return done_; });
}

WriterResult Writer::finish() {
  if (thread_.joinable()) {
    request_finish();
    thread_.join();
  }
  return result_;
}

void Writer::run() {
  if (options_.header) format_->append_header(buffer_);
  add_cut_points();
  flush();
  for (;;) {
    // Read before the queues, so that everything published before it was set is seen.
    const bool finishing = finishing_.load();
    if (drain()) continue;
    if (finishing && !is_waiting()) break;
    sleep();
  }
  // Settle before the end of the format: a later run resumes this file after its rows.
  settle();
  heading_lines_ = options_.header && rows_pending_ > 0 ? 1 : 0;
  format_->append_end(buffer_, rows_so_far() + rows_pending_, hidden_so_far());
  add_cut_points();
  flush();
  if (unsettled_) sync();
  count_unwritten();
  const std::lock_guard<std::mutex> lock(done_mutex_);
  done_ = true;
  done_changed_.notify_all();
}

// Takes everything that the queues hold now; true if there was anything.
bool Writer::drain() {
  bool found = false;
  for (const auto& queue : queues_) {
    RowQueue::Chunk* chunk = queue->take_published();
    while (chunk != nullptr) {
      found = true;
      RowQueue::Chunk* following = RowQueue::next(chunk);
      const std::span<const Verdict> verdicts = RowQueue::rows(chunk);
      take(options_.delay == nullptr ? verdicts : options_.delay->pass(verdicts));
      queue->give_back(chunk);
      chunk = following;
    }
  }
  if (options_.delay != nullptr && take_delayed()) found = true;
  flush();
  settle_when_due();
  return found;
}

bool Writer::take_delayed() {
  if (!options_.delay->has_released()) return false;
  take(options_.delay->release());
  return true;
}

void Writer::take(std::span<const Verdict> verdicts) {
  if (verdicts.empty()) return;
  for (VerdictObserver* observer : options_.observers) observer->take(verdicts);
  if (!options_.observers.empty()) note_unsettled();
  for (const Verdict& verdict : verdicts) {
    if (!options_.filter.shows(verdict)) {
      ++result_.rows_hidden;
      continue;
    }
    ++rows_pending_;
    if (failed()) continue;
    format_->append_row(buffer_, verdict);
    const std::size_t end = buffer_.size();
    if (end != (cut_points_.empty() ? 0 : cut_points_.back())) cut_points_.push_back(end);
    if (end >= flush_size) flush();
  }
}

// Header and end have few lines or many (a table), and each line may be written alone.
void Writer::add_cut_points() {
  const std::string_view text = buffer_.view();
  for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n', end + 1)) {
    cut_points_.push_back(end + 1);
  }
}

void Writer::flush() {
  if (buffer_.size() == 0 || failed()) return;
  std::optional<StatusLine::Pause> pause;
  if (options_.status != nullptr) pause.emplace(*options_.status);
  if (file_.is_regular()) offset_ = static_cast<std::size_t>(::lseek(file_.fd(), 0, SEEK_CUR));
  std::size_t from = 0;  // always the end of a row
  std::size_t units = 0;
  while (from < buffer_.size()) {
    const auto first = cut_points_.begin() + static_cast<std::ptrdiff_t>(units);
    auto last = std::upper_bound(first, cut_points_.end(), from + piece_limit(from));
    if (last == first) ++last;  // a row that does not fit is written alone
    const std::size_t end = *(last - 1);
    std::size_t written = 0;
    const int error = write_piece(from, end, written);
    if (error == 0) {
      units += static_cast<std::size_t>(last - first);
      from = end;
      continue;
    }
    const auto whole = std::upper_bound(first, last, from + written) - first;
    units += static_cast<std::size_t>(whole);
    const std::size_t kept = units == 0 ? 0 : cut_points_[units - 1];
    file_.cut_back(from + written - kept);
    result_.bytes_written += kept;
    const std::uint64_t rows = std::min<std::uint64_t>(units - std::min(units, heading_lines_), rows_pending_);
    result_.rows_written += rows;
    rows_pending_ -= rows;
    fail(error);
    return;
  }
  result_.bytes_written += buffer_.size();
  result_.rows_written += rows_pending_;
  rows_pending_ = 0;
  note_unsettled();
  buffer_.clear();
  cut_points_.clear();
}

// How much may be written at once: PIPE_BUF bytes to a pipe that polls as writable, as these do not block; to a file
// what fits the page, as a kill may end a write at the page's end, in the middle of a row (1 of 100 kills in trials).
std::size_t Writer::piece_limit(std::size_t from) const {
  if (!file_.is_regular()) return PIPE_BUF;
  return page_size - (offset_ + from) % page_size;
}

// Writes the bytes [from, end) of the buffer, `written` of them before an error. Returns the errno or 0.
int Writer::write_piece(std::size_t from, std::size_t end, std::size_t& written) {
  const std::size_t size = end - from;
  while (written < size) {
    if (!file_.is_regular()) {
      const int error = wait_writable();
      if (error != 0) return error;
    }
    const ssize_t result = ::write(file_.fd(), buffer_.data() + from + written, size - written);
    if (result >= 0) {
      written += static_cast<std::size_t>(result);
    } else if (errno == EAGAIN) {
      // A terminal that polled as writable may lack room for the next character.
      if (abandoned_.load()) return ECANCELED;
      pollfd wait{wakeup_.fd(), POLLIN, 0};
      ::poll(&wait, 1, retry_ms);
      wakeup_.awake();
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

// Waits until the reader reads, unless the run is abandoned. An error of the descriptor shows in the next write.
int Writer::wait_writable() {
  for (;;) {
    const bool abandoned = abandoned_.load();
    std::array<pollfd, 2> wait = {pollfd{file_.fd(), POLLOUT, 0}, pollfd{wakeup_.fd(), POLLIN, 0}};
    if (::poll(wait.data(), wait.size(), abandoned ? 0 : -1) < 0) continue;
    if (wait[0].revents != 0) return 0;
    if (abandoned) return ECANCELED;
    wakeup_.awake();
  }
}

void Writer::fail(int errno_value) {
  errno_.store(errno_value, std::memory_order_relaxed);
  result_.errno_value = errno_value;
  buffer_.clear();
  cut_points_.clear();
}

void Writer::note_unsettled() {
  if (!unsettled_) next_settling_ns_ = now_ns() + settling_interval_ns;
  unsettled_ = true;
}

void Writer::settle_when_due() {
  if (unsettled_ && now_ns() >= next_settling_ns_) settle();
}

void Writer::settle() {
  if (!unsettled_) return;
  unsettled_ = false;
  sync();
  // A sorted table keeps its rows until the end.
  if (failed() || !file_.is_regular() || rows_pending_ > 0) return;
  const SettledOutput output{options_.before.bytes + result_.bytes_written, rows_so_far(), hidden_so_far()};
  for (VerdictObserver* observer : options_.observers) observer->settled(output);
}

void Writer::sync() {
  if (!file_.is_regular()) return;
  if (const int error = sync_data(file_.fd()); error != 0 && !failed()) fail(error);
}

void Writer::sleep() {
  wakeup_.prepare_to_sleep();
  const auto has_work = [](const std::unique_ptr<RowQueue>& queue) { return queue->has_published(); };
  const bool released = options_.delay != nullptr && options_.delay->has_released();
  const bool at_end = finishing_.load() && !is_waiting();
  const bool work = at_end || released || std::any_of(queues_.begin(), queues_.end(), has_work);
  if (!work) {
    pollfd wait{wakeup_.fd(), POLLIN, 0};
    const bool settling_waits = unsettled_ && file_.is_regular();
    ::poll(&wait, 1, settling_waits ? to_poll_ms(next_settling_ns_ - now_ns()) : -1);
  }
  wakeup_.awake();
}

void Writer::count_unwritten() {
  result_.rows_lost += rows_pending_;
  for (const auto& queue : queues_) result_.rows_lost += queue->rows_overflowed();
}

}  // namespace ringsweep
