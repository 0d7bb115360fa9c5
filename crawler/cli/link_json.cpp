#include "crawler/cli/link_json.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <utility>

namespace gossamer {

nlohmann::ordered_json link_json(const Link& link, const DocumentBase& base, bool page_nofollow) {
  const Result<Url> url = base.resolve(link.url);
  nlohmann::ordered_json json = {{"url", url ? url->href() : link.url},
                                 {"tag", to_string(link.tag)},
                                 {"rel", link.rel},
                                 {"text", link.text},
                                 {"nofollow", link.nofollow || page_nofollow}};
  if (!url && base.url()) json["error"] = url.error().message;
  return json;
}

std::string resolved(std::string_view reference, const DocumentBase& base) {
  const Result<Url> url = base.resolve(reference);
  return std::string(url ? url->href() : reference);
}

Result<std::optional<Url>> parse_base_flag(std::string_view base) {
  if (base.empty()) return std::nullopt;
  Result<Url> url = Url::parse(base);
  if (!url) {
    return fail(ErrorClass::invalid_input,
                fmt::format("the base \"{}\" is no absolute URL: {}", base, url.error().message));
  }
  return std::optional(std::move(*url));
}

}  // namespace gossamer
