#include "crawler/canonical_rules.h"

#include <algorithm>
#include <utility>

#include "crawler/session_id.h"
#include "crawler/url_parts.h"
#include "net/http/canonical_url.h"

namespace gossamer {

namespace {

bool is_dropped(std::string_view parameter, const std::vector<std::string>& names) {
  const std::string_view name = parameter.substr(0, parameter.find('='));
  return std::ranges::any_of(names, [name](std::string_view dropped) {
    if (!dropped.ends_with('*')) return name == dropped;
    dropped.remove_suffix(1);
    return name.starts_with(dropped);
  });
}

// `query` without its '?', by the rules; "?" in front unless nothing is left.
std::string ruled_query(std::string_view query, const CanonicalRules& rules) {
  std::vector<std::string_view> parameters;
  for (std::size_t begin = 0; begin <= query.size();) {
    const std::size_t end = std::min(query.find('&', begin), query.size());
    const std::string_view parameter = query.substr(begin, end - begin);
    if (!is_dropped(parameter, rules.drop_query)) parameters.push_back(parameter);
    begin = end + 1;
  }
  if (rules.sort_query) std::ranges::sort(parameters);
  std::string ruled;
  for (const std::string_view parameter : parameters) (ruled += ruled.empty() ? '?' : '&') += parameter;
  return ruled == "?" ? "" : ruled;
}

std::string by_rules(const std::string& canonical, const CanonicalRules& rules) {
  std::string ruled;
  if (!rules.drop_session_ids || !without_session_id(UrlParts(canonical), ruled)) ruled = canonical;
  const UrlParts parts(ruled);
  if (parts.query.empty()) return ruled;
  const std::string query = ruled_query(parts.query, rules);
  ruled.resize(static_cast<std::size_t>(parts.query.data() - ruled.data()) - 1);
  return ruled + query;
}

}  // namespace

void append_canonical_url(const Url& url, const CanonicalRules& rules, std::string& out) {
  if (rules.none() || !url.is_http()) {
    append_canonical_url(url, out);
  } else {
    out += canonical_url(url, rules);
  }
}

Result<> CanonicalRules::check() const {
  for (const std::string_view name : drop_query) {
    const std::size_t star = name.find('*');
    if (name.empty() || name == "*" || name.find_first_of("=&") != std::string_view::npos ||
        (star != std::string_view::npos && star + 1 != name.size()))
      return fail(ErrorClass::invalid_input,
                  "--drop-query: needs the name of a parameter, such as fbclid or utm_*");
  }
  return {};
}

std::string canonical_url(const Url& url, const CanonicalRules& rules) {
  std::string canonical = canonical_url(url);
  if (rules.none() || !url.is_http()) return canonical;
  // What is left may call for the common rules again: a path without its session id may be a dot segment, an
  // escape may follow another '%'. Each round leaves less to do.
  for (;;) {
    const std::string ruled = by_rules(canonical, rules);
    if (ruled == canonical) return canonical;
    const auto rest = Url::parse(ruled);
    if (!rest) return canonical;
    std::string next = canonical_url(*rest);
    if (next == canonical) return canonical;
    canonical = std::move(next);
  }
}

}  // namespace gossamer
