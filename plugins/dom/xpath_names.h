#pragma once

#include <cstddef>
#include <libxml/xpath.h>
#include <optional>
#include <string_view>

namespace gossamer::dom {

// Where the name stands that an evaluation of `expression`, which compiles, ended at with `xpath_error`: a
// function or variable that `context` does not know, or one with a prefix. libxml2 does not tell. nullopt:
// the error is of another kind.
std::optional<std::size_t> place_of_unknown(std::string_view expression, int xpath_error,
                                            xmlXPathContext& context);

}  // namespace gossamer::dom
