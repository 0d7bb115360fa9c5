#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace gossamer {

// The text of a piece of HTML: tags taken out, character references decoded, white space collapsed, a space
// where an element that break_around() something begins or ends; nothing of scripts, styles and comments. At
// most `limit` bytes, cut between characters. `html` is valid UTF-8.
std::string plain_text(std::string_view html, std::size_t limit);

}  // namespace gossamer
