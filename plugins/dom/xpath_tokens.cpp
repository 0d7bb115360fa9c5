#include "plugins/dom/xpath_tokens.h"

#include <algorithm>
#include <array>
#include <libxml/xpathInternals.h>
#include <string>

#include "plugins/html/ascii.h"

namespace gossamer::dom {
namespace {

bool begins_name(char c) { return is_ascii_alpha(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80; }

bool is_in_name(char c) { return begins_name(c) || is_ascii_digit(c) || c == '-' || c == '.'; }

// Where the token ends that begins there: white space, a number, a literal, a name with its prefix, or a
// character of anything else.
std::size_t token_end(std::string_view expression, std::size_t begin) {
  const auto skip = [&](std::size_t i, auto belongs) {
    while (i < expression.size() && belongs(expression[i])) ++i;
    return i;
  };
  const char c = expression[begin];
  if (is_html_space(c)) return skip(begin, is_html_space);
  if (c == '"' || c == '\'') return std::min(expression.find(c, begin + 1), expression.size() - 1) + 1;
  if (is_ascii_digit(c)) return skip(begin, [](char digit) { return is_ascii_digit(digit) || digit == '.'; });
  if (!begins_name(c)) return begin + 1;
  const std::size_t end = skip(begin, is_in_name);
  const std::string_view rest = expression.substr(end);
  if (!rest.starts_with(':') || rest.starts_with("::")) return end;
  return rest.starts_with(":*") ? end + 2 : skip(end + 1, is_in_name);
}

// Whether an operand ends with the token, which is no name. "*" is one where it does not multiply.
bool ends_operand(std::string_view token, bool after_operand) {
  return token == "*" ? !after_operand
                      : is_ascii_digit(token[0]) || std::string_view("\"').]").contains(token[0]);
}

bool is_node_type(std::string_view name) {
  static constexpr std::array<std::string_view, 4> kNodeTypes = {"node", "text", "comment",
                                                                 "processing-instruction"};
  return std::ranges::find(kNodeTypes, name) != kNodeTypes.end();
}

const xmlChar* to_xml(const std::string& text) { return reinterpret_cast<const xmlChar*>(text.c_str()); }

}  // namespace

std::optional<WrongToken> find_wrong_token(std::string_view expression, xmlXPathContext& context) {
  bool after_operand = false;  // where a name is an operator, as "and" (XPath section 3.7)
  std::size_t end = 0;
  for (std::size_t begin = 0; begin < expression.size(); begin = end) {
    end = token_end(expression, begin);
    const std::string_view token = expression.substr(begin, end - begin);
    if (is_html_space(token[0])) continue;
    if (token == "$") return WrongToken{"unknown variable", begin};
    if (is_ascii_digit(token[0]) && end < expression.size() && to_ascii_lower(expression[end]) == 'e')
      return WrongToken{"number with an exponent", begin};
    if (!begins_name(token[0])) {
      after_operand = ends_operand(token, after_operand);
      continue;
    }
    after_operand = !after_operand;
    if (!after_operand) {
      end = begin + (token.starts_with("or") ? 2 : 3);  // libxml2 takes "b andc" for "b and c"
      continue;
    }
    const std::size_t colon = token.find(':');
    const bool has_prefix = colon != std::string_view::npos;
    if (has_prefix && xmlXPathNsLookup(&context, to_xml(std::string(token.substr(0, colon)))) == nullptr)
      return WrongToken{"unknown namespace prefix", begin};
    const std::size_t next = expression.find_first_not_of(" \t\r\n", end);
    const bool is_call = next < expression.size() && expression[next] == '(' && !is_node_type(token);
    if (is_call && (has_prefix || xmlXPathFunctionLookup(&context, to_xml(std::string(token))) == nullptr))
      return WrongToken{"unknown function", begin};
  }
  return std::nullopt;
}

}  // namespace gossamer::dom
