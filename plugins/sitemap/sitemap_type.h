#pragma once

#include <cstddef>
#include <string_view>

#include "plugins/sitemap/sitemap_reader.h"

namespace gossamer {

// Of a document's beginning these bytes are enough for sniff_sitemap(), which looks at no more.
inline constexpr std::size_t kSniffedBytes = 16 << 10;

// What a document that begins with `start` is; it may be packed. unknown: no sitemap.
SitemapFormat sniff_sitemap(std::string_view start);

// Whether a body of this Content-Type may be a sitemap, so that it is worth fetching: XML, text, what is
// packed, or of no type.
bool may_hold_sitemap(std::string_view content_type);

}  // namespace gossamer
