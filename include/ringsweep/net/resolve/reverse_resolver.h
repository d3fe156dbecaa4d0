// Names of many addresses (PTR), while a sweep runs and without slowing it: c-ares on a thread of its own; the system's
// resolv.conf and hosts file hold.
//
// At most 200 queries leave in any second, those that are repeated after 1 s without an answer included. An address has
// its answer at most 2 s after its first query; what comes later is not used. Of several names the first in the order
// of the alphabet is taken, so that they do not change from sweep to sweep. A name comes from whoever runs that part of
// the DNS: what is no host name (core/targets/target_parser.h) is as none.
//
// ask() and take_answers() belong to one thread, the others to any.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "ringsweep/base/address.h"
#include "ringsweep/base/time.h"

namespace ringsweep {

enum class NameOutcome : std::uint8_t {
  named,
  nameless,    // the address has none
  invalid,     // the name it has is no host name
  unanswered,  // no server answered in time, or it refused
  not_asked    // ask_no_more() came first
};
inline constexpr std::size_t name_outcome_count = 5;

struct ReverseAnswer {
  std::uint64_t id = 0;
  NameOutcome outcome = NameOutcome::nameless;
  std::string name;  // where named
};

// What a ReverseResolver does, for those who only use it. No call blocks.
class ReverseLookup {
 public:
  virtual ~ReverseLookup() = default;
  virtual void ask(std::uint64_t id, const Address& address) = 0;
  // Each question has one answer, in any order.
  virtual std::vector<ReverseAnswer> take_answers() = 0;
  virtual bool has_answers() const = 0;
  // What no query has left for is answered at once, `not_asked`, from now on.
  virtual void ask_no_more() = 0;
  // So is all else: `unanswered`.
  virtual void give_up() = 0;
};

class ReverseResolver final : public ReverseLookup {
 public:
  static constexpr std::int64_t patience_ns = 2 * ns_per_s;
  // So long it takes to ask for so many, at most.
  static std::int64_t longest_ns(std::uint64_t addresses);

  struct Options {
    std::string servers;  // "ADDRESS:PORT,..." instead of resolv.conf's (tests)
  };
  // `answered` is called on its thread as soon as there are answers; it must not call back. Throws Error where there is
  // no resolver (exit 4).
  ReverseResolver(std::function<void()> answered, const Options& options);
  ~ReverseResolver() override;
  ReverseResolver(const ReverseResolver&) = delete;
  ReverseResolver& operator=(const ReverseResolver&) = delete;

  void ask(std::uint64_t id, const Address& address) override;
  std::vector<ReverseAnswer> take_answers() override;
  bool has_answers() const override;
  void ask_no_more() override;
  void give_up() override;

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace ringsweep
