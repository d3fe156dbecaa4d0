// From packets to probes: decodes what the transport hands out, finds the probe that it speaks about, checks that it is
// authentic (src/README.md, 3.4), and tells the Flight. Everything else is counted: foreign, malformed, late, redirect.
// Owner: one worker; hot: never throws or allocates.
#pragma once

#include <cstdint>

#include "ringsweep/core/jobs/flight.h"
#include "ringsweep/core/jobs/machine_addresses.h"
#include "ringsweep/core/jobs/tally.h"
#include "ringsweep/core/probe/icmp_codec.h"
#include "ringsweep/core/probe/probe_token.h"
#include "ringsweep/net/transport/transport.h"

namespace ringsweep {

class Receiver {
 public:
  struct Identity {
    std::uint16_t identifier_v4 = 0;
    std::uint16_t identifier_v6 = 0;
    std::uint8_t worker = 0;
    std::uint16_t run = 0;
  };
  Receiver(Flight& flight, const TokenKey& key, const Identity& identity, const MachineAddresses& machine,
           Tally& tally);

  void take(const ReceivedPacket& packet);

 private:
  void take_reply(const ReceivedPacket& packet, const DecodedPacket& decoded);
  void take_error(const ReceivedPacket& packet, const DecodedPacket& decoded);
  bool identifier_is_ours(Family family, std::uint16_t identifier) const;
  // The probe that an authentic token names, for a packet about a probe to `to`; counts what is not ours or late.
  std::optional<std::uint64_t> probe_of_token(std::span<const std::byte> payload, const Address& to);

  Flight& flight_;
  const TokenKey& key_;
  Identity identity_;
  const MachineAddresses& machine_;
  Tally& tally_;
};

}  // namespace ringsweep
