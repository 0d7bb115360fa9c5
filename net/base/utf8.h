#pragma once

#include <string>
#include <string_view>

namespace gossamer {

inline constexpr char16_t kReplacementCharacter = 0xFFFD;

// Whether `text` is UTF-8 as Unicode defines it: no surrogates, no overlong forms, nothing past U+10FFFF.
bool is_valid_utf8(std::string_view text);

// Appends `text` with each ill-formed sequence (the longest start of a valid one, else one byte) as U+FFFD,
// as the UTF-8 decoder of the Encoding Standard does.
// False: it would have become longer than `limit`, and only a part was appended.
bool append_valid_utf8(std::string& out, std::string_view text, std::size_t limit = std::string::npos);

// Bytes of the character that `text`, not empty, begins with; 0, if it begins with none.
std::size_t utf8_character_size(std::string_view text);

// `text` itself if it is valid, else `copy`, which becomes what append_valid_utf8() makes of it.
std::string_view valid_utf8(std::string_view text, std::string& copy);

// Appends `code_point` as UTF-8; a surrogate comes out as three bytes like any other.
void append_code_point(std::string& out, char32_t code_point);

// `text` cut to at most `limit` bytes, not within a character of valid UTF-8.
std::string_view utf8_prefix(std::string_view text, std::size_t limit);

}  // namespace gossamer
