// Where the rows of a result go, by the options -o, --format and --store.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ringsweep/output/rows/row_format.h"
#include "ringsweep/output/store/store.h"
#include "ringsweep/output/writer/result_file.h"

namespace ringsweep {

// As asked; else by the file's ending, and on standard output a table for a terminal and CSV for a pipe.
RowFormatKind choose_format(std::optional<RowFormatKind> asked, const std::string& output_file);

// Empty and "-" are standard output. Throws Error (incomplete) where it cannot be written.
ResultFile open_output(const std::string& output_file);

// Empty is none. Prints the store's warning unless `quiet`.
std::optional<Store> open_store(const std::string& store_file, bool quiet);

// Each output by its option; where there is none the name is empty.
using NamedOutput = std::pair<std::string_view, std::string>;
// Throws Error (usage) where two are the same file, by whatever name each goes (the store is one of them); devices and
// pipes may be. An --output without a name, or "-", is standard output: no other may be that in a file or a pipe.
void refuse_same_outputs(std::initializer_list<NamedOutput> outputs);
// Throws Error (usage) where an output would replace one of the files that are read, by whatever name it goes: "-" is
// what standard input comes from.
void refuse_to_replace_input(const std::vector<std::string>& inputs, std::initializer_list<NamedOutput> outputs);

}  // namespace ringsweep
