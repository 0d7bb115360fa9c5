#include "plugins/dom/css_matcher.h"

#include <algorithm>
#include <variant>

#include "plugins/dom/element_tests.h"
#include "plugins/dom/node_value.h"

namespace gossamer::css {
namespace {

using dom::is_element;
using dom::parent_element;
using dom::view;

// Whether it depends on what :scope is; in :has() that is another element.
bool names_scope(const Compound& compound) {
  return std::ranges::any_of(compound.tests, [](const Test& test) {
    if (const auto* flag = std::get_if<Flag>(&test)) return *flag == Flag::scope;
    const auto* nested = std::get_if<Matches>(&test);
    return nested != nullptr && std::ranges::any_of(nested->list, [](const ComplexSelector& selector) {
             return std::ranges::any_of(selector.compounds, names_scope);
           });
  });
}

}  // namespace

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
            return css::matches(t, element, scope, controls_, steps_);
          } else if constexpr (std::is_same_v<T, Language>) {
            return languages_.matches(t, element, steps_);
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
  const std::string_view type = nth.of_type ? view(element->name) : std::string_view();
  Placed& last = placed_[{&nth, element->parent, type}];
  const auto counts = [type](const xmlNode* sibling) { return type.empty() || view(sibling->name) == type; };
  // Back to the last placed element, or to the first sibling.
  long behind = 0;
  const xmlNode* sibling = element;
  while (sibling != nullptr && step()) {
    if (sibling == last.element) {
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
  if (relation == Combinator::later_sibling && only_related && !names_scope(selector.compounds.back())) {
    return has_later_sibling(selector.compounds.back(), element);
  }
  for (const xmlNode* after = next_element(element); after != nullptr && !exhausted();
       after = next_element(after)) {
    if (matches(selector, after, element)) return true;
    if (!only_related && has_below(selector, after, element)) return true;
    if (only_related && relation == Combinator::next_sibling) return false;
  }
  return false;
}

// Whether the last of the siblings that match the compound, which does not name :scope, comes later.
bool Matcher::has_later_sibling(const Compound& compound, const xmlNode* element) {
  static constexpr Nth kPlace;
  const auto [known, is_new] = last_places_[&compound].try_emplace(element->parent, 0);
  long& last_place = known->second;
  for (const xmlNode* last = is_new ? element->parent->last : nullptr; last != nullptr && step();
       last = last->prev) {
    if (!is_element(last) || !matches_compound(compound, last, nullptr)) continue;
    last_place = place(kPlace, last);
    break;
  }
  return place(kPlace, element) < last_place;
}

}  // namespace gossamer::css
