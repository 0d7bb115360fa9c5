#pragma once

#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "net/http/set_cookie.h"

namespace gossamer {

class Url;

struct Cookie {
  std::string domain;  // lower case, no dot before or after
  std::string path;    // "/..."
  std::string name;    // "" for a nameless one
  std::string value;
  bool host_only = true;  // only for `domain` itself, not for names below it
  bool secure = false;
  bool http_only = false;
  std::optional<CookieTime> expires;  // nullopt: a session cookie, which lasts as long as the jar
  CookieTime created_at;
  bool operator==(const Cookie&) const = default;
};

// The cookies of a crawl, as a browser keeps them: RFC 6265 with the changes of RFC 6265bis but SameSite,
// which is about pages that embed others. Bounded; the oldest cookies go. Pure: no clock, no I/O. Not
// thread-safe; in a crawl it belongs to the crawl loop.
class CookieJar {
 public:
  struct Options {
    std::size_t per_site = 50;             // a site is a registrable domain, or a host without one
    std::size_t memory = 8 * 1024 * 1024;  // bytes of all: some 30,000 ordinary cookies
  };

  // What must be written down: a new state of the cookie (domain, path, name), or that it is gone.
  struct Change {
    Cookie cookie;
    bool removed = false;
  };

  CookieJar() = default;
  explicit CookieJar(const Options& options) : options_(options) {}
  CookieJar(const CookieJar&) = delete;
  CookieJar& operator=(const CookieJar&) = delete;

  // The value of one Set-Cookie field of the response to a request for `url` (RFC 6265bis section 5.7).
  // What changes, also by the bounds, is appended to `changes`.
  void set(const Url& url, std::string_view set_cookie, CookieTime now, std::vector<Change>& changes);

  // What has become of the cookie that a Change told of: for whoever writes changes down in another order.
  Change now(Change change) const;

  // The value of the Cookie field of a request for `url`, "" for none (section 5.8.3).
  std::string header_for(const Url& url, CookieTime now) const;

  // Puts back a cookie that a Change told of, oldest first.
  void restore(Cookie cookie);

  const std::list<Cookie>& cookies() const { return cookies_; }  // oldest first, expired ones among them
  std::size_t memory_bytes() const { return memory_; }

 private:
  using Position = std::list<Cookie>::iterator;
  using Site = std::vector<Position>;  // oldest first
  struct StringHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  void store(Cookie cookie, CookieTime now, std::vector<Change>& changes);
  template <class S>
  static auto find_in(S& site, const Cookie& cookie);
  void append(Cookie cookie, Site& site);
  void remove(Site& site, Site::iterator at, std::vector<Change>& changes);
  void keep_bounds(Site& site, CookieTime now, std::vector<Change>& changes);

  Options options_;
  std::list<Cookie> cookies_;
  std::unordered_map<std::string, Site, StringHash, std::equal_to<>> sites_;
  std::size_t memory_ = 0;
};

}  // namespace gossamer
