#include "plugins/dom/xpath_names.h"

#include <algorithm>
#include <array>
#include <libxml/xpathInternals.h>
#include <string>

#include "plugins/html/ascii.h"

namespace gossamer::dom {
namespace {

bool is_name_character(char c) {
  return is_ascii_alnum(c) || c == '-' || c == '_' || c == '.' || static_cast<unsigned char>(c) >= 0x80;
}

// The name that ends at `end`, before white space if there is some.
std::string_view name_before(std::string_view expression, std::size_t end) {
  while (end > 0 && is_html_space(expression[end - 1])) --end;
  std::size_t begin = end;
  while (begin > 0 && is_name_character(expression[begin - 1])) --begin;
  return expression.substr(begin, end - begin);
}

bool is_unknown_function(std::string_view name, xmlXPathContext& context) {
  static constexpr std::array<std::string_view, 9> kNoFunctions = {
      "", "and", "or", "div", "mod", "node", "text", "comment", "processing-instruction"};
  return std::ranges::find(kNoFunctions, name) == kNoFunctions.end() &&
         xmlXPathFunctionLookup(&context, reinterpret_cast<const xmlChar*>(std::string(name).c_str())) ==
             nullptr;
}

}  // namespace

std::optional<std::size_t> place_of_unknown(std::string_view expression, int xpath_error,
                                            xmlXPathContext& context) {
  for (std::size_t i = 0; i < expression.size(); ++i) {
    const char c = expression[i];
    const std::string_view name = c == '(' || c == ':' ? name_before(expression, i) : std::string_view();
    const auto begin = static_cast<std::size_t>(name.data() - expression.data());
    if (c == '"' || c == '\'') {
      i = std::min(expression.find(c, i + 1), expression.size());
    } else if (expression.substr(i, 2) == "::") {
      ++i;
    } else if (c == ':' && xpath_error == XPATH_UNDEF_PREFIX_ERROR) {
      return begin;
    } else if (c == '$' && xpath_error == XPATH_UNDEF_VARIABLE_ERROR) {
      return i;
    } else if (c == '(' && xpath_error == XPATH_UNKNOWN_FUNC_ERROR && is_unknown_function(name, context)) {
      return begin;
    }
  }
  return std::nullopt;
}

}  // namespace gossamer::dom
