#pragma once

#include <string_view>

namespace gossamer {

// Takes the next image candidate off the front of `rest`, the decoded value of a srcset attribute, and
// returns its URL; "" when there is no more. "Parse a srcset attribute" (WHATWG HTML 4.8.4.2) without its
// check of the descriptors.
std::string_view next_srcset_url(std::string_view& rest);

}  // namespace gossamer
