#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "net/base/error.h"

namespace gossamer {

// A compiled CSS query: Selectors Level 3 as far as it makes sense without a browser, :is(), :where(), :not()
// with lists, :has(), :scope, and the pseudo-elements ::text and ::attr(name) at the end of a selector. A
// value: it knows nothing of documents (plugins/dom/css_query.h runs it). Names of elements and attributes
// are kept in lower case, as an HTML document has them.
namespace css {

struct ComplexSelector;
using SelectorList = std::vector<ComplexSelector>;

enum class AttributeMatch { exists, equals, word, dash, prefix, suffix, substring };  // [a] = ~= |= ^= $= *=

struct Attribute {
  std::string name;
  AttributeMatch match = AttributeMatch::exists;
  std::string value;
  bool ignore_case = false;  // ASCII: the i flag, or an attribute of HTML that is so without the s flag
};

struct Id {
  std::string value;
};
struct Class {
  std::string value;
};

// The element's place among its siblings (of its type) is step * n + offset for an n >= 0, counted from 1.
struct Nth {
  int step = 0;
  int offset = 0;
  bool of_type = false;
  bool from_end = false;
};

enum class Flag { root, scope, empty, link, checked, disabled, enabled };

struct Language {
  std::vector<std::string> ranges;
};  // :lang(en, "fr-CA")
struct Matches {
  SelectorList list;
  bool negate;
};  // :is() and :where(), or :not()
struct Has {
  SelectorList list;
};  // each begins with :scope and a combinator

using Test = std::variant<Attribute, Id, Class, Nth, Flag, Language, Matches, Has>;

// What one element must be: its type ("" is any) and every test.
struct Compound {
  std::string type;
  std::vector<Test> tests;
};

enum class Combinator { descendant, child, next_sibling, later_sibling };  // ' ' > + ~

enum class Output { element, text, attribute };

// `compounds` left to right; combinators[i] stands between compounds[i] and compounds[i + 1].
struct ComplexSelector {
  std::vector<Compound> compounds;
  std::vector<Combinator> combinators;
  Output output = Output::element;
  std::string attribute;  // of ::attr(attribute)
  // ::text or ::attr() stood alone or after a space: what it yields is taken from the element matched by
  // `compounds` and from everything in it.
  bool deep = false;
};

}  // namespace css

class CssSelector {
 public:
  // Errors: ErrorClass::invalid_input, one line with the column (in bytes, from 1) where it went wrong.
  static Result<CssSelector> parse(std::string_view text);

  const css::SelectorList& list() const { return list_; }

 private:
  explicit CssSelector(css::SelectorList list) : list_(std::move(list)) {}
  css::SelectorList list_;
};

}  // namespace gossamer
