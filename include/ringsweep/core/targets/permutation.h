// A keyed bijection on [0, n) for any n up to 2^40, with its inverse: the order in which a sweep visits its targets.
//
// A Feistel network over the smallest number of bits that holds n - 1, with cycle walking for what falls outside: no
// table, no state, and position <-> target index in well under 100 ns. The same seed and n give the same order on every
// machine and in every version (resume, shards and diff rely on it). `identity` is the address order of
// `--order address`. Not cryptographic, and need not be: nothing secret depends on the order.
// Source: Black and Rogaway, "Ciphers with Arbitrary Finite Domains", 2002 (cycle walking).
//
// Shards and workers are strides over positions: shard i of N takes positions congruent to i - 1 modulo N.
#pragma once

#include <array>
#include <cstdint>

namespace ringsweep {

class Permutation {
 public:
  // Pre: n <= max_targets.
  Permutation(std::uint64_t n, std::uint64_t seed);
  static Permutation identity(std::uint64_t n);

  std::uint64_t size() const { return n_; }
  // Pre: position < size().
  std::uint64_t at(std::uint64_t position) const;
  // The position at which `index` is visited: at(inverse(i)) == i.
  std::uint64_t inverse(std::uint64_t index) const;

 private:
  static constexpr int rounds = 6;
  std::uint64_t encrypt(std::uint64_t value) const;
  std::uint64_t decrypt(std::uint64_t value) const;

  std::uint64_t n_ = 0;
  unsigned left_bits_ = 0;
  unsigned right_bits_ = 0;
  bool identity_ = false;
  std::array<std::uint64_t, rounds> keys_{};
};

// Positions first, first + stride, first + 2 stride, ... below `end`: the share of one worker of one shard.
struct Stride {
  std::uint64_t first = 0;
  std::uint64_t stride = 1;
  std::uint64_t end = 0;

  // The share of worker `worker` (from 0) of `workers` in shard `shard` (from 1) of `shards`, of n positions.
  static Stride of(std::uint64_t n, std::uint64_t shard, std::uint64_t shards, std::uint64_t worker,
                   std::uint64_t workers);
  std::uint64_t count() const;
  bool has(std::uint64_t position) const {
    return position >= first && position < end && (position - first) % stride == 0;
  }
  // Its positions by number, from 0. Pre: a position of this stride.
  std::uint64_t at(std::uint64_t number) const { return first + number * stride; }
  std::uint64_t number_of(std::uint64_t position) const { return (position - first) / stride; }
};

}  // namespace ringsweep
