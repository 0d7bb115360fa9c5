#include "plugins/document.h"

#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "plugins/charset.h"
#include "plugins/css_selector.h"
#include "plugins/dom/css_query.h"
#include "plugins/dom/html_tree.h"
#include "plugins/dom/node_value.h"
#include "plugins/dom/xpath_query.h"
#include "plugins/html/ascii.h"

namespace gossamer {
namespace {

constexpr std::size_t kMaxCachedSelectors = 256;

// The compiled form, kept for this thread; valid until the next call.
Result<const CssSelector*> compiled_selector(std::string_view text) {
  thread_local std::unordered_map<std::string, CssSelector> cache;
  std::string key(text);
  if (const auto known = cache.find(key); known != cache.end()) return &known->second;
  Result<CssSelector> selector = CssSelector::parse(text);
  if (!selector) return std::unexpected(std::move(selector).error());
  if (cache.size() >= kMaxCachedSelectors) cache.clear();
  return &cache.emplace(std::move(key), *std::move(selector)).first->second;
}

template <class T>
T value_or_throw(Result<T> result) {
  if (!result) throw SelectorError(result.error().message);
  return *std::move(result);
}

}  // namespace

Result<Selection> Queryable::try_css(std::string_view selector) const {
  const auto compiled = compiled_selector(selector);
  if (!compiled) return std::unexpected(compiled.error());
  std::vector<Node> nodes;
  if (node_ != nullptr) {
    const auto found = css::select((*compiled)->list(), node_);
    if (!found) return std::unexpected(found.error());
    nodes.reserve(found->size());
    for (_xmlNode* node : *found) nodes.push_back(Node(node));
  }
  return Selection(std::move(nodes));
}

Result<Selection> Queryable::try_xpath(std::string_view expression) const {
  std::vector<Node> nodes;
  if (node_ != nullptr) {
    auto found = dom::evaluate_xpath(expression, node_);
    if (!found) return std::unexpected(std::move(found).error());
    if (auto* value = std::get_if<std::string>(&*found)) {
      nodes.push_back(Node(std::move(*value)));
    } else {
      for (_xmlNode* node : std::get<std::vector<_xmlNode*>>(*found)) nodes.push_back(Node(node));
    }
  }
  return Selection(std::move(nodes));
}

Selection Queryable::css(std::string_view selector) const { return value_or_throw(try_css(selector)); }
Selection Queryable::xpath(std::string_view expression) const {
  return value_or_throw(try_xpath(expression));
}

Node::Kind Node::kind() const {
  if (node_ == nullptr) return Kind::value;
  switch (node_->type) {
    case XML_TEXT_NODE:
      return Kind::text;
    case XML_ATTRIBUTE_NODE:
      return Kind::attribute;
    case XML_COMMENT_NODE:
      return Kind::comment;
    default:
      return Kind::element;
  }
}

std::string_view Node::name() const {
  const bool named = kind() == Kind::element || kind() == Kind::attribute;
  return named ? dom::view(node_->name) : std::string_view{};
}

std::string Node::get() const {
  switch (kind()) {
    case Kind::value:
      return *value_;
    case Kind::element:
      return dom::outer_html(node_);
    case Kind::attribute:
      return std::string(dom::attribute_value(reinterpret_cast<const xmlAttr*>(node_)));
    case Kind::text:
    case Kind::comment:
      return std::string(dom::view(node_->content));
  }
  return {};
}

std::string Node::text() const { return node_ == nullptr ? *value_ : dom::rendered_text(node_); }

std::optional<std::string> Node::attr(std::string_view name) const {
  if (node_ == nullptr || !dom::is_element(node_)) return std::nullopt;
  const xmlAttr* const attribute = dom::find_attribute(node_, name);
  if (attribute == nullptr) return std::nullopt;
  return std::string(dom::attribute_value(attribute));
}

std::optional<Node> Node::parent() const {
  if (node_ == nullptr || !dom::is_element(node_->parent)) return std::nullopt;
  return Node(node_->parent);
}

Selection Selection::each(Selection (Queryable::*query)(std::string_view) const,
                          std::string_view text) const {
  std::vector<Node> found;
  std::unordered_set<const _xmlNode*> seen;
  for (const Node& node : nodes_) {
    for (const Node& next : (node.*query)(text)) {
      if (next.node_ == nullptr || seen.insert(next.node_).second) found.push_back(next);
    }
  }
  return Selection(std::move(found));
}

Selection Selection::css(std::string_view selector) const { return each(&Queryable::css, selector); }
Selection Selection::xpath(std::string_view expression) const { return each(&Queryable::xpath, expression); }

std::optional<std::string> Selection::get() const {
  if (empty()) return std::nullopt;
  return nodes_.front().get();
}

std::string Selection::get_or(std::string_view otherwise) const {
  return empty() ? std::string(otherwise) : nodes_.front().get();
}

std::vector<std::string> Selection::all() const {
  std::vector<std::string> values;
  values.reserve(size());
  for (const Node& node : nodes_) values.push_back(node.get());
  return values;
}

std::string Selection::text() const { return empty() ? std::string() : nodes_.front().text(); }

std::optional<std::string> Selection::attr(std::string_view name) const {
  return empty() ? std::nullopt : nodes_.front().attr(name);
}

void Document::FreeTree::operator()(_xmlDoc* tree) const { dom::FreeTree()(tree); }

Document::Document(std::unique_ptr<_xmlDoc, FreeTree> tree)
    : Queryable(reinterpret_cast<_xmlNode*>(tree.get())), tree_(std::move(tree)) {}

Document::Document(Document&& other) noexcept
    : Queryable(std::exchange(other.node_, nullptr)), tree_(std::move(other.tree_)) {}

Document& Document::operator=(Document&& other) noexcept {
  tree_ = std::move(other.tree_);
  node_ = std::exchange(other.node_, nullptr);
  return *this;
}

Document::~Document() = default;

Result<Document> Document::parse(std::string_view body, std::string_view content_type) {
  const DecodedBody decoded = decode_body(body, content_type);
  const bool is_xml = equals_ignoring_case(media_type_of(content_type), "application/xhtml+xml");
  auto tree = dom::parse_html_tree(decoded.text, is_xml);
  if (!tree) return std::unexpected(std::move(tree).error());
  return Document(std::unique_ptr<_xmlDoc, FreeTree>(tree->release()));
}

}  // namespace gossamer
