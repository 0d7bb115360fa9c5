#include "plugins/css_selector.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>

#include "plugins/css_scanner.h"
#include "plugins/html/ascii.h"

namespace gossamer {
namespace css {
namespace {

constexpr std::size_t kMaxLength = 16 * 1024;  // bytes of a selector
constexpr int kMaxNesting = 16;                // of :is(:not(...))

using Tests = std::vector<Test>;

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), to_ascii_lower);
  return out;
}

// Where a selector list stands: the whole query, in :is() or :not(), or in :has().
enum class Place { query, nested, relative };

// The grammar of Selectors Level 4, section 18, by recursive descent. Each function consumes what it names.
class SelectorParser {
 public:
  explicit SelectorParser(std::string_view text) : scan_(text) {}

  Result<SelectorList> query() {
    auto list = selector_list(Place::query);
    if (list && !scan_.at_end()) return scan_.expected("a combinator, ',' or the end");
    return list;
  }

 private:
  Result<SelectorList> selector_list(Place place);
  Result<ComplexSelector> complex_selector(Place place);
  bool combinator(Combinator& out);
  Result<bool> compound(Compound& out);
  Result<bool> test(Tests& out);
  Result<void> attribute(Tests& out);
  Result<void> pseudo_class(Tests& out);
  Result<void> function(const std::string& name, std::size_t start, Tests& out);
  Result<SelectorList> arguments(Place place);
  Result<void> pseudo_element(ComplexSelector& out);

  Scanner scan_;
  int nesting_ = 0;
};

