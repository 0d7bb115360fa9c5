#include "plugins/dom/css_matcher.h"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>
#include <unordered_map>

#include "plugins/dom/element_tests.h"
#include "plugins/dom/node_value.h"

namespace gossamer::css {
namespace {

using dom::is_element;
using dom::is_text;
using dom::parent_element;
using dom::view;

// How far a failure to match reaches: further up or back nothing can help either. This keeps chains of
// descendant combinators from trying every combination of ancestors.
enum class Match { yes, no, no_among_siblings, no_at_all };

// Matches elements from right to left, as browsers do. Every step through the tree is counted, and every
// attribute looked at, so that no page makes a selector take longer than kMaxSteps do.
class Matcher {
 public:
  bool matches(const ComplexSelector& selector, const xmlNode* element, const xmlNode* scope) {
    return match_up_to(selector, selector.compounds.size() - 1, element, scope) == Match::yes;
  }

  bool exhausted() const { return steps_ > kMaxSteps; }

 private:
  Match match_up_to(const ComplexSelector& selector, std::size_t last, const xmlNode* element,
                    const xmlNode* scope);
  Match match_before(const ComplexSelector& selector, std::size_t last, const xmlNode* element,
                     const xmlNode* scope);
  bool matches_compound(const Compound& compound, const xmlNode* element, const xmlNode* scope);
  bool matches_any(const SelectorList& list, const xmlNode* element, const xmlNode* scope);
  bool matches_place(const Nth& nth, const xmlNode* element);
  bool has_below(const ComplexSelector& selector, const xmlNode* parent, const xmlNode* scope);
  bool has(const ComplexSelector& selector, const xmlNode* element);
  const xmlNode* previous_element(const xmlNode* node);
  const xmlNode* next_element(const xmlNode* node);
  long place(const Nth& nth, const xmlNode* element);
  bool step() { return ++steps_ <= kMaxSteps; }

