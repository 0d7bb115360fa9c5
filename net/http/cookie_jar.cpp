#include "net/http/cookie_jar.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

#include "net/http/public_suffix.h"
#include "net/http/url.h"

namespace gossamer {

namespace {

constexpr std::size_t kCookieOverhead = 256;  // bytes of a Cookie and of what finds it

// No longer name can be looked up, and so none can send a cookie; one without its last dot may have 253.
constexpr std::size_t kMaxHostBytes = 254;

std::size_t size_of(const Cookie& cookie) {
  return kCookieOverhead + cookie.domain.size() + cookie.path.size() + cookie.name.size() +
         cookie.value.size();
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return lower;
}

std::string_view host_of(const Url& url) {
  std::string_view host = url.hostname();
  if (host.ends_with('.')) host.remove_suffix(1);
  return host;
}

// Section 5.1.3 of RFC 6265, for a `host` that is a name.
bool domain_matches(std::string_view host, std::string_view domain) {
  return host.ends_with(domain) &&
         (host.size() == domain.size() || host[host.size() - domain.size() - 1] == '.');
}

// Section 5.1.4.
bool path_matches(std::string_view request_path, std::string_view path) {
  return request_path.starts_with(path) &&
         (request_path.size() == path.size() || path.ends_with('/') || request_path[path.size()] == '/');
}

// "/a/b" -> "/a"
std::string_view default_path(std::string_view request_path) {
  const std::size_t slash = request_path.rfind('/');
  return slash == 0 || slash == std::string_view::npos ? "/" : request_path.substr(0, slash);
}

bool has_prefix(std::string_view name, std::string_view lower_case_prefix) {
  return lower_case(name.substr(0, lower_case_prefix.size())) == lower_case_prefix;
}

// __Secure- and __Host- promise how the cookie was set (RFC 6265bis section 4.1.3).
bool breaks_prefix(const SetCookie& parsed, const Cookie& cookie) {
  const std::string_view name = parsed.name.empty() ? parsed.value : parsed.name;
  const bool secure = has_prefix(name, "__secure-");
  const bool host = has_prefix(name, "__host-");
  if (!secure && !host) return false;
  if (parsed.name.empty() || !cookie.secure) return true;
  return host && (!cookie.host_only || parsed.path != "/");
}

std::string site_of(std::string_view domain) {
  const std::string_view registrable = registrable_domain(domain);
  return std::string(registrable.empty() ? domain : registrable);
}

bool is_expired(const Cookie& cookie, CookieTime now) { return cookie.expires && *cookie.expires <= now; }

// The Domain attribute, or the host. False: it is not the host's to set.
bool take_domain(const Url& url, std::string_view attribute, Cookie& cookie) {
  const std::string_view host = host_of(url);
  const std::string domain = lower_case(attribute);
  cookie.domain = host;
  if (domain.empty() || domain == host) {
    // A cookie for a public suffix or an address is for that host only.
    cookie.host_only = domain.empty() || registrable_domain(domain).empty();
    return true;
  }
  if (url.is_ip_host() || !domain_matches(host, domain) || registrable_domain(domain).empty()) return false;
  cookie.domain = domain;
  cookie.host_only = false;
  return true;
}

}  // namespace

void CookieJar::set(const Url& url, std::string_view set_cookie, CookieTime now,
                    std::vector<Change>& changes) {
  if (!url.is_http() || url.hostname().size() > kMaxHostBytes) return;
  const auto parsed = parse_set_cookie(set_cookie, now);
  if (!parsed) return;
  Cookie cookie{.domain = {},
                .path = std::string(parsed->path.empty() ? default_path(url.pathname()) : parsed->path),
                .name = std::string(parsed->name),
                .value = std::string(parsed->value),
                .secure = parsed->secure,
                .http_only = parsed->http_only,
                .expires = parsed->expires,
                .created_at = now};
  if (!take_domain(url, parsed->domain, cookie) || breaks_prefix(*parsed, cookie)) return;
  const bool over_tls = url.scheme() == "https";
  if (cookie.secure && !over_tls) return;
  if (!over_tls) {
    // Whoever can write plain HTTP must not overlay what came over TLS (section 5.7, step 14).
    if (const auto site = sites_.find(site_of(cookie.domain)); site != sites_.end()) {
      const bool overlays = std::ranges::any_of(site->second, [&](Position known) {
        return known->secure && known->name == cookie.name && !is_expired(*known, now) &&
               (domain_matches(known->domain, cookie.domain) ||
                domain_matches(cookie.domain, known->domain)) &&
               path_matches(cookie.path, known->path);
      });
      if (overlays) return;
    }
  }
  store(std::move(cookie), now, changes);
}

template <class S>
auto CookieJar::find_in(S& site, const Cookie& cookie) {
  return std::ranges::find_if(site, [&](Position known) {
    return known->name == cookie.name && known->path == cookie.path && known->domain == cookie.domain;
  });
}

CookieJar::Change CookieJar::now(Change change) const {
  const auto site = sites_.find(site_of(change.cookie.domain));
  if (site != sites_.end()) {
    const auto known = find_in(site->second, change.cookie);
    if (known != site->second.end()) return {.cookie = **known};
  }
  change.removed = true;
  return change;
}

void CookieJar::store(Cookie cookie, CookieTime now, std::vector<Change>& changes) {
  const auto entry = sites_.try_emplace(site_of(cookie.domain)).first;
  Site& site = entry->second;
  const auto known = find_in(site, cookie);
  if (is_expired(cookie, now)) {
    if (known != site.end()) remove(site, known, changes);
  } else if (known == site.end()) {
    append(std::move(cookie), site);
    changes.push_back({.cookie = *site.back()});
  } else {
    cookie.created_at = (*known)->created_at;  // and so it keeps its place in the order
    if (cookie != **known) {
      memory_ = memory_ - size_of(**known) + size_of(cookie);
      **known = std::move(cookie);
      changes.push_back({.cookie = **known});
    }
  }
  keep_bounds(site, now, changes);
  if (site.empty()) sites_.erase(entry);
}

void CookieJar::append(Cookie cookie, Site& site) {
  memory_ += size_of(cookie);
  cookies_.push_back(std::move(cookie));
  site.push_back(std::prev(cookies_.end()));
}

void CookieJar::remove(Site& site, Site::iterator at, std::vector<Change>& changes) {
  const Position cookie = *at;
  site.erase(at);
  memory_ -= size_of(*cookie);
  changes.push_back({.cookie = std::move(*cookie), .removed = true});
  cookies_.erase(cookie);
}

void CookieJar::keep_bounds(Site& site, CookieTime now, std::vector<Change>& changes) {
  while (site.size() > options_.per_site) {
    const auto expired = std::ranges::find_if(site, [&](Position p) { return is_expired(*p, now); });
    remove(site, expired != site.end() ? expired : site.begin(), changes);
  }
  while (memory_ > options_.memory && !cookies_.empty()) {
    const auto oldest = sites_.find(site_of(cookies_.front().domain));
    Site& its_site = oldest->second;
    remove(its_site, std::ranges::find(its_site, cookies_.begin()), changes);
    if (its_site.empty() && &its_site != &site) sites_.erase(oldest);
  }
}

void CookieJar::restore(Cookie cookie) {
  Site& site = sites_[site_of(cookie.domain)];
  append(std::move(cookie), site);
}

std::string CookieJar::header_for(const Url& url, CookieTime now) const {
  const std::string_view host = host_of(url);
  if (cookies_.empty() || !url.is_http() || host.size() > kMaxHostBytes) return {};
  std::vector<const Cookie*> sent;  // longer paths first, then older cookies, as sites have them
  const auto collect = [&](const Site& site) {
    for (const Position cookie : site) {
      const bool domain_fits = cookie->host_only ? host == cookie->domain
                                                 : !url.is_ip_host() && domain_matches(host, cookie->domain);
      if (domain_fits && path_matches(url.pathname(), cookie->path) && !is_expired(*cookie, now) &&
          (!cookie->secure || url.scheme() == "https"))
        sent.insert(std::ranges::upper_bound(sent, cookie->path.size(), std::greater(),
                                             [](const Cookie* other) { return other->path.size(); }),
                    &*cookie);
    }
  };
  // The host's site is one of the names above it; found without asking the list of public suffixes.
  for (std::string_view name = host;; name.remove_prefix(name.find('.') + 1)) {
    if (const auto site = sites_.find(name); site != sites_.end()) collect(site->second);
    if (url.is_ip_host() || name.find('.') == std::string_view::npos) break;
  }
  std::string header;
  for (const Cookie* cookie : sent) {
    if (!header.empty()) header += "; ";
    if (!cookie->name.empty()) header += cookie->name + '=';
    header += cookie->value;
  }
  return header;
}

}  // namespace gossamer
