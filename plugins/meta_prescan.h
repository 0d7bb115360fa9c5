#pragma once

#include <string_view>

#include "plugins/encoding/encodings.h"

namespace gossamer {

// The encoding the first 1,024 bytes of a page declare, in a <meta> ("prescan a byte stream", WHATWG
// HTML 13.2.3.2) or else in an XML declaration; null for none. UTF-16 declared in ASCII means UTF-8,
// x-user-defined means windows-1252.
const Encoding* prescan_encoding(std::string_view body);

// "Extract a character encoding from a meta element": the label behind charset= in `content`, "" for none.
std::string_view charset_in_content(std::string_view content);

}  // namespace gossamer
