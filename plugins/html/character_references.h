#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace gossamer {

// What one character reference stands for.
struct CharacterReference {
  std::size_t length =
      0;             // bytes of input it takes, ampersand included; 0: no reference, the '&' is just text
  std::string text;  // one or two characters in UTF-8: too short to allocate
};

// Reads the character reference at the start of `input`, whose first byte is '&' (WHATWG HTML 13.2.5.72-80).
// In an attribute a named reference without ';' that is followed by '=' or a letter or digit is none.
// Looks at no more than the reference itself and one byte after it.
CharacterReference read_character_reference(std::string_view input, bool in_attribute);

}  // namespace gossamer
