// Which places of a sweep's order are decided: a low-water mark and a bitmap above it, in pages.
//
//   place    0 ........ low | 32,768 places | 32,768 places | ...
//   memory   none           | a page: 4 KiB each; full and empty pages take none
//
// Verdicts fall about in the order of the places, so a sweep that works its way through a /8 keeps a page or two; one
// target that stays open for long costs its own page. Places are numbers in a shard's order
// (core/targets/permutation.h), the same whatever the number of workers. A value; owner: one thread. Pure.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ringsweep/core/targets/permutation.h"

namespace ringsweep {

class DecidedSet {
 public:
  static constexpr std::uint64_t page_places = 32'768;

  void add(std::uint64_t place);
  bool has(std::uint64_t place) const { return first_open(place) != place; }
  std::uint64_t count() const { return count_; }
  // The first place from `place` on that is not in the set.
  std::uint64_t first_open(std::uint64_t place) const;
  // No place from here on is in the set; at most a page above the highest that is.
  std::uint64_t end() const { return low() + pages_.size() * page_places; }
  // All places below are in the set.
  std::uint64_t low() const { return low_page_ * page_places; }

  // One line: the number of full pages at the bottom, then a word for each page above: its bits in base64, up to the
  // last byte that is not zero; `=N` stands for N full pages, `-N` for N empty ones.
  std::string to_text() const;
  // The set that such a line stands for; nothing if the line is invalid or has a place at or above `places`.
  static std::optional<DecidedSet> from_text(std::string_view text, std::uint64_t places);

 private:
  static constexpr std::uint64_t word_bits = 64;
  struct Page {
    std::vector<std::uint64_t> bits;  // none: full or empty
    std::uint32_t count = 0;
    bool is_full() const { return count == page_places; }
  };
  bool take_word(std::string_view word, std::uint64_t pages_left);
  bool take_bits(std::string_view base64);
  void drop_full_pages();

  std::uint64_t low_page_ = 0;
  std::uint64_t count_ = 0;
  std::deque<Page> pages_;
};

// The decided places of a shard whose positions in the permutation are `positions` (of all its workers together).
struct DecidedPlaces {
  DecidedSet set;
  Stride positions;
};

}  // namespace ringsweep
