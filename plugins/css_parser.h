#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plugins/css_scanner.h"
#include "plugins/css_selector.h"

namespace gossamer::css {

// Reads the grammar of Selectors Level 4, section 18, by recursive descent. Each function consumes what it
// names. `text` must outlive it.
class SelectorParser {
 public:
  explicit SelectorParser(std::string_view text) : scan_(text) {}

  Result<SelectorList> query();

 private:
  // Where a selector list stands: the whole query, in :is() or :not(), or in :has().
  enum class Place { query, nested, relative };
  using Tests = std::vector<Test>;

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

}  // namespace gossamer::css
