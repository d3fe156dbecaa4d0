#include "ringsweep/engine/worker/worker_crew.h"

#include <utility>

#include "ringsweep/system/start_thread.h"

namespace ringsweep {

WorkerCrew::WorkerCrew(std::vector<SocketSet> sockets, std::optional<TransportKind> kind, Signals& signals)
    : signals_(signals) {
  for (SocketSet& set : sockets) {
    members_.push_back(std::make_unique<Member>());
    members_.back()->sockets = std::move(set);
  }
  running_ = size();
  try {
    for (unsigned index = 0; index < size(); ++index)
      members_[index]->thread = start_thread([this, index, kind] { live(index, kind); });
    finish();
  } catch (...) {
    end();
    throw;
  }
}

WorkerCrew::~WorkerCrew() {
  end();
}

void WorkerCrew::end() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  changed_.notify_all();
  for (const auto& member : members_) {
    if (member->thread.joinable()) member->thread.join();
  }
}

void WorkerCrew::start(Work work) {
  {
    const std::lock_guard lock(mutex_);
    work_ = std::move(work);
    running_ = size();
    ++piece_;
  }
  changed_.notify_all();
}

void WorkerCrew::check() const {
  const std::lock_guard lock(mutex_);
  for (const auto& member : members_) {
    if (member->error) std::rethrow_exception(member->error);
  }
}

void WorkerCrew::finish() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return running_ == 0; });
  lock.unlock();
  check();
}

void WorkerCrew::live(unsigned index, std::optional<TransportKind> kind) {
  Member& member = *members_[index];
  const auto did = [&](const auto& what) {
    try {
      what();
    } catch (...) {
      member.error = std::current_exception();
    }
    // check() takes this lock: whoever asked for the work may destroy the signals after it.
    const std::lock_guard lock(mutex_);
    --running_;
    changed_.notify_all();
    signals_.notify();
  };
  did([&] { member.made = make_transport(kind, std::move(member.sockets)); });
  for (std::uint64_t done = 0;;) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return over_ || piece_ > done; });
    if (over_) break;
    done = piece_;
    const Work& work = work_;
    lock.unlock();
    did([&] { work(index, *member.made.transport); });
  }
  // A ring ends on the thread that made it.
  member.made.transport.reset();
}

}  // namespace ringsweep
