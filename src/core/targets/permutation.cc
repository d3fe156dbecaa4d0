#include "ringsweep/core/targets/permutation.h"

#include <algorithm>
#include <bit>
#include <cassert>

#include "ringsweep/base/limits.h"
#include "ringsweep/core/probe/low_bits.h"

namespace ringsweep {
namespace {

// The usual generator for turning one seed into several independent keys (Steele, Lea, Flood 2014).
std::uint64_t splitmix64(std::uint64_t& state) {
  state += 0x9E3779B97F4A7C15;
  std::uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

// Multiply, fold, multiply: each of the low bits of the result depends on all bits of `half` and `key`.
std::uint64_t round_function(std::uint64_t half, std::uint64_t key) {
  std::uint64_t z = (half ^ key) * 0xD6E8FEB86659FD93;
  z ^= z >> 32;
  z *= 0xA0761D6478BD642F;
  return z ^ (z >> 32);
}

}  // namespace

Permutation::Permutation(std::uint64_t n, std::uint64_t seed) : n_(n) {
  assert(n <= max_targets);
  const unsigned bits = n <= 4 ? 2U : static_cast<unsigned>(std::bit_width(n - 1));
  left_bits_ = bits / 2;
  right_bits_ = bits - left_bits_;
  for (auto& key : keys_) key = splitmix64(seed);
}

Permutation Permutation::identity(std::uint64_t n) {
  Permutation permutation(n, 0);
  permutation.identity_ = true;
  return permutation;
}

// The halves are not swapped: even rounds change the left one by the right one, odd rounds the other way. Each round is
// its own inverse, so that decrypting is the same rounds backwards, whatever the round function.
std::uint64_t Permutation::encrypt(std::uint64_t value) const {
  const std::uint64_t left_mask = low_bits(left_bits_);
  const std::uint64_t right_mask = low_bits(right_bits_);
  std::uint64_t left = value >> right_bits_;
  std::uint64_t right = value & right_mask;
  for (std::size_t round = 0; round < rounds; round += 2) {
    left ^= round_function(right, keys_[round]) & left_mask;
    right ^= round_function(left, keys_[round + 1]) & right_mask;
  }
  return (left << right_bits_) | right;
}

std::uint64_t Permutation::decrypt(std::uint64_t value) const {
  const std::uint64_t left_mask = low_bits(left_bits_);
  const std::uint64_t right_mask = low_bits(right_bits_);
  std::uint64_t left = value >> right_bits_;
  std::uint64_t right = value & right_mask;
  for (std::size_t round = rounds; round > 0; round -= 2) {
    right ^= round_function(left, keys_[round - 1]) & right_mask;
    left ^= round_function(right, keys_[round - 2]) & left_mask;
  }
  return (left << right_bits_) | right;
}

// What falls outside [0, n) is encrypted again. It ends: the walk is on a cycle that holds `position`, which is inside.
// Over half of the values are inside (n > 4), so that two steps are enough on average.
std::uint64_t Permutation::at(std::uint64_t position) const {
  assert(position < n_);
  if (identity_) return position;
  do {
    position = encrypt(position);
  } while (position >= n_);
  return position;
}

std::uint64_t Permutation::inverse(std::uint64_t index) const {
  assert(index < n_);
  if (identity_) return index;
  do {
    index = decrypt(index);
  } while (index >= n_);
  return index;
}

Stride Stride::of(std::uint64_t n, std::uint64_t shard, std::uint64_t shards, std::uint64_t worker,
                  std::uint64_t workers) {
  assert(shard >= 1 && shard <= shards && worker < workers);
  return {.first = (shard - 1) + worker * shards, .stride = shards * workers, .end = n};
}

std::uint64_t Stride::count() const {
  return first >= end ? 0 : (end - first - 1) / stride + 1;
}

}  // namespace ringsweep
