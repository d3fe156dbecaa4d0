// Writes rows that exist already, as RowFormat shows them. (The Writer writes those of a running sweep.)
#pragma once

#include <span>

#include "ringsweep/output/rows/row_format.h"
#include "ringsweep/output/writer/result_file.h"

namespace ringsweep {

// Writes the header if requested, the rows and the end, and syncs a regular file. Throws Error (incomplete), which
// names the file; a regular file then ends with a whole row.
void write_rows(const ResultFile& file, RowFormat& format, bool header, std::span<const Verdict> rows);

}  // namespace ringsweep
