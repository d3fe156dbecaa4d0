// JSON documents as a tree: built and printed, or parsed and read. Pure.
//
// Only src/output/text/json.cc includes the library behind it, which takes seconds to compile.
// The members of an object keep their order. Where a text repeats a key, the last value counts.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ringsweep {

// A value is missing or of another type than expected: "missing seed", "invalid seed '-1'".
struct JsonError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Json {
 public:
  struct Member;
  using Array = std::vector<Json>;
  using Object = std::vector<Member>;

  // Values convert to documents implicitly. Defined below, where Member is complete.
  // NOLINTBEGIN(google-explicit-constructor)
  Json(std::nullptr_t = nullptr);
  Json(std::same_as<bool> auto value);
  template <std::integral Integer>
  requires(!std::same_as<Integer, bool>) Json(Integer value);
  Json(double value);
  Json(std::string value);
  Json(std::string_view value);
  Json(const char* value);
  Json(const std::vector<std::string>& values);
  // NOLINTEND(google-explicit-constructor)
  static Json array();
  static Json object(std::initializer_list<Member> members = {});

  // Parses a whole text; nothing where it is not JSON. Values deeper than max_depth are checked but not kept, so that
  // recursion over a document cannot overflow the stack.
  static constexpr std::size_t max_depth = 32;
  static std::optional<Json> parse(std::string_view text);

  // The member of that name, which is added if it is missing. Pre: an object, or null, which becomes one.
  Json& operator[](std::string_view key);
  // Pre: an array.
  void push_back(Json value);

  // Bytes that are not UTF-8 are printed as U+FFFD.
  std::string text() const;           // in one line, without spaces
  std::string indented_text() const;  // indented by two spaces a level

  bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  bool is_string() const { return std::holds_alternative<std::string>(value_); }
  bool is_number() const { return is_count() || std::holds_alternative<std::int64_t>(value_) || is_real(); }
  bool is_object() const { return std::holds_alternative<Object>(value_); }
  bool is_array() const { return std::holds_alternative<Array>(value_); }
  bool is_structured() const { return is_object() || is_array(); }

  // Null where this is not an object or lacks the key.
  const Json* find(std::string_view key) const;
  // These throw JsonError. `name` stands for the value in the message.
  const Json& at(std::string_view key) const;
  const std::string& string(std::string_view name) const;
  std::uint64_t count(std::string_view name) const;
  std::int64_t integer(std::string_view name) const;
  double number(std::string_view name) const;
  bool boolean(std::string_view name) const;
  const Array& elements(std::string_view name) const;
  const Object& members(std::string_view name) const;
  const std::string& string_at(std::string_view key) const { return at(key).string(key); }
  std::uint64_t count_at(std::string_view key) const { return at(key).count(key); }
  std::int64_t integer_at(std::string_view key) const { return at(key).integer(key); }
  double number_at(std::string_view key) const { return at(key).number(key); }
  bool boolean_at(std::string_view key) const { return at(key).boolean(key); }

  friend bool operator==(const Json& a, const Json& b);

 private:
  using Value = std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string, Array, Object>;
  class Printer;
  class Builder;

  explicit Json(Value value);
  bool is_count() const { return std::holds_alternative<std::uint64_t>(value_); }
  bool is_real() const { return std::holds_alternative<double>(value_); }
  template <typename Type>
  const Type& expect(std::string_view name) const;
  [[noreturn]] void refuse(std::string_view name) const;

  Value value_;
};

struct Json::Member {
  std::string key;
  Json value;
  friend bool operator==(const Member&, const Member&) = default;
};

inline Json::Json(std::nullptr_t) {}
Json::Json(std::same_as<bool> auto value) : value_(value) {}
template <std::integral Integer>
requires(!std::same_as<Integer, bool>) Json::Json(Integer value) {
  if (value < 0)
    value_ = static_cast<std::int64_t>(value);
  else
    value_ = static_cast<std::uint64_t>(value);
}
inline Json::Json(double value) : value_(value) {}
inline Json::Json(std::string value) : value_(std::move(value)) {}
inline Json::Json(std::string_view value) : value_(std::string(value)) {}
inline Json::Json(const char* value) : value_(std::string(value)) {}
inline Json::Json(const std::vector<std::string>& values) : value_(Array(values.begin(), values.end())) {}
inline Json::Json(Value value) : value_(std::move(value)) {}
inline Json Json::array() {
  return Json(Value(Array()));
}

inline bool operator==(const Json& a, const Json& b) {
  return a.value_ == b.value_;
}

// The text as a JSON string, in quotes.
std::string json_string(std::string_view text);

}  // namespace ringsweep
