// The words of one line of a scenario, taken one after the other, and the error that names the line. Set-up only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ringsweep/base/address.h"
#include "ringsweep/base/error.h"

namespace ringsweep::tun {

struct NumberRange {
  std::uint64_t first, last;
};

class RuleWords {
 public:
  // `place` is "FILE:LINE". A `#` and what follows it is left out.
  RuleWords(std::string place, std::string_view line);

  bool at_end() const { return next_ == words_.size(); }
  // The next word, or "" at the end.
  std::string_view peek() const { return at_end() ? std::string_view() : words_[next_]; }
  std::string_view take(std::string_view wanted);
  // Takes the next word if it is this one.
  bool skip(std::string_view word);

  // Each takes one word and throws where it is not what it should be. `what` names it in the error.
  std::uint64_t number(std::string_view what, NumberRange allowed);
  double decimal(std::string_view what, double least, double most);
  double percent(std::string_view what);         // `5%`, as 0.05
  std::int64_t duration(std::string_view what);  // `1.5ms`
  double per_second(std::string_view what);      // `100/s`
  // `A-B`, or `A` alone; `A-` where `open_end`.
  NumberRange range(std::string_view what, NumberRange allowed, bool open_end = false);
  std::pair<std::uint8_t, std::uint8_t> type_and_code();  // `3/1`
  int signed_number(std::string_view what);               // `+4`, `-4`
  Address address(std::string_view what, Family family);

  Error error(const std::string& what) const;

 private:
  std::uint64_t number_of(std::string_view text, std::string_view what, NumberRange allowed) const;
  double decimal_of(std::string_view text, std::string_view what, double least, double most) const;

  std::string place_;
  std::vector<std::string_view> words_;
  std::size_t next_ = 0;
};

}  // namespace ringsweep::tun
