#include "plugins/base_url.h"

#include <utility>

namespace gossamer {

std::optional<Url> document_base_url(std::string_view base_href, std::optional<Url> page_url) {
  if (base_href.empty() || base_href.size() > kMaxBaseHref) return page_url;
  Result<Url> base = page_url.has_value() ? Url::parse(base_href, *page_url) : Url::parse(base_href);
  if (!base || base->scheme() == "data" || base->scheme() == "javascript") return page_url;
  return std::move(*base);
}

}  // namespace gossamer
