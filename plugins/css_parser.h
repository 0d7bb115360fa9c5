#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plugins/css_scanner.h"
#include "plugins/css_selector.h"

namespace gossamer::css {

// Reads the grammar of Selectors Level 4, section 18, by recursive descent. Each function consumes what it
// names. What is open at the end of the text is closed there (CSS Syntax Level 3, section 5.4.8). `text` must
// outlive it.
class SelectorParser {
 public:
  explicit SelectorParser(std::string_view text) : scan_(text) {}

  Result<SelectorList> query();

 private:
  // Where a selector list stands: the whole query, in :not(), in :is() or :where(), or in :has().
  enum class Place { query, nested, forgiving, relative };
  using Tests = std::vector<Test>;

  Result<SelectorList> selector_list(Place place);
  Result<SelectorList> forgiving_list();
  Result<ComplexSelector> complex_selector(Place place);
  bool combinator(Combinator& out);
  Result<bool> compound(Compound& out);
  Result<bool> test(Tests& out);
  Result<void> attribute(Tests& out);
  Result<void> pseudo_class(Tests& out);
  Result<void> function(const std::string& name, std::size_t start, Tests& out);
  Result<SelectorList> arguments(Place place);
  Result<SelectorList> arguments_of_has(std::size_t start);
  Result<void> pseudo_element(ComplexSelector& out);

  Scanner scan_;
  int nesting_ = 0;
  bool in_has_ = false;
  bool beyond_forgiveness_ = false;  // the last error holds in :is() and :where() too
};

}  // namespace gossamer::css
