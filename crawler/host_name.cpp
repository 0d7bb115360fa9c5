#include "crawler/host_name.h"

#include <fmt/format.h>

#include "net/http/url.h"

namespace gossamer {

Result<HostName> HostName::parse(std::string_view text) {
  HostName name;
  const bool origin = text.find("://") != std::string_view::npos;
  const auto url = Url::parse(origin ? std::string(text) : fmt::format("http://{}", text));
  if (!url || !url->is_http()) {
    return fail(ErrorClass::invalid_input,
                fmt::format("\"{}\" is neither a host nor an origin, like example.com or "
                            "http://example.com:8080",
                            text));
  }
  name.text_ = origin ? url->origin() : std::string(url->hostname());
  if (origin) return name;
  name.name_ = name.text_;
  // A URL does not show the port that is its scheme's default.
  const auto https = Url::parse(fmt::format("https://{}", text));
  if (!url->port().empty() || (https && !https->port().empty())) name.port_ = url->effective_port();
  if (name.port_) name.text_ += fmt::format(":{}", *name.port_);
  return name;
}

bool HostName::names(std::string_view origin) const {
  if (name_.empty()) return origin == text_;
  const auto url = Url::parse(origin);
  return url && url->hostname() == name_ && (!port_ || url->effective_port() == *port_);
}

}  // namespace gossamer
