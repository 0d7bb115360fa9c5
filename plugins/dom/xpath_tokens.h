#pragma once

#include <cstddef>
#include <libxml/xpath.h>
#include <optional>
#include <string_view>

namespace gossamer::dom {

struct WrongToken {
  std::string_view what;  // "unknown function"
  std::size_t place;      // in bytes, of where it begins
};

// The first token of `expression`, which compiles, that libxml2 lets pass: a function, variable or namespace
// prefix that `context` does not know, or a number with an exponent, which XPath 1.0 has not. libxml2 itself
// looks a name up only when an evaluation comes to it, so not on a page where nothing leads there, and does
// not tell the place.
std::optional<WrongToken> find_wrong_token(std::string_view expression, xmlXPathContext& context);

}  // namespace gossamer::dom
