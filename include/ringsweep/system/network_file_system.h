// Which file systems are not of this machine: SQLite's write-ahead log needs memory that all its users share.
// Source: statfs(2), linux/magic.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ringsweep {

// By `f_type` of statfs: "NFS"; empty where it is none that we know.
std::string_view network_file_system_name(std::uint64_t magic);
// Of the file system that holds the file, or will hold it. Empty also where the system does not say.
std::string_view network_file_system_of(const std::string& path);

}  // namespace ringsweep
