#include "plugins/dom/css_query.h"

#include <fmt/format.h>
#include <string_view>

#include "plugins/dom/css_matcher.h"
#include "plugins/dom/node_value.h"

namespace gossamer::css {
namespace {

using dom::is_element;
using dom::is_text;

// One walk over the tree. Its depth is bounded when it is made, so recursion is safe.
class Query {
 public:
  Query(const SelectorList& selectors, const xmlNode* scope)
      : selectors_(selectors), scope_(scope), inside_(selectors.size(), false) {}

  // The context itself counts for what stands alone in "::text": its own text, its own attributes.
  void visit_context(xmlNode* context) {
    const Yield yield = open(context, [this](std::size_t i) {
      return selectors_[i].deep && selectors_[i].compounds.size() == 1 &&
             matcher_.matches(selectors_[i], scope_, scope_);
    });
    visit_children(context, yield.text);
  }

  Result<std::vector<xmlNode*>> take() {
    if (matcher_.exhausted()) {
      return fail(ErrorClass::too_large, Phase::parse,
                  fmt::format("css: more than {} steps through this page, no result", kMaxSteps));
    }
    return std::move(found_);
  }

 private:
  struct Yield {
    bool element = false;
    bool text = false;
  };

  // Finds the selectors that `matched` or that hold for everything around here, and yields attributes.
  template <class Matched>
  Yield open(xmlNode* node, Matched matched) {
    Yield yield;
    for (std::size_t i = 0; i < selectors_.size(); ++i) {
      if (!inside_[i] && !matched(i)) continue;
      const ComplexSelector& selector = selectors_[i];
      if (selector.deep && !inside_[i]) {
        inside_[i] = true;
        opened_.push_back(i);
      }
      yield.element |= selector.output == Output::element;
      yield.text |= selector.output == Output::text;
      if (selector.output == Output::attribute && is_element(node)) add_attribute(node, selector.attribute);
    }
    return yield;
  }

  void add_attribute(const xmlNode* element, std::string_view name) {
    auto* attribute = reinterpret_cast<xmlNode*>(const_cast<xmlAttr*>(dom::find_attribute(element, name)));
    if (attribute == nullptr) return;
    for (auto earlier = found_.rbegin(); earlier != found_.rend() && (*earlier)->parent == element;
         ++earlier) {
      if (*earlier == attribute) return;
    }
    found_.push_back(attribute);
  }

  void visit(xmlNode* element) {
    const std::size_t opened_before = opened_.size();
    const std::size_t found_before = found_.size();
    const Yield yield =
        open(element, [&](std::size_t i) { return matcher_.matches(selectors_[i], element, scope_); });
    if (yield.element) found_.insert(found_.begin() + static_cast<std::ptrdiff_t>(found_before), element);
    visit_children(element, yield.text);
    for (; opened_.size() > opened_before; opened_.pop_back()) inside_[opened_.back()] = false;
  }

  void visit_children(xmlNode* parent, bool text) {
    for (xmlNode* child = parent->children; child != nullptr && !matcher_.exhausted(); child = child->next) {
      if (is_element(child)) {
        visit(child);
      } else if (text && is_text(child)) {
        found_.push_back(child);
      }
    }
  }

  const SelectorList& selectors_;
  const xmlNode* scope_;
  Matcher matcher_;
  std::vector<bool> inside_;  // by selector: everything here is yielded from, see ComplexSelector::deep
  std::vector<std::size_t> opened_;  // the selectors set in inside_, innermost last
  std::vector<xmlNode*> found_;
};

}  // namespace

Result<std::vector<xmlNode*>> select(const SelectorList& selectors, xmlNode* context) {
  const bool document = context->type == XML_HTML_DOCUMENT_NODE || context->type == XML_DOCUMENT_NODE;
  xmlNode* const scope = document ? xmlDocGetRootElement(reinterpret_cast<xmlDoc*>(context)) : context;
  if (!is_element(scope)) return std::vector<xmlNode*>{};
  Query query(selectors, scope);
  query.visit_context(context);
  return query.take();
}

}  // namespace gossamer::css
