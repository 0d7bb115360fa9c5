#include "plugins/dom/xpath_query.h"

#include <algorithm>
#include <fmt/format.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>
#include <memory>
#include <new>
#include <optional>
#include <unordered_map>

#include "net/base/utf8.h"
#include "plugins/dom/html_tree.h"
#include "plugins/dom/xpath_cost.h"
#include "plugins/dom/xpath_functions.h"
#include "plugins/dom/xpath_tokens.h"
#include "plugins/html/ascii.h"
#include "plugins/query_error.h"

namespace gossamer::dom {
namespace {

template <auto Free>
struct FreeWith {
  void operator()(auto* object) const { Free(object); }
};
using Context = std::unique_ptr<xmlXPathContext, FreeWith<xmlXPathFreeContext>>;
using Compiled = std::unique_ptr<xmlXPathCompExpr, FreeWith<xmlXPathFreeCompExpr>>;
using Object = std::unique_ptr<xmlXPathObject, FreeWith<xmlXPathFreeObject>>;

constexpr std::size_t kMaxCached = 256;

const xmlChar* to_xml(const std::string& text) { return reinterpret_cast<const xmlChar*>(text.c_str()); }

// Instead of libxml2's message on stderr; the context keeps the error.
void keep_silent(void*, xmlError*) {}

Context make_context(xmlDoc* tree) {
  Context context(xmlXPathNewContext(tree));
  if (!context) throw std::bad_alloc();
  context->error = keep_silent;
  return context;
}

std::string_view description(int xpath_error) {
  switch (xpath_error) {
    case XPATH_NUMBER_ERROR:
      return "wrong number";
    case XPATH_UNFINISHED_LITERAL_ERROR:
      return "string without its closing quote";
    case XPATH_START_LITERAL_ERROR:
      return "expected a string";
    case XPATH_VARIABLE_REF_ERROR:
      return "wrong variable reference";
    case XPATH_INVALID_PREDICATE_ERROR:
      return "wrong predicate";
    case XPATH_UNCLOSED_ERROR:
      return "unclosed bracket";
    case XPATH_INVALID_OPERAND:
      return "wrong operand";
    case XPATH_INVALID_TYPE:
      return "argument of the wrong type";
    case XPATH_INVALID_ARITY:
      return "wrong number of arguments";
    case XPATH_INVALID_CHAR_ERROR:
      return "character that is not allowed";
    case XPATH_RECURSION_LIMIT_EXCEEDED:
      return "too deeply nested expression";
    default:
      return "wrong expression";
  }
}

int xpath_error(const xmlXPathContext& context) { return context.lastError.code - XML_XPATH_EXPRESSION_OK; }

// "xpath: wrong expression at column 5 of `//a[`"
std::unexpected<Error> wrong_expression(const xmlXPathContext& context, std::string_view expression,
                                        std::optional<std::size_t> place) {
  return query_error("xpath", description(xpath_error(context)), expression, place);
}

Result<Compiled> compile(const std::string& expression) {
  if (expression.empty()) return fail(ErrorClass::invalid_input, "xpath: the expression is empty");
  if (expression.size() > kMaxXPathBytes || xpath_nesting(expression) > kMaxXPathNesting) {
    return fail(ErrorClass::invalid_input,
                fmt::format("xpath: longer than {} bytes or nested more than {} deep", kMaxXPathBytes,
                            kMaxXPathNesting));
  }
  if (expression.find('\0') != std::string::npos)
    return fail(ErrorClass::invalid_input, "xpath: a NUL in it");
  if (!is_valid_utf8(expression))
    return fail(ErrorClass::invalid_input, "xpath: the expression is not UTF-8");
  const Context context = make_context(nullptr);
  Compiled compiled(xmlXPathCtxtCompile(context.get(), to_xml(expression)));
  if (!compiled) {
    const int place = context->lastError.int1;
    return wrong_expression(*context, expression,
                            place < 0 ? std::nullopt : std::optional<std::size_t>(place));
  }
  if (const auto wrong = find_wrong_token(expression, *context))
    return query_error("xpath", wrong->what, expression, wrong->place);
  return compiled;
}

// The compiled form, of this thread: libxml2 writes into it while it evaluates.
Result<xmlXPathCompExpr*> compiled_form(const std::string& expression) {
  thread_local std::unordered_map<std::string, Compiled> cache;
  if (const auto known = cache.find(expression); known != cache.end()) return known->second.get();
  Result<Compiled> compiled = compile(expression);
  if (!compiled) return std::unexpected(std::move(compiled).error());
  if (cache.size() >= kMaxCached) cache.clear();
  return cache.emplace(expression, *std::move(compiled)).first->second.get();
}

// Numbers the elements, so that sorting into document order need not walk along siblings.
void number_elements(xmlDoc* tree) {
  const xmlNode* const root = xmlDocGetRootElement(tree);
  if (root != nullptr && root->content == nullptr) xmlXPathOrderDocElems(tree);
}

std::vector<xmlNode*> nodes_of(const xmlNodeSet* set) {
  std::vector<xmlNode*> nodes;
  if (set == nullptr) return nodes;
  nodes.assign(set->nodeTab, set->nodeTab + set->nodeNr);
  // Namespace nodes die with the result; an HTML page has none worth having.
  std::erase_if(nodes, [](const xmlNode* node) { return node->type == XML_NAMESPACE_DECL; });
  return nodes;
}

}  // namespace

Result<XPathResult> evaluate_xpath(std::string_view expression, xmlNode* context_node) {
  const std::string text(expression);
  const Result<xmlXPathCompExpr*> compiled = compiled_form(text);
  if (!compiled) return std::unexpected(compiled.error());

  number_elements(context_node->doc);
  const Context context = make_context(context_node->doc);
  context->node = context_node;
  context->contextSize = 1;  // for last() and position() outside a predicate
  context->proximityPosition = 1;
  const long limit = xpath_operation_limit(text, node_count(context_node->doc));
  context->opLimit = static_cast<unsigned long>(limit);
  long string_work = kMaxStringWork;
  use_string_functions(context.get(), string_work);
  const Object object(xmlXPathCompiledEval(*compiled, context.get()));
  if (!object) {
    // The count alone tells: a simple path, which libxml2 matches as a stream, ends at the limit without an
    // error code.
    if (context->opCount < context->opLimit) return wrong_expression(*context, text, std::nullopt);
    return fail(ErrorClass::too_large, Phase::parse,
                fmt::format("xpath: more than {} operations on this page of {} nodes", limit,
                            node_count(context_node->doc)));
  }
  if (object->type == XPATH_NODESET) return nodes_of(object->nodesetval);
  if (object->type == XPATH_NUMBER) return number_text(object->floatval);
  const std::unique_ptr<xmlChar, FreeWith<[](xmlChar* p) { xmlFree(p); }>> string(
      xmlXPathCastToString(object.get()));
  if (!string) throw std::bad_alloc();
  return std::string(reinterpret_cast<const char*>(string.get()));
}

}  // namespace gossamer::dom
