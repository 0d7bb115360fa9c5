#include "net/http/set_cookie.h"

#include <algorithm>
#include <cstdint>

#include "net/base/ascii.h"

namespace gossamer {

namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") + 1 - first);
}

// Control characters but the tab.
bool is_forbidden(char c) {
  const auto u = static_cast<unsigned char>(c);
  return (u < 0x20 && u != '\t') || u == 0x7f;
}

// nullopt: not a number. Saturates.
std::optional<std::chrono::seconds> max_age_of(std::string_view value) {
  constexpr std::chrono::seconds kMost = kMaxCookieLife;
  const bool negative = value.starts_with('-');
  const std::string_view digits = value.substr(negative ? 1 : 0);
  if (value.empty() || !std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; }))
    return std::nullopt;
  if (negative) return std::chrono::seconds(0);
  std::int64_t seconds = 0;
  for (const char c : digits) seconds = std::min<std::int64_t>(seconds * 10 + (c - '0'), kMost.count());
  return std::chrono::seconds(seconds);
}

struct Attributes {
  std::optional<std::chrono::seconds> max_age;
  std::optional<CookieTime> expires;
};

void read_attribute(std::string_view attribute, SetCookie& cookie, Attributes& ages) {
  const std::size_t equal = std::min(attribute.find('='), attribute.size());
  const std::string_view name = trimmed(attribute.substr(0, equal));
  std::string_view value = trimmed(attribute.substr(std::min(equal + 1, attribute.size())));
  if (value.size() > kMaxCookieAttributeBytes) return;
  if (equals_ignoring_case(name, "expires")) {
    if (const auto date = parse_cookie_date(value)) ages.expires = *date;
  } else if (equals_ignoring_case(name, "max-age")) {
    if (const auto age = max_age_of(value)) ages.max_age = *age;
  } else if (equals_ignoring_case(name, "domain")) {
    if (value.starts_with('.')) value.remove_prefix(1);
    cookie.domain = value;
  } else if (equals_ignoring_case(name, "path")) {
    cookie.path = value.starts_with('/') ? value : std::string_view();
  } else if (equals_ignoring_case(name, "secure")) {
    cookie.secure = true;
  } else if (equals_ignoring_case(name, "httponly")) {
    cookie.http_only = true;
  }
}

}  // namespace

std::optional<SetCookie> parse_set_cookie(std::string_view field, CookieTime now) {
  if (std::ranges::any_of(field, is_forbidden)) return std::nullopt;
  const std::size_t semicolon = std::min(field.find(';'), field.size());
  const std::string_view pair = field.substr(0, semicolon);
  SetCookie cookie;
  const std::size_t equal = pair.find('=');
  if (equal == std::string_view::npos) {
    cookie.value = trimmed(pair);
  } else {
    cookie.name = trimmed(pair.substr(0, equal));
    cookie.value = trimmed(pair.substr(equal + 1));
  }
  if (cookie.name.empty() && cookie.value.empty()) return std::nullopt;
  if (cookie.name.size() + cookie.value.size() > kMaxCookieBytes) return std::nullopt;

  Attributes ages;
  for (std::string_view rest = field.substr(semicolon); !rest.empty();) {
    rest.remove_prefix(1);
    const std::size_t end = std::min(rest.find(';'), rest.size());
    read_attribute(rest.substr(0, end), cookie, ages);
    rest.remove_prefix(end);
  }
  if (ages.max_age) {
    cookie.expires = now + *ages.max_age;
  } else if (ages.expires) {
    cookie.expires = std::min(*ages.expires, now + kMaxCookieLife);
  }
  return cookie;
}

}  // namespace gossamer
