#include "plugins/html/meta_refresh.h"

#include <algorithm>

#include "plugins/html/ascii.h"

namespace gossamer {

namespace {

constexpr std::chrono::seconds kLongestDelay = std::chrono::days(1);

void skip_space(std::string_view& text) {
  while (!text.empty() && is_html_space(text.front())) text.remove_prefix(1);
}

// Takes "url", white space, "=" and white space from the front of `text`; leaves it alone where it does not
// begin so.
void skip_url_prefix(std::string_view& text) {
  if (!starts_with_ignoring_case(text, "url")) return;
  std::string_view rest = text.substr(3);
  skip_space(rest);
  if (!rest.starts_with('=')) return;
  rest.remove_prefix(1);
  skip_space(rest);
  text = rest;
}

}  // namespace

std::optional<MetaRefresh> parse_meta_refresh(std::string_view content) {
  MetaRefresh refresh;
  skip_space(content);
  if (content.empty() || (!is_ascii_digit(content.front()) && content.front() != '.')) return std::nullopt;
  while (!content.empty() && is_ascii_digit(content.front())) {
    refresh.delay = std::min(refresh.delay * 10 + std::chrono::seconds(content.front() - '0'), kLongestDelay);
    content.remove_prefix(1);
  }
  while (!content.empty() && (is_ascii_digit(content.front()) || content.front() == '.'))
    content.remove_prefix(1);
  if (content.empty()) return refresh;

  if (content.front() != ';' && content.front() != ',' && !is_html_space(content.front()))
    return std::nullopt;
  skip_space(content);
  if (!content.empty() && (content.front() == ';' || content.front() == ',')) content.remove_prefix(1);
  skip_space(content);

  skip_url_prefix(content);
  if (!content.empty() && (content.front() == '"' || content.front() == '\'')) {
    const char quote = content.front();
    content.remove_prefix(1);
    content = content.substr(0, content.find(quote));
  }
  refresh.url = strip_html_space(content);
  return refresh;
}

}  // namespace gossamer
