#include "ringsweep/output/text/json.h"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "ringsweep/base/quote_text.h"

namespace ringsweep {
namespace {

// The library escapes strings and prints real numbers with as few digits as they need.
std::string library_text(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
}

void append_string(std::string& out, std::string_view text) {
  if (is_plain(text))
    out.append("\"").append(text).append("\"");
  else
    out += library_text(text);
}

}  // namespace

// Appends the text of a document; called by std::visit.
class Json::Printer {
 public:
  explicit Printer(bool indented) : indented_(indented) {}

  void operator()(std::monostate) { out_ += "null"; }
  void operator()(bool value) { out_ += value ? "true" : "false"; }
  void operator()(std::int64_t value) { out_ += std::to_string(value); }
  void operator()(std::uint64_t value) { out_ += std::to_string(value); }
  void operator()(double value) { out_ += library_text(value); }
  void operator()(const std::string& value) { append_string(out_, value); }
  void operator()(const Array& elements) {
    print_parts('[', ']', elements, [this](const Json& element) { std::visit(*this, element.value_); });
  }
  void operator()(const Object& members) {
    print_parts('{', '}', members, [this](const Member& member) {
      append_string(out_, member.key);
      out_ += indented_ ? ": " : ":";
      std::visit(*this, member.value.value_);
    });
  }

  std::string take() { return std::move(out_); }

 private:
  template <typename Parts, typename Print>
  void print_parts(char open, char close, const Parts& parts, const Print& print) {
    out_ += open;
    ++depth_;
    for (const auto& part : parts) {
      if (&part != parts.data()) out_ += ',';
      begin_line();
      print(part);
    }
    --depth_;
    if (!parts.empty()) begin_line();
    out_ += close;
  }

  void begin_line() {
    if (indented_) out_.append("\n").append(2 * depth_, ' ');
  }

  bool indented_;
  std::size_t depth_ = 0;
  std::string out_;
};

// Takes what the library's parser finds; the names are the library's.
class Json::Builder {
 public:
  explicit Builder(Json& root) : slot_(&root) {}

  bool null() { return put(nullptr); }
  bool boolean(bool value) { return put(value); }
  bool number_integer(std::int64_t value) { return put(Json(Value(value))); }
  bool number_unsigned(std::uint64_t value) { return put(value); }
  bool number_float(double value, const std::string&) { return put(value); }
  bool string(std::string& value) { return put(std::move(value)); }
  static bool binary(const nlohmann::json::binary_t&) { return false; }
  bool start_object(std::size_t) { return open(object()); }
  bool end_object() { return close(); }
  bool start_array(std::size_t) { return open(array()); }
  bool end_array() { return close(); }
  bool key(const std::string& key) {
    if (skipped_ == 0) slot_ = &(*open_.back())[key];
    return true;
  }
  static bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception&) { return false; }

 private:
  // The place of the next value. An element of an array is added first; what is open stays where it is meanwhile.
  Json& next_slot() {
    if (open_.empty() || open_.back()->is_object()) return *slot_;
    return std::get<Array>(open_.back()->value_).emplace_back();
  }
  bool put(Json value) {
    if (skipped_ == 0) next_slot() = std::move(value);
    return true;
  }
  bool open(Json empty) {
    if (skipped_ > 0 || open_.size() == max_depth) {
      ++skipped_;
      return true;
    }
    Json& slot = next_slot();
    slot = std::move(empty);
    open_.push_back(&slot);
    return true;
  }
  bool close() {
    if (skipped_ > 0)
      --skipped_;
    else
      open_.pop_back();
    return true;
  }

  std::vector<Json*> open_;  // the arrays and objects that have begun, outermost first
  Json* slot_;               // where the value of the latest key goes
  std::size_t skipped_ = 0;  // those that have begun and are not kept
};

Json Json::object(std::initializer_list<Member> members) {
  return Json(Value(Object(members)));
}

std::optional<Json> Json::parse(std::string_view text) {
  Json root;
  Builder builder(root);
  if (!nlohmann::json::sax_parse(text, &builder)) return std::nullopt;
  return root;
}

Json& Json::operator[](std::string_view key) {
  if (is_null()) value_ = Object();
  auto& members = std::get<Object>(value_);
  const auto found = std::ranges::find(members, key, &Member::key);
  return found != members.end() ? found->value : members.emplace_back(Member{std::string(key), nullptr}).value;
}

void Json::push_back(Json value) {
  std::get<Array>(value_).push_back(std::move(value));
}

std::string Json::text() const {
  Printer printer(false);
  std::visit(printer, value_);
  return printer.take();
}

std::string Json::indented_text() const {
  Printer printer(true);
  std::visit(printer, value_);
  return printer.take();
}

const Json* Json::find(std::string_view key) const {
  const auto* members = std::get_if<Object>(&value_);
  if (members == nullptr) return nullptr;
  const auto found = std::ranges::find(*members, key, &Member::key);
  return found == members->end() ? nullptr : &found->value;
}

const Json& Json::at(std::string_view key) const {
  if (const Json* value = find(key)) return *value;
  throw JsonError(fmt::format("missing {}", key));
}

void Json::refuse(std::string_view name) const {
  throw JsonError(fmt::format("invalid {} {}", name, is_structured() ? "{...}" : quote_text(text())));
}

template <typename Type>
const Type& Json::expect(std::string_view name) const {
  const auto* value = std::get_if<Type>(&value_);
  if (value == nullptr) refuse(name);
  return *value;
}

const std::string& Json::string(std::string_view name) const {
  return expect<std::string>(name);
}

std::uint64_t Json::count(std::string_view name) const {
  return expect<std::uint64_t>(name);
}

std::int64_t Json::integer(std::string_view name) const {
  if (const auto* value = std::get_if<std::uint64_t>(&value_)) return static_cast<std::int64_t>(*value);
  return expect<std::int64_t>(name);
}

double Json::number(std::string_view name) const {
  if (const auto* value = std::get_if<std::uint64_t>(&value_)) return static_cast<double>(*value);
  if (const auto* value = std::get_if<std::int64_t>(&value_)) return static_cast<double>(*value);
  return expect<double>(name);
}

bool Json::boolean(std::string_view name) const {
  return expect<bool>(name);
}

const Json::Array& Json::elements(std::string_view name) const {
  return expect<Array>(name);
}

const Json::Object& Json::members(std::string_view name) const {
  return expect<Object>(name);
}

std::string json_string(std::string_view text) {
  std::string quoted;
  append_string(quoted, text);
  return quoted;
}

}  // namespace ringsweep
