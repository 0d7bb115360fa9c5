#include "plugins/html/srcset.h"

#include <algorithm>
#include <cstddef>

#include "plugins/html/ascii.h"

namespace gossamer {

namespace {

// "Valid non-negative integer", and not 0.
bool is_positive_integer(std::string_view text) {
  return std::ranges::all_of(text, is_ascii_digit) && text.find_first_not_of('0') != std::string_view::npos;
}

std::size_t digits_of(std::string_view text) {
  return std::min(text.find_first_not_of("0123456789"), text.size());
}

// "Valid floating-point number", and not below 0: "2", "1.5", ".5", "1e-1", also "-0".
bool is_density(std::string_view text) {
  const bool is_negative = text.starts_with('-');
  if (is_negative) text.remove_prefix(1);
  std::size_t size = digits_of(text);
  if (size < text.size() && text[size] == '.') {
    const std::size_t fraction = digits_of(text.substr(size + 1));
    if (fraction == 0) return false;
    size += 1 + fraction;
  }
  const std::string_view mantissa = text.substr(0, size);
  if (mantissa.empty() || (is_negative && mantissa.find_first_not_of("0.") != std::string_view::npos))
    return false;
  text.remove_prefix(size);
  if (text.empty()) return true;
  if (to_ascii_lower(text.front()) != 'e') return false;
  text.remove_prefix(1);
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return !text.empty() && digits_of(text) == text.size();
}

// What the descriptors of a candidate say together ("descriptor parser").
struct Descriptors {
  bool width = false;
  bool density = false;
  bool height = false;

  // False for one that is wrong, or does not go with those before.
  bool add(std::string_view descriptor) {
    const std::string_view number = descriptor.substr(0, descriptor.size() - 1);
    switch (descriptor.back()) {
      case 'w':
        return width = !width && !density && is_positive_integer(number);
      case 'x':
        return density = !width && !density && !height && is_density(number);
      case 'h':
        return height = !height && !density && is_positive_integer(number);
      default:
        return false;
    }
  }

  bool are_complete() const { return !height || width; }
};

// Takes the descriptors of a candidate, which reach up to a comma outside parentheses, off the front of
// `rest` ("descriptor tokenizer"). Whether they are right.
bool take_descriptors(std::string_view& rest) {
  Descriptors descriptors;
  bool are_right = true;
  while (true) {
    while (!rest.empty() && is_html_space(rest.front())) rest.remove_prefix(1);
    if (rest.empty() || rest.front() == ',') return are_right && descriptors.are_complete();
    bool in_parentheses = false;
    std::size_t size = 0;
    for (; size < rest.size() && (in_parentheses || (rest[size] != ',' && !is_html_space(rest[size])));
         ++size) {
      if (rest[size] == '(') in_parentheses = true;
      if (rest[size] == ')') in_parentheses = false;
    }
    are_right = are_right && descriptors.add(rest.substr(0, size));
    rest.remove_prefix(size);
  }
}

}  // namespace

std::string_view next_srcset_url(std::string_view& rest) {
  while (!rest.empty()) {
    while (!rest.empty() && (is_html_space(rest.front()) || rest.front() == ',')) rest.remove_prefix(1);
    std::size_t size = 0;
    while (size < rest.size() && !is_html_space(rest[size])) ++size;
    std::string_view url = rest.substr(0, size);
    rest.remove_prefix(size);
    bool is_right = true;
    if (url.ends_with(',')) {
      while (url.ends_with(',')) url.remove_suffix(1);
    } else {
      is_right = take_descriptors(rest);
    }
    if (is_right && !url.empty()) return url;
  }
  return {};
}

}  // namespace gossamer
