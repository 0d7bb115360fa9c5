#include "plugins/sitemap/sitemap_text.h"

#include <algorithm>

#include "net/base/utf8.h"
#include "net/http/percent_encode.h"
#include "net/http/url.h"
#include "plugins/html/ascii.h"

namespace gossamer {
namespace {

constexpr std::size_t kMaxLine =
    2 * SitemapReader::kMaxLoc;  // bytes kept, with the white space after the URL

bool is_url(std::string_view line) {
  const auto url = Url::parse(line);
  return url && url->is_http();
}

// Each byte that is no UTF-8 as %XX: the URL of a server that has such bytes in its names.
std::string escape_ill_formed(std::string_view line) {
  std::string escaped;
  while (!line.empty()) {
    const std::size_t size = utf8_character_size(line);
    if (size == 0) append_escape(static_cast<unsigned char>(line.front()), escaped);
    escaped += line.substr(0, size);
    line.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return escaped;
}

}  // namespace

Result<> SitemapText::write(std::string_view bytes) {
  while (!entries_.full()) {
    const std::size_t end = std::min(bytes.find_first_of("\r\n"), bytes.size());
    std::string_view piece = bytes.substr(0, end);
    while (entry_.loc.empty() && !piece.empty() && is_html_space(piece.front())) piece.remove_prefix(1);
    entry_.loc.append(piece.substr(0, kMaxLine - entry_.loc.size()));
    if (end == bytes.size()) break;
    bytes.remove_prefix(end + 1);
    if (auto ended = end_line(); !ended) return ended;
  }
  return {};
}

Result<> SitemapText::finish() {
  if (auto ended = end_line(); !ended) return ended;
  if (!any_) return fail(ErrorClass::parse, Phase::parse, "not a sitemap: it is empty");
  return {};
}

Result<> SitemapText::end_line() {
  if (!is_valid_utf8(entry_.loc)) entry_.loc = escape_ill_formed(entry_.loc);
  const std::string_view line = strip_html_space(entry_.loc);
  if (line.empty()) return {};
  if (is_url(line)) {
    any_ = true;
    entries_.add(entry_);
  } else if (any_) {
    entries_.skip();
  } else {
    return fail(ErrorClass::parse, Phase::parse, "not a sitemap: it begins with neither XML nor a URL");
  }
  entry_.loc.clear();
  return {};
}

}  // namespace gossamer
