#include "plugins/css_parser.h"

#include <algorithm>
#include <utility>

#include "plugins/html/ascii.h"

namespace gossamer::css {

Result<SelectorList> SelectorParser::query() {
  auto list = selector_list(Place::query);
  if (list && !scan_.at_end()) return scan_.expected("a combinator, ',' or the end");
  return list;
}

Result<SelectorList> SelectorParser::selector_list(Place place) {
  if (place == Place::forgiving) return forgiving_list();
  SelectorList list;
  do {
    auto selector = complex_selector(place);
    if (!selector) return std::unexpected(std::move(selector).error());
    list.push_back(*std::move(selector));
  } while (scan_.take(","));
  return list;
}

// Leaves out the selectors that are none (section 3.9).
Result<SelectorList> SelectorParser::forgiving_list() {
  SelectorList list;
  do {
    const std::size_t start = scan_.position();
    auto selector = complex_selector(Place::forgiving);
    if (!selector && beyond_forgiveness_) return std::unexpected(std::move(selector).error());
    if (selector && (scan_.at_end() || scan_.peek() == ',' || scan_.peek() == ')')) {
      list.push_back(*std::move(selector));
    } else if (selector && (scan_.take("::text") || scan_.take("::attr("))) {
      beyond_forgiveness_ = true;
      return scan_.error("::text and ::attr() stand at the end of the whole selector", start);
    } else {
      scan_.rewind(start);
      scan_.skip_argument();
    }
  } while (scan_.take(","));
  return list;
}

// With the white space around it. A leading combinator relates to :scope; in :has() there always is one.
Result<ComplexSelector> SelectorParser::complex_selector(Place place) {
  ComplexSelector out;
  Combinator relation = Combinator::descendant;
  scan_.skip_space();
  if (place == Place::relative || (place == Place::query && scan_.peek() == '>')) {
    combinator(relation);
    out.compounds.push_back({.type = "", .tests = {Flag::scope}});
  }
  for (;;) {
    Compound next;
    auto found = compound(next);
    if (!found) return std::unexpected(std::move(found).error());
    const bool yields = place == Place::query && scan_.peek() == ':' && scan_.peek(1) == ':';
    if (!*found && !yields) return scan_.expected("a selector");
    if (!*found && relation == Combinator::descendant) {  // "::text" or "div ::text"
      out.deep = true;
      if (out.compounds.empty()) out.compounds.push_back({.type = "", .tests = {Flag::scope}});
    } else {
      if (!out.compounds.empty()) out.combinators.push_back(relation);
      out.compounds.push_back(std::move(next));
    }
    if (yields) {
      if (auto done = pseudo_element(out); !done) return std::unexpected(std::move(done).error());
      return out;
    }
    if (!combinator(relation)) return out;
  }
}

// With the white space around it; false at the end of the selector.
bool SelectorParser::combinator(Combinator& out) {
  const bool space = scan_.skip_space();
  if (scan_.take(">")) {
    out = Combinator::child;
  } else if (scan_.take("+")) {
    out = Combinator::next_sibling;
  } else if (scan_.take("~")) {
    out = Combinator::later_sibling;
  } else {
    out = Combinator::descendant;
    return space && !scan_.at_end() && scan_.peek() != ',' && scan_.peek() != ')';
  }
  scan_.skip_space();
  return true;
}

// Whether there was one: at least a type, '*' or a test.
Result<bool> SelectorParser::compound(Compound& out) {
  const bool in_any_namespace = scan_.take("*|");
  bool any = scan_.take("*");
  if (!any && scan_.at_name()) {
    out.type = lower(*scan_.name("a name"));
    any = true;
  }
  if (in_any_namespace && !any) return scan_.expected("a name or '*' behind '*|'");
  if (scan_.peek() == '|') return scan_.error("an HTML page has no namespaces: '|'", scan_.position());
  for (;; any = true) {
    scan_.skip_comments();
    auto found = test(out.tests);
    if (!found) return found;
    if (!*found) return any;
  }
}

// Whether there was an #id, .class, [attribute] or :pseudo-class.
Result<bool> SelectorParser::test(Tests& out) {
  Result<void> done;
  if (scan_.take("#")) {
    const bool digit = is_ascii_digit(scan_.peek());
    auto name = scan_.name(digit ? "an id that begins with a letter, or [id='...']" : "an id");
    if (!name) return std::unexpected(std::move(name).error());
    out.push_back(Id{*std::move(name)});
  } else if (scan_.take(".")) {
    auto name = scan_.name("a class name");
    if (!name) return std::unexpected(std::move(name).error());
    out.push_back(Class{*std::move(name)});
  } else if (scan_.peek() == '[') {
    done = attribute(out);
  } else if (scan_.peek() == ':' && scan_.peek(1) != ':') {
    done = pseudo_class(out);
  } else {
    return false;
  }
  if (!done) return std::unexpected(std::move(done).error());
  return true;
}

}  // namespace gossamer::css
