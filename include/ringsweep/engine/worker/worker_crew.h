// Threads that keep a transport each and do one piece of work after another: a sweep first allocates on them and then
// runs, and all trials of `throughput` share their sockets and rings.
//
// Owner: the main thread, which starts a piece on all threads and waits for signals until all have finished it. A ring
// belongs to its thread, so each thread makes its transport itself, during construction, and destroys it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "ringsweep/net/transport/transport_factory.h"
#include "ringsweep/system/signals.h"

namespace ringsweep {

class WorkerCrew {
 public:
  using Work = std::function<void(unsigned worker, Transport& transport)>;

  // Returns when each thread has its transport; throws Error where one cannot be had. `signals` outlives the threads.
  WorkerCrew(std::vector<SocketSet> sockets, std::optional<TransportKind> kind, Signals& signals);
  ~WorkerCrew();
  WorkerCrew(const WorkerCrew&) = delete;
  WorkerCrew& operator=(const WorkerCrew&) = delete;

  unsigned size() const { return static_cast<unsigned>(members_.size()); }
  TransportKind kind() const { return members_.front()->made.kind; }
  const std::string& description() const { return members_.front()->made.description; }
  std::uint64_t receive_buffer_bytes() const { return members_.front()->made.transport->receive_buffer_bytes(); }

  // Each thread does `work`; returns at once. Pre: !busy().
  void start(Work work);
  // Some have not finished it. They notify the signals when they do.
  bool busy() const { return running_ > 0; }
  // After the work: throws what the first of them threw.
  void check() const;
  // Waits for the work, without a look at signals, and checks it.
  void finish();
  // Ends the threads, and with them transports and sockets.
  void end();

 private:
  struct Member {
    SocketSet sockets;
    MadeTransport made;
    std::exception_ptr error;
    std::thread thread;
  };
  void live(unsigned index, std::optional<TransportKind> kind);

  Signals& signals_;
  std::vector<std::unique_ptr<Member>> members_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Work work_;                // guarded by mutex_
  std::uint64_t piece_ = 0;  // guarded by mutex_: number of the present one
  bool over_ = false;        // guarded by mutex_
  std::atomic<unsigned> running_{0};
};

}  // namespace ringsweep
