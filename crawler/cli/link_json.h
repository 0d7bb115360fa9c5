#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string_view>

#include "net/base/error.h"
#include "net/http/url.h"
#include "plugins/document_base.h"
#include "plugins/parser.h"

namespace gossamer {

// A link as the commands print it: {"url","tag","rel","text","nofollow"}. The URL is absolute where it can be
// resolved, else as it stands, with the reason in "error" if there is a base; nofollow is the link's own or
// the whole page's.
nlohmann::ordered_json link_json(const Link& link, const DocumentBase& base, bool page_nofollow);

// `reference` resolved against `base`, or as it stands where that gives no URL.
std::string resolved(std::string_view reference, const DocumentBase& base);

// The URL of --base, none for "". Errors: invalid_input, if it is no absolute URL.
Result<std::optional<Url>> parse_base_flag(std::string_view base);

}  // namespace gossamer
