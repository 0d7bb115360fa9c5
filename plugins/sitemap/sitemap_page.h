#pragma once

#include <string_view>

#include "plugins/parser.h"
#include "plugins/sitemap/sitemap_reader.h"

namespace gossamer {

// A sitemap that a crawl has fetched, as a page: its URLs are links of the tag `url`, the sitemaps of an
// index of the tag `sitemap`. One that cannot be read to its end has the links before the break, and
// `damage` says where it broke. Never fails.
ParsedPage parse_sitemap(const PageBytes& page);

// What a document that begins with `start` is; some KiB are enough, and it may be packed. unknown: no
// sitemap.
SitemapFormat sniff_sitemap(std::string_view start);

// Whether a body of this Content-Type may be a sitemap, so that it is worth fetching: XML, text, what is
// packed, or of no type.
bool may_hold_sitemap(std::string_view content_type);

}  // namespace gossamer
