#include "ringsweep/engine/journal/journal.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <utility>

#include "ringsweep/system/file_descriptor.h"
#include "ringsweep/system/replacement_file.h"
#include "ringsweep/system/start_thread.h"

namespace ringsweep {
namespace {

constexpr std::chrono::milliseconds durable_poll{20};

int sync_folder_of(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  const FileDescriptor opened(::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened.is_open()) return errno == EACCES ? 0 : errno;  // what may not be read cannot be synced
  // EINVAL: the file system cannot sync folders.
  return ::fsync(opened.get()) == 0 || errno == EINVAL ? 0 : errno;
}

// Everything but the set of decided places, which may be large.
JournalRecord without_decided(const JournalRecord& record) {
  JournalRecord rest = record;
  rest.decided = {};
  return rest;
}

}  // namespace

Journal::Journal(Options options, JournalRecord begin)
    : options_(std::move(options)),
      begin_(without_decided(begin)),
      decided_before_{begin.decided, options_.positions},
      decided_(std::move(begin.decided)),
      now_(begin_) {
  now_.store.reset();  // until set_store()
}

Journal::~Journal() {
  finish();
  if (!kept_) remove();
}

bool Journal::was_undecided(std::uint64_t target) const {
  const Stride& positions = options_.positions;
  const std::uint64_t position = options_.order.inverse(target);
  return positions.has(position) && !decided_before_.set.has(positions.number_of(position));
}

// The result file is locked by this process, so nobody else writes it.
std::string Journal::temporary() const {
  return options_.path + ".tmp";
}

int Journal::replace(std::string_view text) const {
  ReplacementFile replacement(options_.path, temporary());
  return replacement.error() != 0 ? replacement.error() : replacement.write_and_rename(text);
}

int Journal::save_first() {
  const int error = replace(journal_text(now_, decided_.to_text()));
  if (error != 0) return error;
  kept_ = false;
  return sync_folder_of(options_.path);
}

void Journal::start(Surroundings surroundings) {
  surroundings_ = std::move(surroundings);
  thread_ = start_thread([this] { run(); });
}

void Journal::take(std::span<const Verdict> verdicts) {
  for (const Verdict& verdict : verdicts) {
    decided_.add(options_.positions.number_of(options_.order.inverse(verdict.target)));
    now_.count(verdict);
  }
  taken_ += verdicts.size();
}

void Journal::settled(const SettledOutput& output) {
  now_.output = output;
  Checkpoint checkpoint{taken_, now_, decided_.to_text()};
  const std::lock_guard<std::mutex> lock(mutex_);
  newest_ = std::move(checkpoint);
  changed_.notify_one();
}

bool Journal::all_durable(std::uint64_t taken) const {
  return std::ranges::all_of(surroundings_.others,
                             [taken](const VerdictObserver* other) { return other->durable() >= taken; });
}

void Journal::run() {
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return newest_ || ending_; });
    if (!newest_) return;
    Checkpoint checkpoint = std::move(*newest_);
    newest_.reset();
    while (!all_durable(checkpoint.taken)) {
      if (ending_) return;  // the observers have ended without making it safe
      changed_.wait_for(lock, durable_poll);
    }
    lock.unlock();
    save(checkpoint);
    lock.lock();
  }
}

void Journal::save(Checkpoint& checkpoint) {
  for (const LocalCounters::Moved& moved : surroundings_.lost()) checkpoint.record.lost[moved.name] += moved.by;
  checkpoint.record.output_fingerprint = options_.fingerprint(checkpoint.record.output.bytes);
  const int error = replace(journal_text(checkpoint.record, checkpoint.decided));
  if (error == 0 || std::exchange(warned_, true)) return;
  surroundings_.warn("ringsweep: warning: cannot update the journal '" + options_.path +
                     "', which stays at an earlier state: " + std::strerror(error) + "\n");
}

void Journal::finish() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ending_ = true;
    changed_.notify_one();
  }
  thread_.join();
}

void Journal::remove() {
  assert(!thread_.joinable());
  ::unlink(options_.path.c_str());
  ::unlink(temporary().c_str());  // of a run that was killed
  kept_ = true;
}

}  // namespace ringsweep