Result<SelectorList> SelectorParser::selector_list(Place place) {
  SelectorList list;
  do {
    auto selector = complex_selector(place);
    if (!selector) return std::unexpected(std::move(selector).error());
    list.push_back(*std::move(selector));
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
  bool any = scan_.take("*");
  if (!any && scan_.at_name()) {
    out.type = lower(*scan_.name("a name"));
    any = true;
  }
  if (scan_.peek() == '|') return scan_.error("an HTML page has no namespaces: '|'", scan_.position());
  for (;; any = true) {
    auto found = test(out.tests);
    if (!found) return found;
    if (!*found) return any;
  }
}

// Whether there was an #id, .class, [attribute] or :pseudo-class.
Result<bool> SelectorParser::test(Tests& out) {
  Result<void> done;
  if (scan_.take("#")) {
    auto name = scan_.hash_name();
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

Result<void> SelectorParser::attribute(Tests& out) {
  static constexpr std::array<std::pair<std::string_view, AttributeMatch>, 6> kOperators = {{
      {"=", AttributeMatch::equals},
      {"~=", AttributeMatch::word},
      {"|=", AttributeMatch::dash},
      {"^=", AttributeMatch::prefix},
      {"$=", AttributeMatch::suffix},
      {"*=", AttributeMatch::substring},
  }};
  Attribute attribute;
  scan_.take("[");
  scan_.skip_space();
  auto name = scan_.name("an attribute name");
  if (!name) return std::unexpected(std::move(name).error());
  attribute.name = lower(*name);
  scan_.skip_space();
  if (scan_.peek() != ']') {
    const auto* op =
        std::ranges::find_if(kOperators, [&](const auto& entry) { return scan_.take(entry.first); });
    if (op == kOperators.end()) return scan_.expected("']' or one of = ~= |= ^= $= *=");
    attribute.match = op->second;
    scan_.skip_space();
    const bool quoted = scan_.peek() == '"' || scan_.peek() == '\'';
    auto value = quoted ? scan_.string() : scan_.name("a name or a quoted string");
    if (!value) return std::unexpected(std::move(value).error());
    attribute.value = *std::move(value);
    scan_.skip_space();
    attribute.ignore_case = scan_.take("i") || scan_.take("I");
    if (!attribute.ignore_case && !scan_.take("s")) scan_.take("S");
    scan_.skip_space();
  }
  if (!scan_.take("]")) return scan_.expected("']'");
  out.push_back(std::move(attribute));
  return {};
}

Result<void> SelectorParser::pseudo_class(Tests& out) {
  static constexpr std::array<std::pair<std::string_view, Flag>, 8> kFlags = {{
      {"root", Flag::root},
      {"scope", Flag::scope},
      {"empty", Flag::empty},
      {"link", Flag::link},
      {"any-link", Flag::link},
      {"checked", Flag::checked},
      {"disabled", Flag::disabled},
      {"enabled", Flag::enabled},
  }};
  const std::size_t start = scan_.position();
  scan_.take(":");
  auto name = scan_.name("the name of a pseudo-class");
  if (!name) return std::unexpected(std::move(name).error());
  *name = lower(*name);
  if (scan_.take("(")) return function(*name, start, out);

  for (const auto& [known, flag] : kFlags) {
    if (known != *name) continue;
    out.push_back(flag);
    return {};
  }
  const bool of_type = name->ends_with("-of-type");
  const std::string_view place = std::string_view(*name).substr(0, name->find('-'));
  if ((of_type || name->ends_with("-child")) && (place == "first" || place == "last" || place == "only")) {
    if (place != "last") out.push_back(Nth{.offset = 1, .of_type = of_type});
    if (place != "first") out.push_back(Nth{.offset = 1, .of_type = of_type, .from_end = true});
    return {};
  }
  return scan_.error(fmt::format("unknown pseudo-class ':{}'", *name), start);
}

// Behind the '(' of ":name("; `start` is where the ':' stands.
Result<void> SelectorParser::function(const std::string& name, std::size_t start, Tests& out) {
  if (name == "is" || name == "where" || name == "not" || name == "has") {
    auto list = arguments(name == "has" ? Place::relative : Place::nested);
    if (!list) return std::unexpected(std::move(list).error());
    if (name == "has") {
      out.push_back(Has{*std::move(list)});
    } else {
      out.push_back(Matches{*std::move(list), name == "not"});
    }
  } else if (name == "lang") {
    scan_.skip_space();
    const bool quoted = scan_.peek() == '"' || scan_.peek() == '\'';
    auto range = quoted ? scan_.string() : scan_.name("a language");
    if (!range) return std::unexpected(std::move(range).error());
    out.push_back(Language{lower(*range)});
  } else if (name == "nth-child" || name == "nth-last-child" || name == "nth-of-type" ||
             name == "nth-last-of-type") {
    Nth place{.of_type = name.ends_with("of-type"), .from_end = name.starts_with("nth-last")};
    if (auto done = scan_.step_and_offset(place.step, place.offset); !done) return done;
    out.push_back(place);
  } else {
    return scan_.error(fmt::format("unknown pseudo-class ':{}()'", name), start);
  }
  scan_.skip_space();
  if (!scan_.take(")")) return scan_.expected("')'");
  return {};
}

Result<SelectorList> SelectorParser::arguments(Place place) {
  if (nesting_ == kMaxNesting) return scan_.error("selectors nested too deeply", scan_.position());
  ++nesting_;
  auto list = selector_list(place);
  --nesting_;
  return list;
}

// The end of a selector: "::text" or "::attr(name)" and white space.
Result<void> SelectorParser::pseudo_element(ComplexSelector& out) {
  const std::size_t start = scan_.position();
  scan_.take("::");
  auto name = scan_.name("text or attr(name)");
  if (!name) return std::unexpected(std::move(name).error());
  *name = lower(*name);
  if (*name == "text") {
    out.output = Output::text;
  } else if (*name == "attr" && scan_.take("(")) {
    scan_.skip_space();
    auto attribute = scan_.name("an attribute name");
    if (!attribute) return std::unexpected(std::move(attribute).error());
    out.output = Output::attribute;
    out.attribute = lower(*attribute);
    scan_.skip_space();
    if (!scan_.take(")")) return scan_.expected("')'");
  } else {
    return scan_.error(fmt::format("'::{}' is neither ::text nor ::attr(name)", *name), start);
  }
  scan_.skip_space();
  if (!scan_.at_end() && scan_.peek() != ',') return scan_.expected("',' or the end behind a pseudo-element");
  return {};
}

}  // namespace
}  // namespace css

Result<CssSelector> CssSelector::parse(std::string_view text) {
  if (text.size() > css::kMaxLength) {
    return fail(ErrorClass::invalid_input,
                fmt::format("css: selector of {} bytes, the limit is {}", text.size(), css::kMaxLength));
  }
  auto list = css::SelectorParser(text).query();
  if (!list) return std::unexpected(std::move(list).error());
  return CssSelector(*std::move(list));
}

}  // namespace gossamer
