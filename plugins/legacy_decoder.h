#pragma once

#include <string>
#include <string_view>

#include "plugins/encodings.h"

namespace gossamer {

// Appends `bytes`, which are in an encoding other than UTF-8, as UTF-8; what cannot be decoded is U+FFFD.
// UTF-16 must come without its byte order mark. False: `out` would have become longer than `limit`, and only
// a part was appended. Safe from several threads at once.
bool append_legacy(std::string& out, std::string_view bytes, const Encoding& encoding,
                   std::size_t limit = std::string::npos);

}  // namespace gossamer
