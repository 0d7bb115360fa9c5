#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "net/base/error.h"

namespace gossamer {

// Of a query that someone wrote, a selector or an expression, what is wrong with it and where:
// "css: expected ']' at column 9 of `a[href=x`". `offset` is in bytes; without one the message says "in".
std::unexpected<Error> query_error(std::string_view language, std::string_view what, std::string_view query,
                                   std::optional<std::size_t> offset);

// The two lines that show the column of such a message under the query, "" if it names none:
//   a[href=x
//           ^
std::string marked_column(std::string_view message, std::string_view query);

// As much of a text as fits a line, without what would break it.
std::string one_line(std::string_view text);

}  // namespace gossamer
