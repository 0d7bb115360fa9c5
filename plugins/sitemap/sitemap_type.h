#pragma once

#include <string_view>

namespace gossamer {

// Whether a body of this Content-Type may be a sitemap, so that it is worth fetching: XML, text, what is
// packed, or of no type.
bool may_hold_sitemap(std::string_view content_type);

}  // namespace gossamer
