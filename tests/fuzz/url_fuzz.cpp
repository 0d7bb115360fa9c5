#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "net/http/canonical_url.h"
#include "net/http/public_suffix.h"
#include "net/http/url.h"
#include "tests/fuzz/require.h"

namespace {

void check_url(const gossamer::Url& url) {
  const auto again = gossamer::Url::parse(url.href());
  require(again.has_value() && *again == url);
  require(again->host_kind() == url.host_kind() && again->pathname() == url.pathname());
  require(again->username() == url.username() && again->password() == url.password());
  require(again->host() == url.host() && again->search() == url.search() && again->hash() == url.hash());
  require(!url.is_http() || (url.request_target().starts_with('/') && !url.hostname().empty()));

  const std::string canonical = gossamer::canonical_url(url);
  const auto canonical_again = gossamer::Url::parse(canonical);
  require(canonical_again.has_value() && gossamer::canonical_url(*canonical_again) == canonical);
  require(!url.is_http() || canonical_again->href() == canonical);
  require(url.hostname().contains(gossamer::registrable_domain(url.hostname())));
}

}  // namespace

// Input: base, newline, URL.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t newline = std::min(input.find('\n'), input.size());
  const auto base = gossamer::Url::parse(input.substr(0, newline));
  if (base) check_url(*base);
  const std::string_view relative = input.substr(std::min(newline + 1, input.size()));
  const auto url = base ? gossamer::Url::parse(relative, *base) : gossamer::Url::parse(relative);
  if (!url) return 0;
  check_url(*url);
  // An absolute URL is the same whatever the base, and a path is found again under its own origin.
  if (base) {
    const auto absolute = gossamer::Url::parse(url->href(), *base);
    require(absolute && *absolute == *url);
  }
  if (url->is_http()) {
    const auto origin = gossamer::Url::parse(url->origin());
    const auto target = gossamer::Url::parse("." + std::string(url->request_target()), *origin);
    require(origin && target && target->request_target() == url->request_target());
  }
  return 0;
}
