// What stands in brackets or behind colons: attributes, pseudo-classes, pseudo-elements.
#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>

#include "plugins/css_parser.h"
#include "plugins/html/ascii.h"
#include "plugins/html/attribute_case.h"

namespace gossamer::css {
namespace {

constexpr int kMaxNesting = 16;  // of :is(:not(...))

bool takes_arguments(std::string_view pseudo_class) {
  return pseudo_class == "is" || pseudo_class == "where" || pseudo_class == "not" || pseudo_class == "has" ||
         pseudo_class == "lang" || pseudo_class.starts_with("nth-");
}

}  // namespace

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
  if (!scan_.take("*|")) scan_.take("|");
  auto name = scan_.name("an attribute name");
  if (!name) return std::unexpected(std::move(name).error());
  attribute.name = lower(*name);
  attribute.ignore_case = values_ignore_case(attribute.name);
  scan_.skip_space();
  if (!scan_.at_end() && scan_.peek() != ']') {
    const auto* op =
        std::ranges::find_if(kOperators, [&](const auto& entry) { return scan_.take(entry.first); });
    if (op == kOperators.end()) return scan_.expected("']' or one of = ~= |= ^= $= *=");
    attribute.match = op->second;
    scan_.skip_space();
    auto value = scan_.string_or_name("a name or a quoted string");
    if (!value) return std::unexpected(std::move(value).error());
    attribute.value = *std::move(value);
    scan_.skip_space();
    if (scan_.take("i") || scan_.take("I")) {
      attribute.ignore_case = true;
    } else if (scan_.take("s") || scan_.take("S")) {
      attribute.ignore_case = false;
    }
    scan_.skip_space();
  }
  if (!scan_.close("]")) return scan_.expected("']'");
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
  if (takes_arguments(*name)) return scan_.expected(fmt::format("'(' behind ':{}'", *name));
  return scan_.error(fmt::format("unknown pseudo-class ':{}'", *name), start);
}

// Behind the '(' of ":name("; `start` is where the ':' stands.
Result<void> SelectorParser::function(const std::string& name, std::size_t start, Tests& out) {
  if (name == "is" || name == "where" || name == "not" || name == "has") {
    auto list = name == "has"   ? arguments_of_has(start)
                : name == "not" ? arguments(Place::nested)
                                : arguments(Place::forgiving);
    if (!list) return std::unexpected(std::move(list).error());
    if (name == "has") {
      out.push_back(Has{*std::move(list)});
    } else {
      out.push_back(Matches{*std::move(list), name == "not"});
    }
  } else if (name == "lang") {
    Language language;
    do {
      scan_.skip_space();
      auto range = scan_.string_or_name("a language");
      if (!range) return std::unexpected(std::move(range).error());
      language.ranges.push_back(lower(*range));
      scan_.skip_space();
    } while (scan_.take(","));
    out.push_back(std::move(language));
  } else if (name == "nth-child" || name == "nth-last-child" || name == "nth-of-type" ||
             name == "nth-last-of-type") {
    Nth place{.of_type = name.ends_with("of-type"), .from_end = name.starts_with("nth-last")};
    if (auto done = scan_.step_and_offset(place.step, place.offset); !done) return done;
    out.push_back(place);
  } else {
    return scan_.error(fmt::format("unknown pseudo-class ':{}()'", name), start);
  }
  scan_.skip_space();
  if (!scan_.close(")")) return scan_.expected("')'");
  return {};
}

Result<SelectorList> SelectorParser::arguments_of_has(std::size_t start) {
  if (in_has_) return scan_.error("':has()' cannot stand within another", start);
  in_has_ = true;
  auto list = arguments(Place::relative);
  in_has_ = false;
  return list;
}

Result<SelectorList> SelectorParser::arguments(Place place) {
  if (nesting_ == kMaxNesting) {
    beyond_forgiveness_ = true;
    return scan_.error("selectors nested too deeply", scan_.position());
  }
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
    if (!scan_.close(")")) return scan_.expected("')'");
  } else {
    return scan_.error(fmt::format("'::{}' is neither ::text nor ::attr(name)", *name), start);
  }
  scan_.skip_space();
  if (!scan_.at_end() && scan_.peek() != ',') return scan_.expected("',' or the end behind a pseudo-element");
  return {};
}

}  // namespace gossamer::css
