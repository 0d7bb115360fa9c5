#include "plugins/xml/xml_text.h"

#include <algorithm>

#include "net/base/utf8.h"
#include "plugins/html/ascii.h"

namespace gossamer {
namespace {

constexpr char kNone = '\x1A';  // for a byte that is to be replaced, and itself one that XML does not have
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::string_view kNonCharacter = "\xEF\xBF";  // and BE or BF: U+FFFE and U+FFFF
constexpr std::string_view kEscaped = "amp;";           // what a bare '&' lacks
constexpr std::string_view kCdata = "<![CDATA[";
constexpr std::string_view kCdataEnd = "]]>";
constexpr std::string_view kComment = "<!--";
constexpr std::string_view kCommentEnd = "-->";
constexpr std::string_view kDoctype = "<!DOCTYPE";
constexpr std::size_t kMaxReference = 64;

bool is_name_start(char c) {
  return is_ascii_alpha(c) || static_cast<unsigned char>(c) >= 0x80 || c == '_' || c == ':';
}
bool is_name_char(char c) { return is_name_start(c) || is_ascii_digit(c) || c == '.' || c == '-'; }

bool is_xml_character(std::uint32_t c) {  // XML 1.0 section 2.2
  return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c < 0xD800) || (c >= 0xE000 && c < 0xFFFE) ||
         (c >= 0x10000 && c <= 0x10FFFF);
}

// Whether `text`, which begins with '&', is a reference. nullopt: its end has not come.
std::optional<bool> is_reference(std::string_view text) {
  const std::string_view rest = text.substr(1, kMaxReference);
  const bool decimal = rest.starts_with('#');
  const bool hexadecimal = rest.starts_with("#x");
  const std::size_t begin = hexadecimal ? 2 : decimal ? 1 : 0;
  std::size_t end = begin;
  std::uint32_t character = 0;
  for (; end < rest.size(); ++end) {
    const char c = rest[end];
    if (decimal) {
      if (hexadecimal ? hex_value(c) < 0 : !is_ascii_digit(c)) break;
      character = std::min(character * (hexadecimal ? 16u : 10u) + static_cast<std::uint32_t>(hex_value(c)),
                           0x110000u);
    } else if (!(end == 0 ? is_name_start(c) : is_name_char(c))) {
      break;
    }
  }
  if (end == rest.size()) return end == kMaxReference ? std::optional(false) : std::nullopt;
  return rest[end] == ';' && end > begin && (!decimal || is_xml_character(character));
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r';
}

// Of one character in UTF-8.
bool is_xml_character(std::string_view c) {
  return !is_control(c.front()) && (!c.starts_with(kNonCharacter) || c.back() < '\xBE');
}

// Whether an XML document may have all of it. In one pass that the compiler can turn into vectors.
bool is_xml_text(std::string_view text) {
  bool bad = false;
  for (const char c : text) bad |= is_control(c);
  return !bad && is_valid_utf8(text) && !text.contains(kNonCharacter);
}

// Bytes at the end of `text` that begin a character and are not all of it.
std::size_t unfinished(std::string_view text) {
  for (std::size_t size = 1; size <= std::min<std::size_t>(3, text.size()); ++size) {
    const auto lead = static_cast<unsigned char>(text[text.size() - size]);
    if (lead >= 0x80 && lead < 0xC0) continue;
    const std::size_t whole = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF8 ? 4 : 1;
    return size < whole ? size : 0;
  }
  return 0;
}

}  // namespace

void XmlText::write(std::string_view bytes, std::string& out) {
  std::string joined;
  if (!unfinished_.empty()) bytes = joined = unfinished_.append(bytes);
  const std::size_t whole = bytes.size() - unfinished(bytes);
  take_characters(bytes.substr(0, whole));
  unfinished_ = bytes.substr(whole);
  std::string_view rest = held_;
  for (bool took = true; took && !rest.empty();) {
    took = in_ == In::text    ? take_text(rest, out)
           : in_ == In::cdata ? take_until(kCdataEnd, rest, out)
                              : take_until(kCommentEnd, rest, out);
  }
  held_.erase(0, held_.size() - rest.size());
}

void XmlText::finish(std::string& out) {
  take_characters(unfinished_);
  unfinished_.clear();
  std::string_view rest = held_;
  give(rest, rest.size(), out);
  held_.clear();
}

// Appends them to held_.
void XmlText::take_characters(std::string_view bytes) {
  if (is_xml_text(bytes)) {
    if (replaced_.count == 0) lines_ += static_cast<std::size_t>(std::ranges::count(bytes, '\n'));
    read_ += bytes.size();
    held_ += bytes;
    return;
  }
  while (!bytes.empty()) {
    const std::size_t size = utf8_character_size(bytes);
    const std::string_view character = bytes.substr(0, std::max<std::size_t>(size, 1));
    if (size > 0 && is_xml_character(character)) {
      if (character == "\n") ++lines_;
      held_ += character;
    } else {
      if (replaced_.count++ == 0) replaced_ = {.byte = read_, .line = lines_, .count = 1};
      held_.append(character.size(), kNone);
    }
    read_ += character.size();
    bytes.remove_prefix(character.size());
  }
}

bool XmlText::take_text(std::string_view& rest, std::string& out) {
  give(rest, std::min(rest.find_first_of("&<"), rest.size()), out);
  if (rest.starts_with('&')) {
    const auto reference = is_reference(rest);
    if (!reference) return false;
    give(rest, 1, out);
    if (*reference) return true;
    changed_.push_back({.at = given_, .added = kEscaped.size()});
    given_ += kEscaped.size();
    out += kEscaped;
    return true;
  }
  const auto may_become = [rest](std::string_view markup) { return starts_with_ignoring_case(markup, rest); };
  if (may_become(kCdata) || may_become(kComment) || may_become(kDoctype)) return false;  // or nothing is left
  if (starts_with_ignoring_case(rest, kDoctype)) {
    give(rest, kDoctype.size(), out);
    out.replace(out.size() - kDoctype.size(), kDoctype.size(), kDoctype);
    return true;
  }
  in_ = rest.starts_with(kCdata) ? In::cdata : rest.starts_with(kComment) ? In::comment : In::text;
  give(rest, in_ == In::comment ? kComment.size() : 1, out);
  return true;
}

bool XmlText::take_until(std::string_view end, std::string_view& rest, std::string& out) {
  const std::size_t found = rest.find(end);
  if (found == std::string_view::npos) {
    give(rest, rest.size() - std::min(rest.size(), end.size() - 1), out);
    return false;
  }
  give(rest, found + end.size(), out);
  in_ = In::text;
  return true;
}

void XmlText::give(std::string_view& rest, std::size_t count, std::string& out) {
  std::string_view given = rest.substr(0, count);
  rest.remove_prefix(count);
  for (std::size_t none = given.find(kNone); none != std::string_view::npos; none = given.find(kNone)) {
    out.append(given.substr(0, none)) += kReplacement;
    given_ += none;
    changed_.push_back({.at = given_, .added = kReplacement.size() - 1});
    given_ += kReplacement.size();
    given.remove_prefix(none + 1);
  }
  out += given;
  given_ += given.size();
}

std::size_t XmlText::place_of(std::size_t at) {
  const auto beyond = std::ranges::lower_bound(changed_, at, {}, &Change::at);
  for (auto change = changed_.begin(); change != beyond; ++change) added_ += change->added;
  changed_.erase(changed_.begin(), beyond);
  return at - std::min(at, added_);
}

}  // namespace gossamer
