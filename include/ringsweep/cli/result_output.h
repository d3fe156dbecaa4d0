// Where the rows of a result go, by the options -o and --format.
#pragma once

#include <optional>
#include <string>

#include "ringsweep/output/result_file.h"
#include "ringsweep/output/row_format.h"

namespace ringsweep {

// As asked; else by the file's ending, and on standard output a table for a terminal and CSV for a pipe.
RowFormatName choose_format(std::optional<RowFormatName> asked, const std::string& output_file);

// Empty and "-" are standard output. Throws Error (incomplete) where it cannot be written.
ResultFile open_output(const std::string& output_file);

}  // namespace ringsweep
