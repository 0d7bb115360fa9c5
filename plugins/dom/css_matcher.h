#pragma once

#include <functional>
#include <libxml/tree.h>
#include <string_view>
#include <unordered_map>

#include "plugins/css_selector.h"
#include "plugins/dom/form_controls.h"
#include "plugins/dom/languages.h"

namespace gossamer::css {

inline constexpr long kMaxSteps = 20'000'000;

// How far a failure to match reaches: further up or back nothing can help either. This keeps chains of
// descendant combinators from trying every combination of ancestors.
enum class Match { yes, no, no_among_siblings, no_at_all };

// Tells whether elements match selectors, from right to left, as browsers do; what it learns of one element
// serves the next, so the selectors and the tree must stay as they are while it lives. Every step through the
// tree is counted, and every attribute looked at, so that no page makes a selector take longer than kMaxSteps
// do.
class Matcher {
 public:
  bool matches(const ComplexSelector& selector, const xmlNode* element, const xmlNode* scope) {
    return match_up_to(selector, selector.compounds.size() - 1, element, scope) == Match::yes;
  }

  // Of what was ruled out without matches().
  void count_step() { ++steps_; }

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
  bool has_later_sibling(const Compound& compound, const xmlNode* element);
  const xmlNode* previous_element(const xmlNode* node);
  const xmlNode* next_element(const xmlNode* node);
  long place(const Nth& nth, const xmlNode* element);
  bool step() { return ++steps_ <= kMaxSteps; }

  // The last of the children of a parent whose place a test asked for. Elements come in document order, so
  // the next one is counted from there: siblings cost a step each, not a walk each.
  struct Placed {
    const xmlNode* element = nullptr;
    long place = 0;
  };
  struct Counted {  // which siblings count in it
    const Nth* nth;
    const xmlNode* parent;
    std::string_view type;  // "": any
    friend bool operator==(const Counted&, const Counted&) = default;
  };
  struct HashCounted {
    std::size_t operator()(const Counted& counted) const {
      const std::hash<const void*> hash;
      return hash(counted.nth) * 3 + hash(counted.parent) * 5 + std::hash<std::string_view>()(counted.type);
    }
  };
  std::unordered_map<Counted, Placed, HashCounted> placed_;
  template <class T>
  using ByParent = std::unordered_map<const xmlNode*, T>;
  // The same for ":has(~ x)": the place of the last x of a parent.
  std::unordered_map<const Compound*, ByParent<long>> last_places_;
  // The same for what stands before '~': the last of the children of a parent that was asked for, and the
  // answer.
  struct Before {
    const xmlNode* element = nullptr;
    const xmlNode* scope = nullptr;
    Match result = Match::no;
  };
  std::unordered_map<const Compound*, ByParent<Before>> before_;
  FormControls controls_;
  Languages languages_;
  long steps_ = 0;
};

}  // namespace gossamer::css
