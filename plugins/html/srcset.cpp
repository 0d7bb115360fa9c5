#include "plugins/html/srcset.h"

#include <cstddef>

#include "plugins/html/ascii.h"

namespace gossamer {

namespace {

// Descriptors reach up to a comma outside parentheses.
void skip_descriptors(std::string_view& rest) {
  bool in_parentheses = false;
  std::size_t i = 0;
  for (; i < rest.size() && (in_parentheses || rest[i] != ','); ++i) {
    if (rest[i] == '(') in_parentheses = true;
    if (rest[i] == ')') in_parentheses = false;
  }
  rest.remove_prefix(i);
}

}  // namespace

std::string_view next_srcset_url(std::string_view& rest) {
  while (!rest.empty()) {
    while (!rest.empty() && (is_html_space(rest.front()) || rest.front() == ',')) rest.remove_prefix(1);
    std::size_t size = 0;
    while (size < rest.size() && !is_html_space(rest[size])) ++size;
    std::string_view url = rest.substr(0, size);
    rest.remove_prefix(size);
    if (url.ends_with(',')) {
      while (url.ends_with(',')) url.remove_suffix(1);
    } else {
      skip_descriptors(rest);
    }
    if (!url.empty()) return url;
  }
  return {};
}

}  // namespace gossamer
