// Which addresses may be loaded with probes without asking: private (RFC 1918, RFC 4193), loopback and link-local ones.
// Every other address belongs to a public network. Pure.
#pragma once

#include <optional>
#include <string>

#include "ringsweep/core/targets/target_set.h"

namespace ringsweep {

bool is_private(const Address& address);

// The range outside of all private networks that has a target, as text; nothing where all are inside. Names are not
// looked at.
std::optional<std::string> public_range_of(const TargetSet& targets);

}  // namespace ringsweep
