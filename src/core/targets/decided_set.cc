#include "ringsweep/core/targets/decided_set.h"

#include <sodium.h>

#include <algorithm>
#include <bit>
#include <charconv>

namespace ringsweep {
namespace {

constexpr std::uint64_t page_bytes = DecidedSet::page_places / 8;
constexpr char full_mark = '=';
constexpr char empty_mark = '-';
constexpr int base64_variant = sodium_base64_VARIANT_ORIGINAL_NO_PADDING;

std::string to_base64(const std::string& bytes) {
  std::string text(sodium_base64_encoded_len(bytes.size(), base64_variant), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                    base64_variant);
  text.pop_back();  // the zero at its end
  return text;
}

// Little-endian on every machine.
std::string bytes_of(const std::vector<std::uint64_t>& words) {
  std::string bytes;
  for (const std::uint64_t word : words) {
    for (unsigned shift = 0; shift < 64; shift += 8) bytes += static_cast<char>(word >> shift);
  }
  bytes.erase(bytes.find_last_not_of('\0') + 1);
  return bytes;
}

std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

void DecidedSet::add(std::uint64_t place) {
  if (place < low()) return;
  const std::uint64_t number = place / page_places - low_page_;
  if (number >= pages_.size()) pages_.resize(number + 1);
  Page& page = pages_[number];
  if (page.is_full()) return;
  if (page.bits.empty()) page.bits.resize(page_places / word_bits);
  std::uint64_t& word = page.bits[place % page_places / word_bits];
  const std::uint64_t bit = std::uint64_t{1} << (place % word_bits);
  if ((word & bit) != 0) return;
  word |= bit;
  ++page.count;
  ++count_;
  if (!page.is_full()) return;
  page.bits = {};
  drop_full_pages();
}

void DecidedSet::drop_full_pages() {
  while (!pages_.empty() && pages_.front().is_full()) {
    pages_.pop_front();
    ++low_page_;
  }
}

std::uint64_t DecidedSet::first_open(std::uint64_t place) const {
  place = std::max(place, low());
  while (place < end()) {
    const Page& page = pages_[place / page_places - low_page_];
    if (page.is_full()) {
      place = (place / page_places + 1) * page_places;
      continue;
    }
    if (page.bits.empty()) return place;
    const std::uint64_t from = place % word_bits;
    const auto run = static_cast<std::uint64_t>(
        std::countr_one(page.bits[place % page_places / word_bits] >> from));  // zeros come in from above
    place += run;
    if (run < word_bits - from) return place;
  }
  return place;
}

std::string DecidedSet::to_text() const {
  std::string text = std::to_string(low_page_);
  for (auto page = pages_.begin(); page != pages_.end();) {
    text += ' ';
    if (!page->bits.empty()) {
      text += to_base64(bytes_of(page->bits));
      ++page;
      continue;
    }
    const bool full = page->is_full();
    const auto last = std::find_if(
        page, pages_.end(), [full](const Page& other) { return !other.bits.empty() || other.is_full() != full; });
    text += (full ? full_mark : empty_mark) + std::to_string(last - page);
    page = last;
  }
  return text;
}

std::optional<DecidedSet> DecidedSet::from_text(std::string_view text, std::uint64_t places) {
  DecidedSet set;
  const std::uint64_t pages_most = (places + page_places - 1) / page_places;
  const auto low = number_of(text.substr(0, text.find(' ')));
  if (!low || *low > pages_most) return std::nullopt;
  set.low_page_ = *low;
  set.count_ = *low * page_places;
  while (const auto blank = text.find(' ') + 1) {
    text.remove_prefix(blank);
    const std::uint64_t pages_left = pages_most - set.low_page_ - set.pages_.size();
    if (!set.take_word(text.substr(0, text.find(' ')), pages_left)) return std::nullopt;
  }
  set.drop_full_pages();
  if (set.low() > places) return std::nullopt;
  // Of the last page there may be a part only.
  for (std::uint64_t place = places; place < set.end(); ++place) {
    if (set.has(place)) return std::nullopt;
  }
  return set;
}

bool DecidedSet::take_word(std::string_view word, std::uint64_t pages_left) {
  if (word.empty()) return false;
  if (word.front() != full_mark && word.front() != empty_mark) return pages_left > 0 && take_bits(word);
  const auto pages = number_of(word.substr(1));
  if (!pages || *pages > pages_left) return false;
  const bool full = word.front() == full_mark;
  Page page;
  if (full) page.count = page_places;
  pages_.resize(pages_.size() + *pages, page);
  count_ += *pages * page.count;
  return true;
}

bool DecidedSet::take_bits(std::string_view base64) {
  std::string bytes(page_bytes, '\0');
  std::size_t size = 0;
  const char* end = nullptr;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), base64.data(), base64.size(),
                        nullptr, &size, &end, base64_variant) != 0 ||
      end != base64.data() + base64.size() || size == 0)
    return false;
  Page page;
  page.bits.resize(page_places / word_bits);
  for (std::size_t byte = 0; byte < size; ++byte) {
    const auto value = std::uint64_t{static_cast<unsigned char>(bytes[byte])};
    page.bits[byte / 8] |= value << (byte % 8 * 8);
    page.count += static_cast<std::uint32_t>(std::popcount(value));
  }
  count_ += page.count;
  if (page.is_full()) page.bits = {};
  pages_.push_back(std::move(page));
  return true;
}

}  // namespace ringsweep
