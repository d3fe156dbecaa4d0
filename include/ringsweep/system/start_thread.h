// Starts a thread that takes no signals: they belong to main.
#pragma once

#include <functional>
#include <thread>

namespace ringsweep {

// Throws Error (exit status 4) where the system has no room for another one. Any thread.
std::thread start_thread(std::function<void()> body);

}  // namespace ringsweep
