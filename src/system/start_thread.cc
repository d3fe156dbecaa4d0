#include "ringsweep/system/start_thread.h"

#include <signal.h>

#include <system_error>
#include <utility>

#include "ringsweep/base/error.h"

namespace ringsweep {

std::thread start_thread(std::function<void()> body) {
  // A thread is born with the mask of the one that starts it.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  try {
    std::thread thread(std::move(body));
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return thread;
  } catch (const std::system_error& error) {
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    throw system_error("cannot start a thread", error.code().value(),
                       "raise the limits of processes and of address space: ulimit -u, ulimit -v");
  }
}

}  // namespace ringsweep
