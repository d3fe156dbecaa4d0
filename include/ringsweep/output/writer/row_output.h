// Writes rows that are all there already, as RowFormat shows them. (Those of a sweep, which come one by one, are the
// Writer's.)
#pragma once

#include <span>

#include "ringsweep/output/rows/row_format.h"
#include "ringsweep/output/writer/result_file.h"

namespace ringsweep {

// Header where asked, rows, end. A regular file is synced. Throws Error (incomplete), which names the file; a regular
// one then ends with a whole row.
void write_rows(const ResultFile& file, RowFormat& format, bool header, std::span<const Verdict> rows);

}  // namespace ringsweep
