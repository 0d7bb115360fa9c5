#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace gossamer {

// What one character reference stands for.
struct CharacterReference {
  std::size_t length =
      0;  // bytes of input it takes, ampersand included; 0: no reference, the '&' is just text
  std::array<char, 8> utf8{};
  std::uint8_t utf8_size = 0;

  std::string_view text() const { return {utf8.data(), utf8_size}; }
};

// Reads the character reference at the start of `input`, whose first byte is '&' (WHATWG HTML 13.2.5.72-80).
// In an attribute a named reference without ';' that is followed by '=' or a letter or digit is none.
// Looks at no more than the reference itself and one byte after it.
CharacterReference read_character_reference(std::string_view input, bool in_attribute);

// Appends `code_point` as UTF-8; a surrogate is written as three bytes like any other.
void append_utf8(std::string& out, char32_t code_point);

}  // namespace gossamer
