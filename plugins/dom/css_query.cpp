#include "plugins/dom/css_query.h"

#include <fmt/format.h>
#include <libxml/dict.h>
#include <optional>
#include <string_view>
#include <utility>

#include "plugins/dom/css_matcher.h"
#include "plugins/dom/node_value.h"

namespace gossamer::css {
namespace {

using dom::is_element;
using dom::is_text;

// One walk over the tree. Its depth is bounded when it is made, so recursion is safe.
class Query {
 public:
  Query(const SelectorList& selectors, const xmlNode* scope) : scope_(scope) {
    for (const ComplexSelector& selector : selectors) {
      if (const auto type = interned(selector.compounds.back().type)) sought_.push_back({&selector, *type});
    }
  }

  // The context itself counts for what stands alone in "::text": its own text, its own attributes.
  void visit_context(xmlNode* context) {
    if (sought_.empty()) return;
    const Yield yield = open(context, [this](const Sought& sought) {
      return sought.selector->deep && sought.selector->compounds.size() == 1 && matches(sought, scope_);
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
  // A selector, with the type of what it selects as the tree has that name, or null for any: most elements
  // are ruled out by that pointer.
  struct Sought {
    const ComplexSelector* selector;
    const xmlChar* type;
    bool inside = false;  // everything here is yielded from, see ComplexSelector::deep
  };

  struct Yield {
    bool element = false;
    bool text = false;
  };

  // The name as the tree has it, nothing if it has not; null for "".
  std::optional<const xmlChar*> interned(std::string_view name) const {
    if (name.empty()) return nullptr;
    const auto* const found = xmlDictExists(scope_->doc->dict, reinterpret_cast<const xmlChar*>(name.data()),
                                            static_cast<int>(name.size()));
    return found == nullptr ? std::nullopt : std::optional(found);
  }

  bool matches(const Sought& sought, const xmlNode* element) {
    if (sought.type == nullptr || sought.type == element->name)
      return matcher_.matches(*sought.selector, element, scope_);
    matcher_.count_step();
    return false;
  }

  // Finds the selectors that `matched` or that hold for everything around here, and yields attributes.
  template <class Matched>
  Yield open(xmlNode* node, Matched matched) {
    Yield yield;
    for (Sought& sought : sought_) {
      if (!sought.inside && !matched(sought)) continue;
      const ComplexSelector& selector = *sought.selector;
      if (selector.deep && !sought.inside) {
        sought.inside = true;
        opened_.push_back(&sought);
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
    const Yield yield = open(element, [&](const Sought& sought) { return matches(sought, element); });
    if (yield.element) found_.insert(found_.begin() + static_cast<std::ptrdiff_t>(found_before), element);
    visit_children(element, yield.text);
    for (; opened_.size() > opened_before; opened_.pop_back()) opened_.back()->inside = false;
  }

  void visit_children(xmlNode* parent, bool text) {
    for (xmlNode* child = parent->children; child != nullptr && !matcher_.exhausted(); child = child->next) {
      __builtin_prefetch(child->next);  // most of a walk is waiting for nodes
      if (is_element(child)) {
        visit(child);
      } else if (text && is_text(child)) {
        found_.push_back(child);
      }
    }
  }

  const xmlNode* scope_;
  Matcher matcher_;
  std::vector<Sought> sought_;
  std::vector<Sought*> opened_;  // those set `inside`, innermost last
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
