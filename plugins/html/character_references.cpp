#include "plugins/html/character_references.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "net/base/utf8.h"
#include "plugins/html/ascii.h"
#include "plugins/html/character_reference_table.h"

namespace gossamer {

namespace {

// Windows-1252 meanings of the references &#x80; to &#x9F;; 0 where the code point stands for itself.
constexpr std::array<char16_t, 32> kC1Replacements = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

int digit_value(char c, bool hexadecimal) {
  if (is_ascii_digit(c)) return c - '0';
  const char lower = to_ascii_lower(c);
  return hexadecimal && lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// The end state of a numeric reference: what its number stands for.
char32_t numeric_meaning(char32_t number) {
  if (number == 0 || number > 0x10FFFF || (number >= 0xD800 && number <= 0xDFFF)) return 0xFFFD;
  if (number >= 0x80 && number <= 0x9F && kC1Replacements[number - 0x80] != 0)
    return kC1Replacements[number - 0x80];
  return number;
}

CharacterReference read_numeric(std::string_view input) {
  CharacterReference reference;
  std::size_t i = 2;
  const bool hexadecimal = input.size() > i && to_ascii_lower(input[i]) == 'x';
  if (hexadecimal) ++i;
  const std::size_t digits = i;
  char32_t number = 0;
  for (; i < input.size(); ++i) {
    const int digit = digit_value(input[i], hexadecimal);
    if (digit < 0) break;
    number = std::min<char32_t>(number * (hexadecimal ? 16 : 10) + static_cast<char32_t>(digit), 0x110000);
  }
  if (i == digits) return reference;
  if (i < input.size() && input[i] == ';') ++i;
  reference.length = i;
  append_code_point(reference.text, numeric_meaning(number));
  return reference;
}

// The longest name in the table that `text` starts with, or null: the range of names that share the bytes
// read so far is narrowed byte by byte.
const NamedCharacterReference* longest_name(std::string_view text) {
  const NamedCharacterReference* low = std::begin(kNamedCharacterReferences);
  const NamedCharacterReference* high = std::end(kNamedCharacterReferences);
  const NamedCharacterReference* longest = nullptr;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte_at = [i](const NamedCharacterReference& entry) {
      return i < entry.name.size() ? static_cast<int>(static_cast<unsigned char>(entry.name[i])) : -1;
    };
    const int wanted = static_cast<unsigned char>(text[i]);
    low = std::partition_point(low, high, [&](const auto& entry) { return byte_at(entry) < wanted; });
    high = std::partition_point(low, high, [&](const auto& entry) { return byte_at(entry) == wanted; });
    if (low == high) break;
    if (low->name.size() == i + 1) longest = low;
  }
  return longest;
}

}  // namespace

CharacterReference read_character_reference(std::string_view input, bool in_attribute) {
  CharacterReference reference;
  if (input.size() < 2) return reference;
  if (input[1] == '#') return read_numeric(input);
  if (!is_ascii_alnum(input[1])) return reference;

  const NamedCharacterReference* entry = longest_name(input.substr(1));
  if (entry == nullptr) return reference;
  const std::size_t length = 1 + entry->name.size();
  if (in_attribute && entry->name.back() != ';' && length < input.size() &&
      (input[length] == '=' || is_ascii_alnum(input[length])))
    return reference;
  reference.length = length;
  append_code_point(reference.text, entry->first);
  if (entry->second != 0) append_code_point(reference.text, entry->second);
  return reference;
}

}  // namespace gossamer
