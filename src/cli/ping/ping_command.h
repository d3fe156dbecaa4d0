// `ringsweep ping HOST`, and ringsweep called as `ping` through a link.
#pragma once

namespace ringsweep {

// True where argv[0] or the first word says that this is a ping: `ping`, `ping4`, `ping6`.
bool is_ping_command(int argc, const char* const* argv);

// Returns the exit status. What is wrong is printed here, behind the name of ping. Pre: is_ping_command.
int run_ping_command(int argc, char** argv);

}  // namespace ringsweep
