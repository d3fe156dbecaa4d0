#include "ringsweep/system/network_file_system.h"

#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

namespace ringsweep {
namespace {

// FUSE is any of them, or none: it counts as one, because nothing is lost by that but speed.
constexpr std::array<std::pair<std::uint64_t, std::string_view>, 17> magics = {{
    {0x6969, "NFS"},
    {0x517b, "SMB"},
    {0xff534d42, "CIFS"},
    {0xfe534d42, "SMB2"},
    {0x65735546, "FUSE"},
    {0x01021997, "9P"},
    {0x5346414f, "AFS"},
    {0x6b414653, "AFS"},
    {0x73757245, "Coda"},
    {0x00c36400, "Ceph"},
    {0x564c, "NCP"},
    {0x01161970, "GFS2"},
    {0x7461636f, "OCFS2"},
    {0x0bd00bd0, "Lustre"},
    {0x47504653, "GPFS"},
    {0x786f4256, "vboxsf"},
    {0x20030528, "OrangeFS"},
}};

}  // namespace

std::string_view network_file_system_name(std::uint64_t magic) {
  const auto* const found =
      std::find_if(magics.begin(), magics.end(), [magic](const auto& entry) { return entry.first == magic; });
  return found == magics.end() ? std::string_view() : found->second;
}

std::string_view network_file_system_of(const std::string& path) {
  struct statfs status {};
  const std::filesystem::path folder = std::filesystem::absolute(path).parent_path();
  if (::statfs(path.c_str(), &status) != 0 && ::statfs(folder.c_str(), &status) != 0) return {};
  // The kernel's type is signed in places; the magic numbers have 32 bits.
  return network_file_system_name(static_cast<std::uint32_t>(status.f_type));
}

}  // namespace ringsweep
