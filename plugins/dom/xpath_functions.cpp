#include "plugins/dom/xpath_functions.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <libxml/xpathInternals.h>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "plugins/dom/node_value.h"

namespace gossamer::dom {
namespace {

constexpr long kBytesPerUnit = 16;

const xmlChar* to_xml(const std::string& text) { return reinterpret_cast<const xmlChar*>(text.c_str()); }

struct FreeObject {
  void operator()(xmlXPathObject* object) const { xmlXPathFreeObject(object); }
};
using Object = std::unique_ptr<xmlXPathObject, FreeObject>;

// The units that reading the string value of `node` takes. The depth of a tree is bounded, so recursion is
// safe.
long cost_of(const xmlNode* node) {
  if (node->type == XML_NAMESPACE_DECL) return 1;  // no node, but looks like one as far as its type
  const bool has_content = is_text(node) || node->type == XML_COMMENT_NODE || node->type == XML_PI_NODE;
  if (has_content) return 1 + static_cast<long>(view(node->content).size()) / kBytesPerUnit;
  long cost = 1;
  for (const xmlNode* child = node->children; child != nullptr; child = child->next) cost += cost_of(child);
  return cost;
}

long cost_of(const xmlXPathObject& value) {
  if (value.type == XPATH_STRING) return 1 + static_cast<long>(view(value.stringval).size()) / kBytesPerUnit;
  if (value.type != XPATH_NODESET || xmlXPathNodeSetIsEmpty(value.nodesetval)) return 1;
  // libxml2 sorts a set before it takes the first node's string.
  return value.nodesetval->nodeNr + cost_of(value.nodesetval->nodeTab[0]);
}

// False, and the evaluation ends, when the work is used up.
bool charge(xmlXPathParserContext* ctxt, long cost) {
  long& work = *static_cast<long*>(ctxt->context->extra);
  work -= cost;
  if (work >= 0) return true;
  ctxt->context->opCount = ctxt->context->opLimit;
  xmlXPathErr(ctxt, XPATH_OP_LIMIT_EXCEEDED);
  return false;
}

// Takes the arguments off the stack, first one first, and charges for them.
bool take_arguments(xmlXPathParserContext* ctxt, int count, std::vector<Object>& arguments) {
  arguments.resize(static_cast<std::size_t>(count));
  for (auto argument = arguments.rbegin(); argument != arguments.rend(); ++argument) {
    argument->reset(valuePop(ctxt));
    if (!*argument) {
      xmlXPathErr(ctxt, XPATH_STACK_ERROR);
      return false;
    }
    if (!charge(ctxt, cost_of(**argument))) return false;
  }
  return true;
}

bool take_strings(xmlXPathParserContext* ctxt, int count, std::vector<Object>& arguments) {
  if (!take_arguments(ctxt, count, arguments)) return false;
  for (Object& argument : arguments) {
    if (argument->type == XPATH_NUMBER) {
      argument.reset(xmlXPathNewString(to_xml(number_text(argument->floatval))));
    } else {
      argument.reset(xmlXPathConvertString(argument.release()));
    }
  }
  return true;
}

std::string_view string_of(const Object& argument) { return view(argument->stringval); }

void push(xmlXPathParserContext* ctxt, std::string_view text) {
  valuePush(ctxt, xmlXPathNewString(to_xml(std::string(text))));
}

// libxml2's own function, which is linear in its arguments. Without any it takes the context node.
template <auto Function, auto TakeArguments = take_arguments>
void charged(xmlXPathParserContext* ctxt, int nargs) {
  if (nargs == 0 && ctxt->context->node != nullptr && !charge(ctxt, cost_of(ctxt->context->node))) return;
  std::vector<Object> arguments;
  if (!TakeArguments(ctxt, nargs, arguments)) return;
  for (Object& argument : arguments) valuePush(ctxt, argument.release());
  Function(ctxt, nargs);
}

std::size_t find(std::string_view text, std::string_view part) {
  const void* found = ::memmem(text.data(), text.size(), part.data(), part.size());
  return found == nullptr ? std::string_view::npos
                          : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

void contains(xmlXPathParserContext* ctxt, int nargs) {
  CHECK_ARITY(2);
  std::vector<Object> arguments;
  if (!take_strings(ctxt, nargs, arguments)) return;
  const bool found = find(string_of(arguments[0]), string_of(arguments[1])) != std::string_view::npos;
  valuePush(ctxt, xmlXPathNewBoolean(found ? 1 : 0));
}

void substring_before(xmlXPathParserContext* ctxt, int nargs) {
  CHECK_ARITY(2);
  std::vector<Object> arguments;
  if (!take_strings(ctxt, nargs, arguments)) return;
  const std::string_view text = string_of(arguments[0]);
  const std::size_t at = find(text, string_of(arguments[1]));
  push(ctxt, at == std::string_view::npos ? "" : text.substr(0, at));
}

void substring_after(xmlXPathParserContext* ctxt, int nargs) {
  CHECK_ARITY(2);
  std::vector<Object> arguments;
  if (!take_strings(ctxt, nargs, arguments)) return;
  const std::string_view text = string_of(arguments[0]);
  const std::string_view part = string_of(arguments[1]);
  const std::size_t at = find(text, part);
  push(ctxt, at == std::string_view::npos ? "" : text.substr(at + part.size()));
}

// Takes the first character, in UTF-8, off `text`.
std::string_view next_character(std::string_view& text) {
  std::size_t size = 1;
  while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) ++size;
  const std::string_view character = text.substr(0, size);
  text.remove_prefix(size);
  return character;
}

void translate(xmlXPathParserContext* ctxt, int nargs) {
  CHECK_ARITY(3);
  std::vector<Object> arguments;
  if (!take_strings(ctxt, nargs, arguments)) return;
  std::string_view from = string_of(arguments[1]);
  std::string_view to = string_of(arguments[2]);
  std::unordered_map<std::string_view, std::string_view> replacements;  // "": dropped
  while (!from.empty()) {
    const std::string_view wanted = next_character(from);
    replacements.emplace(wanted, to.empty() ? "" : next_character(to));
  }
  std::string out;
  for (std::string_view text = string_of(arguments[0]); !text.empty();) {
    const std::string_view character = next_character(text);
    const auto replacement = replacements.find(character);
    out += replacement == replacements.end() ? character : replacement->second;
  }
  push(ctxt, out);
}

// libxml2 compares each element that it finds with those before.
void id(xmlXPathParserContext* ctxt, int nargs) {
  CHECK_ARITY(1);
  const xmlXPathObject* argument = ctxt->value;
  long cost = cost_of(*argument);
  if (argument->type == XPATH_NODESET && !xmlXPathNodeSetIsEmpty(argument->nodesetval)) {
    for (int i = 1; i < argument->nodesetval->nodeNr; ++i) cost += cost_of(argument->nodesetval->nodeTab[i]);
  }
  cost = std::min(cost, 1'000'000L);  // so that its square is a number
  if (charge(ctxt, cost * cost)) xmlXPathIdFunction(ctxt, nargs);
}

constexpr struct {
  std::string_view name;
  xmlXPathFunction function;
} kFunctions[] = {
    {"string", charged<xmlXPathStringFunction, take_strings>},
    {"concat", charged<xmlXPathConcatFunction, take_strings>},
    {"starts-with", charged<xmlXPathStartsWithFunction, take_strings>},
    {"contains", contains},
    {"substring-before", substring_before},
    {"substring-after", substring_after},
    {"substring", charged<xmlXPathSubstringFunction>},
    {"string-length", charged<xmlXPathStringLengthFunction, take_strings>},
    {"normalize-space", charged<xmlXPathNormalizeFunction, take_strings>},
    {"translate", translate},
    {"number", charged<xmlXPathNumberFunction>},
    {"id", id},
};

xmlXPathFunction look_up(void*, const xmlChar* name, const xmlChar* uri) {
  if (uri != nullptr) return nullptr;
  const auto* found = std::ranges::find(kFunctions, view(name), [](const auto& entry) { return entry.name; });
  return found == std::end(kFunctions) ? nullptr : found->function;
}

}  // namespace

std::string number_text(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number < 0 ? "-Infinity" : "Infinity";
  if (number == 0) return "0";   // -0 too
  std::array<char, 400> text{};  // 1e-323 has 325
  const auto end = std::to_chars(text.begin(), text.end(), number, std::chars_format::fixed).ptr;
  return {text.begin(), end};
}

void use_string_functions(xmlXPathContext* context, long& work) {
  context->extra = &work;
  xmlXPathRegisterFuncLookup(context, look_up, nullptr);
}

}  // namespace gossamer::dom
