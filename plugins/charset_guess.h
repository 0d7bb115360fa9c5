#pragma once

#include <string_view>

#include "plugins/encoding/encodings.h"

namespace gossamer {

// The encoding that a text looks like to ICU's statistics, for a body that is not UTF-8 and says nothing of
// its encoding; null where nothing is likely enough. Of the body 64 KiB count, from the first byte on that is
// not ASCII. UTF-8 is what has ten of its characters to each mistake. Never an encoding in which ASCII bytes
// may stand for something else, so a guess does not turn text into markup. Takes about a millisecond.
const Encoding* guess_encoding(std::string_view body);

}  // namespace gossamer
