#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "plugins/html/ascii.h"

namespace gossamer {

// How the tokenizer reads what follows a start tag; in a browser the tree builder decides it.
enum class ContentModel { data, rcdata, rawtext, script_data, plaintext, cdata_section };

// A name as a number, so that a `switch` finds it: its bytes in ASCII lower case, the last
// one lowest. 0 for a name longer than 8 bytes (compare those with equals_ignoring_case); a NUL never equals
// a letter.
using NameKey = std::uint64_t;

inline constexpr std::size_t kMaxKeyedName = sizeof(NameKey);

namespace name_tables {

// What each byte is in the key of a name.
inline constexpr std::array<unsigned char, 256> kFolded = [] {
  std::array<unsigned char, 256> table{};
  for (std::size_t i = 0; i < table.size(); ++i)
    table[i] = static_cast<unsigned char>(to_ascii_lower(static_cast<char>(i)));
  table[0] = 0xFF;
  return table;
}();

enum : std::uint8_t {
  kSpace = 1,
  kEndsTagName = 2,
  kEndsAttributeName = 4,
  kEndsUnquotedValue = 8,
  kLetter = 16
};

inline constexpr std::array<std::uint8_t, 256> kClasses = [] {
  std::array<std::uint8_t, 256> table{};
  for (const unsigned char c : {'\t', '\n', '\f', '\r', ' '})
    table[c] = kSpace | kEndsTagName | kEndsAttributeName | kEndsUnquotedValue;
  table['/'] = kEndsTagName | kEndsAttributeName;
  table['>'] = kEndsTagName | kEndsAttributeName | kEndsUnquotedValue;
  table['='] = kEndsAttributeName;
  for (int c = 'a'; c <= 'z'; ++c) table[c] = table[c - 'a' + 'A'] = kLetter;
  return table;
}();

inline bool is(char c, std::uint8_t classes) {
  return (kClasses[static_cast<unsigned char>(c)] & classes) != 0;
}

}  // namespace name_tables

constexpr NameKey fold_name(std::string_view name) {
  if (name.size() > kMaxKeyedName) return 0;
  NameKey key = 0;
  for (const char c : name) key = key << 8 | name_tables::kFolded[static_cast<unsigned char>(c)];
  return key;
}

// The key of a name to switch on. One too long for a key does not compile: all of those share the key 0.
consteval NameKey name_key(std::string_view name) {
  if (name.size() > kMaxKeyedName) throw "a name of more than 8 bytes has no key";
  return fold_name(name);
}

// Whether a name as written is `wanted`, which is in lower case.
constexpr bool is_name(std::string_view written, std::string_view wanted) {
  if (wanted.size() > kMaxKeyedName) return equals_ignoring_case(written, wanted);
  return fold_name(written) == fold_name(wanted);
}

// Raw views into the input: decode names with append_decoded_name, values as RawTextKind::attribute.
struct RawAttribute {
  std::string_view name;
  std::string_view value;
};

struct StartTag {
  NameKey key = 0;
  std::string_view name;
  std::span<const RawAttribute> attributes;  // as written: of equal names the first counts
  bool self_closing = false;
  bool has_more_attributes = false;  // than the tokenizer keeps

  // The value of the attribute of this name (lower case), or null.
  const RawAttribute* find(std::string_view attribute) const {
    for (const RawAttribute& candidate : attributes)
      if (candidate.name.size() == attribute.size() && is_name(candidate.name, attribute)) return &candidate;
    return nullptr;
  }
};

struct EndTag {
  NameKey key = 0;
  std::string_view name;
};

}  // namespace gossamer
