#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "net/http/url.h"

namespace gossamer {

// Every relative link of a page becomes as long as its base. No URL of this length is of use.
inline constexpr std::size_t kMaxBaseHref = 16 * 1024;

// What the links of a page are resolved against: `base_href` (ParsedPage::base) resolved against `page_url`,
// or page_url where there is none, it is no URL, longer than kMaxBaseHref, or one of data: or javascript:
// (WHATWG HTML 4.2.3). Without a page_url (a file) only an absolute base_href counts; nullopt where nothing
// does.
std::optional<Url> document_base_url(std::string_view base_href, std::optional<Url> page_url);

}  // namespace gossamer
