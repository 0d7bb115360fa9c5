#include <algorithm>
#include <array>

#include "net/http/percent_encode.h"
#include "net/http/url_parser.h"
#include "net/http/windows_drive_letter.h"

namespace gossamer {
namespace {

// What a byte may mean in a path.
enum PathClass : std::uint8_t {
  kEscape = 1,
  kBackslash = 2,
  kDot = 4,
  kPercent = 8,
  kPathEnd = 16,
  kSlash = 32
};

constexpr std::array<std::uint8_t, 256> kPathClasses = [] {
  std::array<std::uint8_t, 256> classes{};
  for (unsigned c = 0; c < classes.size(); ++c) {
    if (in_encode_set(static_cast<char>(c), EncodeSet::path)) classes[c] = kEscape;
  }
  classes['\\'] = kBackslash;
  classes['.'] = kDot;
  classes['%'] = kPercent;
  classes['/'] = kSlash;
  classes['?'] = classes['#'] = kPathEnd;
  return classes;
}();

// 1 or 2 if `segment` is a dot segment, "%2e" being a dot; else 0.
int dot_segment(std::string_view segment) {
  int dots = 0;
  while (!segment.empty()) {
    const std::size_t length = segment[0] == '.' ? 1 : escaped_byte(segment, 0) == '.' ? 3 : 0;
    if (length == 0 || ++dots > 2) return 0;
    segment.remove_prefix(length);
  }
  return dots;
}

}  // namespace

bool UrlParser::path_start(std::string_view rest) {
  if (at_.special) return path(starts_with_slash(rest) ? rest.substr(1) : rest);
  if (rest.starts_with('/')) return path(rest.substr(1));
  return query(rest);
}

bool UrlParser::path(std::string_view rest) {
  unsigned classes = 0;
  unsigned after = kSlash;  // the class of the byte before
  unsigned dot_after_slash = 0;
  std::size_t end = 0;
  for (; end < rest.size(); ++end) {
    const unsigned c = kPathClasses[static_cast<unsigned char>(rest[end])];
    if (c == kPathEnd) break;
    classes |= c;
    dot_after_slash |= after & (c << 3);
    after = c;
  }
  static_assert(kDot << 3 == kSlash);
  const std::string_view text = rest.substr(0, end);
  if ((classes & (kEscape | kBackslash | kPercent)) == 0 && dot_after_slash == 0 && !is_file()) {
    href_ += '/';
    href_ += text;
  } else {
    segments(text);
  }
  if (at_.host_kind == Url::HostKind::none &&
      std::string_view(href_).substr(at_.path_begin).starts_with("//")) {
    href_.insert(at_.path_begin, "/.");
    at_.path_begin += 2;
  }
  return query(rest.substr(end));
}

void UrlParser::segments(std::string_view text) {
  for (;;) {
    const std::size_t end = find_where(text, [this](char c) { return is_slash(c); });
    std::string_view segment = text.substr(0, end);
    const bool last = end == text.size();
    const int dots = dot_segment(segment);
    if (dots == 2) shorten_path();
    if (dots == 0 || last) href_ += '/';
    if (dots == 0) {
      const bool drive = is_file() && href_.size() == at_.path_begin + 1 && is_windows_drive_letter(segment);
      append_percent_encoded(segment, EncodeSet::path, href_);
      if (drive) href_.back() = ':';
    }
    if (last) return;
    text.remove_prefix(end + 1);
  }
}

void UrlParser::shorten_path() {
  const std::string_view path = std::string_view(href_).substr(at_.path_begin);
  if (path.empty() || (is_file() && path.size() == 3 && path_starts_with_drive_letter(path))) return;
  href_.resize(at_.path_begin + path.rfind('/'));
}

bool UrlParser::opaque_path(std::string_view rest) {
  at_.opaque_path = true;
  const std::size_t end = std::min(rest.find_first_of("?#"), rest.size());
  append_percent_encoded(rest.substr(0, end), EncodeSet::c0_control, href_);
  // A space before a query or fragment would be lost if that were removed.
  if (end < rest.size() && href_.back() == ' ') href_.replace(href_.size() - 1, 1, "%20");
  return query(rest.substr(end));
}

bool UrlParser::query(std::string_view rest) {
  at_.query_begin = here();
  if (!rest.starts_with('?')) return fragment(rest);
  const std::size_t end = std::min(rest.find('#'), rest.size());
  append_percent_encoded(rest.substr(0, end), at_.special ? EncodeSet::special_query : EncodeSet::query,
                         href_);
  return fragment(rest.substr(end));
}

bool UrlParser::fragment(std::string_view rest) {
  at_.fragment_begin = here();
  if (!rest.empty()) {
    href_ += '#';
    append_percent_encoded(rest.substr(1), EncodeSet::fragment, href_);
  }
  return true;
}

}  // namespace gossamer
