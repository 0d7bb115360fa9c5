#include "net/http/fetch_following.h"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <utility>

#include "net/http/message.h"
#include "net/http/percent_encode.h"

namespace gossamer {
namespace {

void drop_credentials(Headers& headers) {
  for (const std::string_view name : {"Authorization", "Cookie", "Proxy-Authorization"}) headers.remove(name);
}

}  // namespace

Result<Url> location_url(std::string_view location, const Url& url) {
  std::string ascii;
  for (const char byte : location) {
    if (static_cast<unsigned char>(byte) < 0x80) {
      ascii += byte;
    } else {
      append_escape(static_cast<unsigned char>(byte), ascii);
    }
  }
  return Url::parse(ascii, url);
}

std::optional<Result<Url>> redirect_target(int status, const Headers& headers, const Url& url) {
  const auto location = is_redirect(status) ? headers.get("location") : std::nullopt;
  if (!location) return std::nullopt;
  auto target = location_url(*location, url);
  if (!target || !target->is_http()) {
    return fail(ErrorClass::redirect, Phase::headers,
                fmt::format("{} redirects to what is no http or https URL", url.href()));
  }
  if (target->hash().empty() && !url.hash().empty()) {
    target = Url::parse(fmt::format("{}{}", target->without_fragment(), url.hash()));
  }
  return target;
}

Task<FollowedFetch> fetch_following(HttpClient& client, FetchRequest request) {
  FollowedFetch followed{.hops = {}, .url = request.url, .response = FetchResponse{}};
  const WantBody wanted = std::move(request.want_body);
  request.want_body = [&wanted](const ResponseHead& head) {
    const bool redirects = is_redirect(head.status) && head.headers.contains("location");
    return !redirects && (!wanted || wanted(head));
  };
  while (true) {
    followed.response = co_await client.fetch(request);
    if (!followed.response) co_return followed;
    auto target = redirect_target(followed.response->status, followed.response->headers, request.url);
    if (!target) co_return followed;
    followed.hops.push_back({request.url, std::move(*followed.response)});
    if (!*target) {
      followed.response = std::unexpected(std::move(target->error()));
      co_return followed;
    }
    const bool loops = std::ranges::any_of(followed.hops, [&](const auto& hop) {
      return hop.url.without_fragment() == (*target)->without_fragment();
    });
    if (loops || followed.hops.size() > kMaxRedirects) {
      followed.response = fail(
          ErrorClass::redirect, Phase::headers,
          loops ? fmt::format("redirect loop: {} leads back to {}", request.url.href(), (*target)->href())
                : fmt::format("more than {} redirects", kMaxRedirects));
      co_return followed;
    }
    if ((*target)->origin() != request.url.origin()) drop_credentials(request.headers);
    request.url = std::move(**target);
    followed.url = request.url;
  }
}

}  // namespace gossamer
