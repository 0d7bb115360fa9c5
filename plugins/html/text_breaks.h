#pragma once

#include <string_view>

#include "plugins/html/tokens.h"

namespace gossamer {

// What separates the text before, in and after an element from each other as a page is shown (WHATWG HTML
// 15.3): '\n' where the element has lines of its own, ' ' for a table cell, '\0' for what stands in a line,
// as every element does that HTML does not know. `key` is that of `name`.
char break_around(NameKey key, std::string_view name);

}  // namespace gossamer
