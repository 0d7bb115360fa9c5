#include "plugins/dom/html_tree.h"

#include <cstdint>
#include <fmt/format.h>
#include <libxml/HTMLtree.h>
#include <libxml/dict.h>
#include <libxml/parser.h>
#include <mutex>
#include <new>
#include <optional>

#include "plugins/dom/tree_builder.h"
#include "plugins/dom/xhtml_tree_builder.h"
#include "plugins/html/tokenizer.h"

namespace gossamer::dom {
namespace {

static_assert(Tokenizer<TreeBuilder>::kMaxAttributes == kMaxAttributes);

template <class Builder>
std::optional<Error> build(std::string_view text, xmlDoc& tree) {
  Builder builder(&tree);
  Tokenizer(text, builder).run();
  const std::optional<Error> error = builder.finish();
  tree._private = reinterpret_cast<void*>(static_cast<std::uintptr_t>(builder.node_count()));
  return error;
}

}  // namespace

Result<HtmlTree> parse_html_tree(std::string_view text, bool is_xml) {
  static std::once_flag initialized;
  std::call_once(initialized, xmlInitParser);
  if (text.size() > kMaxBytes) {
    return fail(ErrorClass::too_large, Phase::parse,
                fmt::format("no document tree: {} bytes, the limit is {}", text.size(), kMaxBytes));
  }
  HtmlTree tree(htmlNewDocNoDtD(nullptr, nullptr));
  if (!tree || (tree->dict = xmlDictCreate()) == nullptr) throw std::bad_alloc();
  if (is_xml) tree->properties &= ~XML_DOC_HTML;
  const auto error = is_xml ? build<XhtmlTreeBuilder>(text, *tree) : build<TreeBuilder>(text, *tree);
  if (error) return std::unexpected(*error);
  return tree;
}

bool is_xhtml(const xmlDoc* tree) { return (tree->properties & XML_DOC_HTML) == 0; }

std::size_t node_count(const xmlDoc* tree) { return reinterpret_cast<std::uintptr_t>(tree->_private); }

}  // namespace gossamer::dom
