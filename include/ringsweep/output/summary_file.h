// Writes the summary's JSON (`--summary-json FILE`): whole or not at all, by a temporary file beside it and a rename.
#pragma once

#include <string>
#include <string_view>

namespace ringsweep {

// "-" is refused (standard output carries results alone): usage Error. Devices and pipes are written directly. Throws
// Error that names the file; the temporary file is removed.
void write_summary_file(const std::string& path, std::string_view json);

// Before the sweep starts: throws the Error that write_summary_file would throw at its end for a folder that is missing
// or not writable. Leaves nothing behind.
void check_summary_file(const std::string& path);

}  // namespace ringsweep
