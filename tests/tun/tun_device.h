// The TUN device, in the network namespace of the process: one IP packet a read, one a write. It is made when it is not
// there, and then lives as long as this object.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "ringsweep/system/file_descriptor.h"

namespace ringsweep::tun {

// What the kernel counts at the device; the names are those of `ip -s link`, seen from the host: tx is what we read.
struct DeviceCounters {
  std::uint64_t tx_packets = 0, tx_dropped = 0, rx_packets = 0, rx_dropped = 0, rx_errors = 0;
};

class TunDevice {
 public:
  // Throws a system Error.
  explicit TunDevice(const std::string& name);

  int descriptor() const { return file_.get(); }
  // The next packet, valid until the next call; empty: there is none now.
  std::span<const std::byte> read();
  // False: the kernel refused it.
  bool write(std::span<const std::byte> packet);
  DeviceCounters counters() const;

 private:
  std::string name_;
  FileDescriptor file_;
  std::vector<std::byte> buffer_;
};

}  // namespace ringsweep::tun
