#include "plugins/xml/ampersands.h"

#include <algorithm>
#include <optional>

#include "plugins/html/ascii.h"

namespace gossamer {
namespace {

constexpr std::string_view kEscaped = "amp;";  // what a bare '&' lacks
constexpr std::string_view kCdata = "<![CDATA[";
constexpr std::string_view kCdataEnd = "]]>";
constexpr std::string_view kComment = "<!--";
constexpr std::string_view kCommentEnd = "-->";
constexpr std::size_t kMaxReference = 64;

bool is_name_start(char c) {
  return is_ascii_alpha(c) || static_cast<unsigned char>(c) >= 0x80 || c == '_' || c == ':';
}
bool is_name_char(char c) { return is_name_start(c) || is_ascii_digit(c) || c == '.' || c == '-'; }

// Whether `text`, which begins with '&', is a reference. nullopt: its end has not come.
std::optional<bool> is_reference(std::string_view text) {
  const std::string_view rest = text.substr(1, kMaxReference);
  const bool decimal = rest.starts_with('#');
  const bool hexadecimal = rest.starts_with("#x");
  const std::size_t begin = hexadecimal ? 2 : decimal ? 1 : 0;
  std::size_t end = begin;
  while (end < rest.size() && (hexadecimal ? hex_value(rest[end]) >= 0
                               : decimal   ? is_ascii_digit(rest[end])
                               : end == 0  ? is_name_start(rest[end])
                                           : is_name_char(rest[end])))
    ++end;
  if (end == rest.size()) return end == kMaxReference ? std::optional(false) : std::nullopt;
  return rest[end] == ';' && end > begin;
}

}  // namespace

void Ampersands::write(std::string_view bytes, std::string& out) {
  held_ += bytes;
  std::string_view rest = held_;
  for (bool took = true; took && !rest.empty();) {
    took = in_ == In::text    ? take_text(rest, out)
           : in_ == In::cdata ? take_until(kCdataEnd, rest, out)
                              : take_until(kCommentEnd, rest, out);
  }
  held_.erase(0, held_.size() - rest.size());
}

void Ampersands::finish(std::string& out) {
  std::string_view rest = held_;
  give(rest, rest.size(), out);
  held_.clear();
}

bool Ampersands::take_text(std::string_view& rest, std::string& out) {
  give(rest, std::min(rest.find_first_of("&<"), rest.size()), out);
  if (rest.starts_with('&')) {
    const auto reference = is_reference(rest);
    if (!reference) return false;
    give(rest, 1, out);
    if (*reference) return true;
    changed_.push_back(given_);
    given_ += kEscaped.size();
    out += kEscaped;
    return true;
  }
  if (kCdata.starts_with(rest) || kComment.starts_with(rest)) return false;  // or nothing is left
  in_ = rest.starts_with(kCdata) ? In::cdata : rest.starts_with(kComment) ? In::comment : In::text;
  give(rest, in_ == In::comment ? kComment.size() : 1, out);
  return true;
}

bool Ampersands::take_until(std::string_view end, std::string_view& rest, std::string& out) {
  const std::size_t found = rest.find(end);
  if (found == std::string_view::npos) {
    give(rest, rest.size() - std::min(rest.size(), end.size() - 1), out);
    return false;
  }
  give(rest, found + end.size(), out);
  in_ = In::text;
  return true;
}

void Ampersands::give(std::string_view& rest, std::size_t count, std::string& out) {
  out += rest.substr(0, count);
  rest.remove_prefix(count);
  given_ += count;
}

std::size_t Ampersands::place_of(std::size_t at) {
  const auto beyond = std::ranges::lower_bound(changed_, at);
  added_ += kEscaped.size() * static_cast<std::size_t>(beyond - changed_.begin());
  changed_.erase(changed_.begin(), beyond);
  return at - std::min(at, added_);
}

}  // namespace gossamer
