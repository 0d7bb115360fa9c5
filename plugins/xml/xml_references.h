#pragma once

#include <string>
#include <string_view>

namespace gossamer {

// The character that HTML's "&name;" stands for; without one the reference as it is.
std::string meaning_of_reference(std::string_view name);

// An attribute's value as libxml2 gives it, with references to entities still in it, and "&#38;" for an
// ampersand. A view of `value`, or of `buffer` where something had to be changed.
std::string_view decode_attribute(std::string_view value, std::string& buffer);

}  // namespace gossamer
