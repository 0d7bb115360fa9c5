#include "plugins/sitemap/sitemap_type.h"

#include <algorithm>
#include <array>

#include "plugins/charset.h"
#include "plugins/html/ascii.h"

namespace gossamer {

bool may_hold_sitemap(std::string_view content_type) {
  constexpr std::array<std::string_view, 6> kTypes = {
      "",           "application/gzip",         "application/x-gzip",
      "text/plain", "application/octet-stream", "binary/octet-stream"};
  const std::string_view type = media_type_of(content_type);
  return is_xml_type(type) ||
         std::ranges::any_of(kTypes, [&](auto known) { return equals_ignoring_case(type, known); });
}

}  // namespace gossamer
