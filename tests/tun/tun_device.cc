#include "tun/tun_device.h"

#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <fstream>
#include <sstream>

#include "ringsweep/base/error.h"

namespace ringsweep::tun {

TunDevice::TunDevice(const std::string& name) : name_(name), buffer_(65'536) {
  constexpr const char* path = "/dev/net/tun";
  file_ = FileDescriptor(::open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC));
  if (!file_.is_open()) throw system_error(std::string("cannot open ") + path, errno, "run as root");
  ifreq request{};
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  if (name.empty() || name.size() >= sizeof(request.ifr_name)) throw usage_error("no name of a device: '" + name + "'");
  name.copy(request.ifr_name, sizeof(request.ifr_name) - 1);
  if (::ioctl(file_.get(), TUNSETIFF, &request) != 0) {
    throw system_error("cannot use the TUN device " + name, errno, "run as root, in a namespace of its own");
  }
}

std::span<const std::byte> TunDevice::read() {
  const ssize_t size = ::read(file_.get(), buffer_.data(), buffer_.size());
  if (size > 0) return std::span(buffer_).first(static_cast<std::size_t>(size));
  return {};
}

bool TunDevice::write(std::span<const std::byte> packet) {
  return ::write(file_.get(), packet.data(), packet.size()) == static_cast<ssize_t>(packet.size());
}

DeviceCounters TunDevice::counters() const {
  DeviceCounters counters;
  std::ifstream table("/proc/self/net/dev");
  for (std::string line; std::getline(table, line);) {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos || line.substr(line.find_first_not_of(' '), name_.size() + 1) != name_ + ":")
      continue;
    std::istringstream columns(line.substr(colon + 1));
    std::uint64_t unused = 0;
    columns >> unused >> counters.rx_packets >> counters.rx_errors >> counters.rx_dropped;
    for (int i = 0; i < 4; ++i) columns >> unused;  // fifo, frame, compressed, multicast
    columns >> unused >> counters.tx_packets >> unused >> counters.tx_dropped;
  }
  return counters;
}

}  // namespace ringsweep::tun