  // The last element whose place a test asked for. Elements come in document order, so the next one is
  // counted from there: siblings cost a step each, not a walk each.
  struct Placed {
    const xmlNode* element = nullptr;
    long place = 0;
  };
  std::unordered_map<const Nth*, Placed> placed_;
  // The same for what stands before '~': the last of the children of a parent that was asked for, and the
  // answer.
  struct Before {
    const xmlNode* element = nullptr;
    const xmlNode* scope = nullptr;
    Match result = Match::no;
  };
  std::unordered_map<const Compound*, std::unordered_map<const xmlNode*, Before>> before_;
  long steps_ = 0;
};

const xmlNode* Matcher::previous_element(const xmlNode* node) {
  const xmlNode* sibling = node->prev;
  for (; sibling != nullptr && !is_element(sibling); sibling = sibling->prev) ++steps_;
  return sibling;
}

const xmlNode* Matcher::next_element(const xmlNode* node) {
  const xmlNode* sibling = node->next;
  for (; sibling != nullptr && !is_element(sibling); sibling = sibling->next) ++steps_;
  return sibling;
}

Match Matcher::match_up_to(const ComplexSelector& selector, std::size_t last, const xmlNode* element,
                           const xmlNode* scope) {
  if (!step()) return Match::no_at_all;
  if (!matches_compound(selector.compounds[last], element, scope)) return Match::no;
  if (last == 0) return Match::yes;
  switch (selector.combinators[last - 1]) {
    case Combinator::descendant:
      for (const xmlNode* above = parent_element(element); above != nullptr; above = parent_element(above)) {
        const Match match = match_up_to(selector, last - 1, above, scope);
        if (match == Match::yes || match == Match::no_at_all) return match;
      }
      return Match::no_at_all;
    case Combinator::child: {
      const xmlNode* const parent = parent_element(element);
      if (parent == nullptr) return Match::no_at_all;
      const Match match = match_up_to(selector, last - 1, parent, scope);
      return match == Match::yes || match == Match::no_at_all ? match : Match::no_among_siblings;
    }
    case Combinator::next_sibling: {
      const xmlNode* const before = previous_element(element);
      return before == nullptr ? Match::no_among_siblings : match_up_to(selector, last - 1, before, scope);
    }
    case Combinator::later_sibling:
      return match_before(selector, last - 1, element, scope);
  }
  return Match::no_at_all;
}

// Whether a sibling before `element` matches up to the compound `last`.
Match Matcher::match_before(const ComplexSelector& selector, std::size_t last, const xmlNode* element,
                            const xmlNode* scope) {
  Before& known = before_[&selector.compounds[last]][element->parent];
  Match result = Match::no_among_siblings;
  for (const xmlNode* before = previous_element(element); before != nullptr;
       before = previous_element(before)) {
    result = match_up_to(selector, last, before, scope);
    if (result != Match::no) break;
    result = Match::no_among_siblings;
    if (before == known.element && scope == known.scope) {
      result = known.result;
      break;
    }
  }
  known = {element, scope, result};
  return result;
}

bool Matcher::matches_compound(const Compound& compound, const xmlNode* element, const xmlNode* scope) {
  if (!compound.type.empty() && !dom::is_name(element->name, compound.type)) return false;
  for (const Test& test : compound.tests) {
    const bool matched = std::visit(
        [&]<class T>(const T& t) {
          if constexpr (std::is_same_v<T, Nth>) {
            return matches_place(t, element);
          } else if constexpr (std::is_same_v<T, Matches>) {
            return matches_any(t.list, element, scope) != t.negate;
          } else if constexpr (std::is_same_v<T, Has>) {
            return std::ranges::any_of(t.list, [&](const auto& selector) { return has(selector, element); });
          } else if constexpr (std::is_same_v<T, Flag>) {
            return css::matches(t, element, scope, steps_);
          } else {
            return css::matches(t, element, steps_);
          }
        },
        test);
    if (!matched) return false;
  }
  return true;
}

bool Matcher::matches_any(const SelectorList& list, const xmlNode* element, const xmlNode* scope) {
  return std::ranges::any_of(list, [&](const auto& selector) { return matches(selector, element, scope); });
}

bool Matcher::matches_place(const Nth& nth, const xmlNode* element) {
  const long from_offset = place(nth, element) - nth.offset;
  if (nth.step == 0) return from_offset == 0;
  return from_offset % nth.step == 0 && from_offset / nth.step >= 0;
}

long Matcher::place(const Nth& nth, const xmlNode* element) {
  Placed& last = placed_[&nth];
  const auto counts = [&](const xmlNode* sibling) {
    return !nth.of_type || view(sibling->name) == view(element->name);
  };
  // Back to the last placed element of the same kind, or to the first sibling.
  long behind = 0;
  const xmlNode* sibling = element;
  while (sibling != nullptr && step()) {
    if (sibling == last.element && counts(sibling)) {
      last = {element, nth.from_end ? last.place - behind : last.place + behind};
      return last.place;
    }
    sibling = previous_element(sibling);
    if (sibling != nullptr && counts(sibling)) ++behind;
  }
  long ahead = 0;
  if (nth.from_end) {
    for (sibling = next_element(element); sibling != nullptr && step(); sibling = next_element(sibling)) {
      if (counts(sibling)) ++ahead;
    }
  }
  last = {element, (nth.from_end ? ahead : behind) + 1};
  return last.place;
}

bool Matcher::has_below(const ComplexSelector& selector, const xmlNode* parent, const xmlNode* scope) {
  for (const xmlNode* child = parent->children; child != nullptr && step(); child = child->next) {
    if (!is_element(child)) continue;
    if (matches(selector, child, scope) || has_below(selector, child, scope)) return true;
  }
  return false;
}

// `selector` begins with :scope, here `element`, and the combinator that says where to look. If only one
// compound follows, only what is so related can match, else also what is below that.
bool Matcher::has(const ComplexSelector& selector, const xmlNode* element) {
  const Combinator relation = selector.combinators.front();
  const bool only_related = selector.compounds.size() == 2;
  if (relation == Combinator::descendant || (relation == Combinator::child && !only_related)) {
    return has_below(selector, element, element);
  }
  if (relation == Combinator::child) {
    for (const xmlNode* child = element->children; child != nullptr && step(); child = child->next) {
      if (is_element(child) && matches(selector, child, element)) return true;
    }
    return false;
  }
  for (const xmlNode* after = next_element(element); after != nullptr && !exhausted();
       after = next_element(after)) {
    if (matches(selector, after, element)) return true;
    if (!only_related && has_below(selector, after, element)) return true;
    if (only_related && relation == Combinator::next_sibling) return false;
  }
  return false;
}

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
