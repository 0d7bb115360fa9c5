#pragma once

#include <cstddef>
#include <libxml/xpath.h>
#include <optional>
#include <string_view>

namespace gossamer::dom {

struct UnknownName {
  std::string_view what;  // "unknown function"
  std::size_t place;      // in bytes, of where it begins
};

// The first function, variable or namespace prefix of `expression`, which compiles, that `context` does not
// know. libxml2 itself looks a name up only when an evaluation comes to it, so not on a page where nothing
// leads there, and does not tell the place.
std::optional<UnknownName> find_unknown_name(std::string_view expression, xmlXPathContext& context);

}  // namespace gossamer::dom
