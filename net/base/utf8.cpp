#include "net/base/utf8.h"

#include "net/base/byte_scan.h"

namespace gossamer {

namespace {

struct Sequence {
  std::size_t size = 0;
  bool valid = false;
};

// The sequence at `p`, which is before `end`: a character, or what one U+FFFD takes the place of (Unicode
// table 3-7).
Sequence read_sequence(const char* p, const char* end) {
  const auto byte = [p](std::size_t i) { return static_cast<unsigned char>(p[i]); };
  const auto left = static_cast<std::size_t>(end - p);
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {1, true};
  if (lead < 0xC2 || lead > 0xF4) return {1, false};
  const std::size_t size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  unsigned char low = 0x80;
  unsigned char high = 0xBF;
  if (lead == 0xE0) low = 0xA0;
  if (lead == 0xED) high = 0x9F;
  if (lead == 0xF0) low = 0x90;
  if (lead == 0xF4) high = 0x8F;
  for (std::size_t i = 1; i < size; ++i) {
    if (i == left || byte(i) < low || byte(i) > high) return {i, false};
    low = 0x80;
    high = 0xBF;
  }
  return {size, true};
}

}  // namespace

bool is_valid_utf8(std::string_view text) {
  const char* p = text.data();
  const char* const end = p + text.size();
  while ((p = find_non_ascii(p, end)) != end) {
    do {
      const Sequence sequence = read_sequence(p, end);
      if (!sequence.valid) return false;
      p += sequence.size;
    } while (p != end && static_cast<unsigned char>(*p) >= 0x80);
  }
  return true;
}

bool append_valid_utf8(std::string& out, std::string_view text, std::size_t limit) {
  const auto has_room = [&](std::ptrdiff_t size) {
    return out.size() + static_cast<std::size_t>(size) <= limit;
  };
  const char* p = text.data();
  const char* const end = p + text.size();
  const char* valid = p;
  while ((p = find_non_ascii(p, end)) != end) {
    const Sequence sequence = read_sequence(p, end);
    if (!sequence.valid) {
      if (!has_room(p - valid + 3)) return false;
      out.append(valid, p);
      out += "\xEF\xBF\xBD";
      valid = p + sequence.size;
    }
    p += sequence.size;
  }
  if (!has_room(end - valid)) return false;
  out.append(valid, end);
  return true;
}

std::size_t utf8_character_size(std::string_view text) {
  const Sequence sequence = read_sequence(text.data(), text.data() + text.size());
  return sequence.valid ? sequence.size : 0;
}

std::string_view valid_utf8(std::string_view text, std::string& copy) {
  if (is_valid_utf8(text)) return text;
  copy.clear();
  append_valid_utf8(copy, text);
  return copy;
}

void append_code_point(std::string& out, char32_t c) {
  const auto add = [&out](char32_t byte) { out += static_cast<char>(byte); };
  if (c < 0x80) {
    add(c);
  } else if (c < 0x800) {
    add(0xC0 | (c >> 6));
    add(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    add(0xE0 | (c >> 12));
    add(0x80 | ((c >> 6) & 0x3F));
    add(0x80 | (c & 0x3F));
  } else {
    add(0xF0 | (c >> 18));
    add(0x80 | ((c >> 12) & 0x3F));
    add(0x80 | ((c >> 6) & 0x3F));
    add(0x80 | (c & 0x3F));
  }
}

std::string_view utf8_prefix(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return text;
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80) --limit;
  return text.substr(0, limit);
}

}  // namespace gossamer
