// Standard input, output and error as the program finds them, and standard output as it leaves it.
#pragma once

#include <string>

namespace ringsweep {

// First of all: takes the numbers of those that are closed, so that no socket or file that is opened later gets one of
// them and is then written to as if it were the terminal. Reading or writing them still fails as on what is closed.
void reserve_standard_streams();

// Throws Error (incomplete) where standard output is closed or can only be read.
void check_standard_output();

// All that was printed has reached its file, or an Error (incomplete) says why not.
void flush_standard_output();

// What --help and --version do: returns exit status 0, or throws as flush_standard_output.
int print_text(const std::string& text);

}  // namespace ringsweep
