// The one exception type of set-up code: what failed, the errno if there was one, and what the user can do about it.
//
// Thrown only before the loop starts, caught once in `main`, which prints it and ends with `exit_code`. The hot loop
// never throws. Thread: any; an Error is a value.
#pragma once

#include <stdexcept>
#include <string>

namespace ringsweep {

// The exit statuses that a command can end with (ringsweep(1), EXIT STATUS).
enum class ExitCode : int {
  ok = 0,
  expectation_not_met = 1,
  usage = 2,
  incomplete = 3,
  refused_by_system = 4,
};

class Error : public std::runtime_error {
 public:
  // `what` names the thing and the place ("targets.txt:17: '10.0.0.256' is not an address"), `errno_value` is 0 where
  // no system call was involved, `remedy` may hold several lines and may be empty.
  Error(ExitCode exit_code, const std::string& what, int errno_value = 0, std::string remedy = {});

  ExitCode exit_code() const { return exit_code_; }
  int errno_value() const { return errno_value_; }
  const std::string& remedy() const { return remedy_; }

 private:
  ExitCode exit_code_;
  int errno_value_;
  std::string remedy_;
};

// Bad input from the user: exit status 2.
Error usage_error(const std::string& what, std::string remedy = {});

// The system refused something that the program needs: exit status 4. `what` gets ": <strerror(errno_value)>" added.
Error system_error(const std::string& what, int errno_value, std::string remedy = {});

}  // namespace ringsweep
