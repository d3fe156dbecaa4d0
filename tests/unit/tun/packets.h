// The probes that the tests of packets answer, and how they say what they expect.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/hex_bytes.h"
#include "tun/answer_builder.h"
#include "tun/echo_probe.h"
#include "tun/scenario.h"

namespace ringsweep::tun::testing {

using ringsweep::testing::hex_bytes;
using Bytes = std::vector<std::byte>;

// Identifier 0xabcd, sequence 0x0102.
inline const std::string payload_text = "404142434445464748494a4b4c4d4e4f5051525354555657";
// 198.18.0.1 probes 10.1.0.7.
inline const std::string v4_header = "4500003400004000 40016aae c6120001 0a010007";
inline const std::string v4_message = "0800c39c abcd0102" + payload_text;
// fd77::1 probes fd78::7.
inline const std::string v6_near = "fd770000000000000000000000000001", v6_target = "fd780000000000000000000000000007",
                         v6_router = "fd770000000000000000000000000009";
inline const std::string v6_header = "60000000 00203a40" + v6_near + v6_target;
inline const std::string v6_message = "80005049 abcd0102" + payload_text;

// The only answer of the only rule of a scenario.
inline Answer answer_of(const std::string& rule) {
  return parse_scenario("test", rule).rules.at(0).answers.at(0);
}

// What the probe gets as an answer by that rule.
inline Bytes answer_to(const std::string& probe, const std::string& rule, const std::string& replayed = "") {
  const Bytes packet = hex_bytes(probe);
  const EchoProbe read = read_probe(packet).value();
  const Answer answer = answer_of(rule);
  const Bytes payload = hex_bytes(replayed);
  Bytes out = hex_bytes("aaaaaa");  // what was there before
  build_answer(read, answer.shape, answer.responder(read.target), payload, out);
  return out;
}

}  // namespace ringsweep::tun::testing
