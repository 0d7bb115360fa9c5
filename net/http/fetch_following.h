#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "net/http/http_client.h"

namespace gossamer {

// A request and the redirects it led to.
struct FollowedFetch {
  struct Hop {
    Url url;
    FetchResponse response;  // a redirect, without its body
  };
  std::vector<Hop> hops;  // in order; empty if the first answer was final
  Url url;                // of the last request made
  Result<FetchResponse> response;
};

inline constexpr std::size_t kMaxRedirects = 10;

// Fetches and follows redirects (RFC 9110 section 15.4), for a person's command, not for a crawl, where every
// hop is an outcome of its own. Fields that carry credentials do not follow to another origin. The fragment
// of a URL is inherited by its target. Errors: those of fetch(); redirect: more than kMaxRedirects, a loop,
// or a target that is no http(s) URL.
Task<FollowedFetch> fetch_following(HttpClient& client, FetchRequest request);

// The URL that a Location header names, `url` being that of the response. Its bytes that are not ASCII are
// escaped as they stand, in whatever encoding the server wrote them (the Fetch Standard, "location URL",
// leaves that open; browsers do it): the server is asked for what it named. Errors as of Url::parse().
[[nodiscard]] Result<Url> location_url(std::string_view location, const Url& url);

// The target of a redirect response; nullopt for any other response, also one without Location.
[[nodiscard]] std::optional<Result<Url>> redirect_target(int status, const Headers& headers, const Url& url);

}  // namespace gossamer
