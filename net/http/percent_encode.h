#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "net/base/ascii.h"

namespace gossamer {

// The percent-encode sets of the URL Standard (section 1.3); each is one bit of percent_encode_sets[byte].
enum class EncodeSet : std::uint8_t {
  c0_control = 1,
  fragment = 2,
  query = 4,
  special_query = 8,
  path = 16,
  userinfo = 32,
};

namespace percent_encode_tables {

constexpr std::uint8_t sets_of(unsigned char c) {
  if (c < 0x20 || c > 0x7e) return 0x3f;
  const auto one_of = [c](std::string_view set) {
    return set.find(static_cast<char>(c)) != std::string_view::npos;
  };
  std::uint8_t sets = 0;
  const auto add = [&sets](EncodeSet set) {
    sets = static_cast<std::uint8_t>(sets | static_cast<std::uint8_t>(set));
  };
  if (one_of(" \"<>`")) add(EncodeSet::fragment);
  if (one_of(" \"#<>")) add(EncodeSet::query);
  if (one_of(" \"#<>'")) add(EncodeSet::special_query);
  if (one_of(" \"#<>?^`{}")) add(EncodeSet::path);
  if (one_of(" \"#<>?^`{}/:;=@[\\]|")) add(EncodeSet::userinfo);
  return sets;
}

inline constexpr std::array<std::uint8_t, 256> kSets = [] {
  std::array<std::uint8_t, 256> sets{};
  for (unsigned c = 0; c < sets.size(); ++c) sets[c] = sets_of(static_cast<unsigned char>(c));
  return sets;
}();

}  // namespace percent_encode_tables

constexpr bool in_encode_set(char c, EncodeSet set) {
  return (percent_encode_tables::kSets[static_cast<unsigned char>(c)] & static_cast<std::uint8_t>(set)) != 0;
}

// The byte that "%XX" at `text[i]` stands for, or -1 if there is no such escape.
constexpr int escaped_byte(std::string_view text, std::size_t i) {
  if (text.size() - i < 3 || text[i] != '%') return -1;
  const int high = hex_value(text[i + 1]);
  const int low = hex_value(text[i + 2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

// RFC 3986 section 2.3: octets that mean the same encoded and plain.
constexpr bool is_unreserved(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

// Appends '%' and two upper-case hexadecimal digits.
void append_escape(unsigned char byte, std::string& out);

// Appends `text`, the bytes in `set` escaped. An escape already in `text` stays as it is.
void append_percent_encoded(std::string_view text, EncodeSet set, std::string& out);

// Every escape replaced by its byte; anything else, malformed escapes too, kept.
std::string percent_decoded(std::string_view text);

}  // namespace gossamer
