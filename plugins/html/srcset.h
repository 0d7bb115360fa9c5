#pragma once

#include <string_view>

namespace gossamer {

// Takes the next image candidate off the front of `rest`, the decoded value of a srcset attribute, and
// returns its URL; "" when there is no more. One with a wrong descriptor is passed over. "Parse a srcset
// attribute" (WHATWG HTML 4.8.4.2).
std::string_view next_srcset_url(std::string_view& rest);

}  // namespace gossamer
