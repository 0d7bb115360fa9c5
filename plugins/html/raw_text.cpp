#include "plugins/html/raw_text.h"

#include "net/base/byte_scan.h"
#include "plugins/html/ascii.h"
#include "plugins/html/character_references.h"

namespace gossamer {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

constexpr bool has_references(RawTextKind kind) {
  return kind == RawTextKind::data || kind == RawTextKind::rcdata || kind == RawTextKind::attribute;
}

// Where the tree builder decides about it.
constexpr bool keeps_nul(RawTextKind kind) { return kind == RawTextKind::data || kind == RawTextKind::cdata; }

// The bytes of the character at the start of `text`: valid UTF-8 or else one byte.
std::size_t character_size(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t size = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  return size <= text.size() ? size : 1;
}

}  // namespace

bool needs_decoding(std::string_view raw) {
  const char* end = raw.data() + raw.size();
  return find_coded_byte(raw.data(), end) != end;
}

void append_decoded(std::string& out, std::string_view raw, RawTextKind kind) {
  const char* p = raw.data();
  const char* const end = p + raw.size();
  while (true) {
    const char* coded = find_coded_byte(p, end);
    out.append(p, coded);
    if (coded == end) return;
    p = coded + 1;
    if (*coded == '\r') {
      if (p == end || *p != '\n') out += '\n';
    } else if (*coded == '\0') {
      if (keeps_nul(kind)) {
        out += '\0';
      } else {
        out += kReplacement;
      }
    } else {
      CharacterReference reference;
      if (has_references(kind))
        reference = read_character_reference({coded, end}, kind == RawTextKind::attribute);
      if (reference.length == 0) {
        out += '&';
      } else {
        out += reference.text;
        p = coded + reference.length;
      }
    }
  }
}

std::string decoded_value(const RawAttribute* attribute) {
  std::string value;
  if (attribute != nullptr) append_decoded(value, attribute->value, RawTextKind::attribute);
  return value;
}

void append_decoded_name(std::string& out, std::string_view raw) {
  for (const char c : raw) {
    if (c == '\0') {
      out += kReplacement;
    } else {
      out += to_ascii_lower(c);
    }
  }
}

bool append_collapsed(std::string& out, std::string_view raw, RawTextKind kind, std::size_t limit,
                      bool& pending_space) {
  while (!raw.empty()) {
    std::size_t taken = 1;
    std::string_view character = raw.substr(0, 1);
    CharacterReference reference;
    if (raw.front() == '&' && has_references(kind)) {
      reference = read_character_reference(raw, kind == RawTextKind::attribute);
      if (reference.length != 0) {
        taken = reference.length;
        character = reference.text;
      }
    } else if (static_cast<unsigned char>(raw.front()) >= 0x80) {
      taken = character_size(raw);
      character = raw.substr(0, taken);
    }
    raw.remove_prefix(taken);
    if (character.size() == 1 && is_html_space(character.front())) {
      pending_space = !out.empty();
      continue;
    }
    if (character.size() == 1 && character.front() == '\0') {
      if (keeps_nul(kind)) continue;
      character = kReplacement;
    }
    if (out.size() + character.size() + (pending_space ? 1 : 0) > limit) return false;
    if (pending_space) out += ' ';
    pending_space = false;
    out += character;
  }
  return true;
}

}  // namespace gossamer
