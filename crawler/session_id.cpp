#include "crawler/session_id.h"

#include <algorithm>
#include <array>

#include "net/base/ascii.h"

namespace gossamer {

namespace {

constexpr std::string_view kFirstLetters = "acjopsz";  // of the names below

bool looks_random(std::string_view value) {
  return (value.size() == 26 || value.size() == 32) && std::ranges::all_of(value, is_ascii_alnum) &&
         std::ranges::any_of(value, is_ascii_digit) && std::ranges::any_of(value, is_ascii_alpha);
}

// Of "name=value".
bool is_session_id(std::string_view parameter) {
  if (parameter.empty() || kFirstLetters.find(to_ascii_lower(parameter.front())) == std::string_view::npos)
    return false;
  const std::size_t equal = parameter.find('=');
  if (equal == std::string_view::npos || equal + 1 == parameter.size()) return false;
  const std::string_view name = parameter.substr(0, equal);
  constexpr std::array<std::string_view, 6> kCertain{"phpsessid", "jsessionid", "cfid",
                                                     "cftoken",   "oscsid",     "zenid"};
  if (std::ranges::any_of(kCertain,
                          [&](std::string_view known) { return equals_ignoring_case(name, known); }))
    return true;
  if (starts_with_ignoring_case(name, "aspsessionid")) return true;
  constexpr std::array<std::string_view, 6> kLikely{"sid", "s", "session", "sess", "session_id", "sessionid"};
  return std::ranges::any_of(kLikely,
                             [&](std::string_view known) { return equals_ignoring_case(name, known); }) &&
         looks_random(parameter.substr(equal + 1));
}

// (S(lit3py55t21z5v55vlm25s55)), beside other letters of ASP.NET: (X(1)S(...)).
bool is_asp_net_session(std::string_view segment) {
  if (!segment.starts_with('(') || !segment.ends_with("))")) return false;
  const std::size_t id = segment.find("S(");
  return id != std::string_view::npos && segment.size() == id + 2 + 24 + 2;
}

// Path parameters follow their segment: /a;jsessionid=1/b;v=2
bool append_path(std::string_view path, std::string& out) {
  bool found = false;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/', 1), path.size());
    std::string_view segment = path.substr(1, end - 1);
    path.remove_prefix(end);
    if (is_asp_net_session(segment)) {
      found = true;
      continue;
    }
    out += '/';
    for (bool first = true; !segment.empty() || first; first = false) {
      const std::size_t length = std::min(segment.find(';', 1), segment.size());
      const std::string_view part = segment.substr(0, length);
      segment.remove_prefix(length);
      if (part.starts_with(';') && is_session_id(part.substr(1))) {
        found = true;
      } else {
        out += part;
      }
    }
  }
  return found;
}

bool append_query(std::string_view query, std::string& out) {
  bool found = false;
  char separator = '?';
  while (!query.empty()) {
    const std::string_view parameter = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(parameter.size() + 1, query.size()));
    if (is_session_id(parameter)) {
      found = true;
      continue;
    }
    out += separator;
    out += parameter;
    separator = '&';
  }
  return found;
}

bool query_has_session_id(std::string_view query) {
  while (!query.empty()) {
    const std::string_view parameter = query.substr(0, query.find('&'));
    if (is_session_id(parameter)) return true;
    query.remove_prefix(std::min(parameter.size() + 1, query.size()));
  }
  return false;
}

}  // namespace

bool without_session_id(const UrlParts& url, std::string& out) {
  const bool path_may_have_one =
      url.path.find(';') != std::string_view::npos || url.path.find('(') != std::string_view::npos;
  if (!path_may_have_one && !query_has_session_id(url.query)) return false;
  out.assign(url.url.substr(0, static_cast<std::size_t>(url.path.data() - url.url.data())));
  const bool in_path = append_path(url.path, out);
  const bool in_query = append_query(url.query, out);
  return in_path || in_query;
}

}  // namespace gossamer
