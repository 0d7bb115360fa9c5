#include "net/http/headers.h"

#include <algorithm>
#include <array>

#include "net/base/ascii.h"

namespace gossamer {
namespace {

constexpr std::array<bool, 256> kTokenCharacters = [] {
  std::array<bool, 256> table{};
  for (int c = '0'; c <= '9'; ++c) table[static_cast<std::size_t>(c)] = true;
  for (int c = 'a'; c <= 'z'; ++c) table[static_cast<std::size_t>(c)] = true;
  for (int c = 'A'; c <= 'Z'; ++c) table[static_cast<std::size_t>(c)] = true;
  for (const char c : std::string_view("!#$%&'*+-.^_`|~")) table[static_cast<unsigned char>(c)] = true;
  return table;
}();

constexpr bool is_space(char c) { return c == ' ' || c == '\t'; }

}  // namespace

std::string_view trim_spaces(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

bool is_token(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](char c) { return kTokenCharacters[static_cast<unsigned char>(c)]; });
}

bool is_field_value(std::string_view value) {
  return std::ranges::none_of(value, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7f;
  });
}

Headers::Headers(std::initializer_list<Field> fields) {
  for (const Field& field : fields) add(field.name, field.value);
}

Headers::Field Headers::field(std::size_t index) const {
  const Entry& entry = entries_[index];
  const std::string_view buffer = buffer_;
  return {buffer.substr(entry.offset, entry.name_size),
          buffer.substr(entry.offset + entry.name_size, entry.value_size)};
}

void Headers::add(std::string_view name, std::string_view value) {
  entries_.push_back({static_cast<std::uint32_t>(buffer_.size()), static_cast<std::uint32_t>(name.size()),
                      static_cast<std::uint32_t>(value.size())});
  buffer_.append(name).append(value);
}

void Headers::set(std::string_view name, std::string_view value) {
  remove(name);
  add(name, value);
}

void Headers::remove(std::string_view name) {
  // Only the entry goes; its bytes stay in the buffer until clear().
  const std::string_view buffer = buffer_;
  std::erase_if(entries_, [&](const Entry& entry) {
    return equals_ignoring_case(buffer.substr(entry.offset, entry.name_size), name);
  });
}

void Headers::clear() {
  buffer_.clear();
  entries_.clear();
}

void Headers::extend_last(std::string_view more) {
  buffer_.append(more);
  entries_.back().value_size += static_cast<std::uint32_t>(more.size());
}

void Headers::reserve(std::size_t fields, std::size_t bytes) {
  entries_.reserve(fields);
  buffer_.reserve(bytes);
}

std::optional<std::string_view> Headers::get(std::string_view name) const {
  for (const Field field : *this) {
    if (equals_ignoring_case(field.name, name)) return field.value;
  }
  return std::nullopt;
}

std::vector<std::string_view> Headers::get_all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const Field field : *this) {
    if (equals_ignoring_case(field.name, name)) values.push_back(field.value);
  }
  return values;
}

std::vector<std::string_view> Headers::list(std::string_view name) const {
  std::vector<std::string_view> members;
  for (const Field field : *this) {
    if (!equals_ignoring_case(field.name, name)) continue;
    std::string_view rest = field.value;
    while (true) {
      const std::size_t comma = rest.find(',');
      const std::string_view member = trim_spaces(rest.substr(0, comma));
      if (!member.empty()) members.push_back(member);
      if (comma == std::string_view::npos) break;
      rest.remove_prefix(comma + 1);
    }
  }
  return members;
}

bool Headers::has_token(std::string_view name, std::string_view token) const {
  return std::ranges::any_of(
      list(name), [token](std::string_view member) { return equals_ignoring_case(member, token); });
}

}  // namespace gossamer
