#include "plugins/dom/element_tests.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "plugins/dom/counted_reads.h"
#include "plugins/dom/node_value.h"
#include "plugins/html/ascii.h"

namespace gossamer::css {
namespace {

using dom::is_element;
using dom::is_text;
using dom::parent_element;
using dom::view;

bool equal(std::string_view a, std::string_view b, bool ignore_case) {
  if (!ignore_case) return a == b;
  return std::ranges::equal(a, b, {}, to_ascii_lower, to_ascii_lower);
}

// Whether `word` is one of the white-space separated words of `text`.
bool has_word(std::string_view text, std::string_view word, bool ignore_case) {
  while (!text.empty()) {
    const auto* const end = std::ranges::find_if(text, is_html_space);
    const auto length = static_cast<std::size_t>(end - text.begin());
    if (length > 0 && equal(text.substr(0, length), word, ignore_case)) return true;
    text.remove_prefix(std::min(length + 1, text.size()));
  }
  return false;
}

bool contains(std::string_view text, std::string_view part, bool ignore_case) {
  if (!ignore_case) return text.find(part) != std::string_view::npos;
  return !std::ranges::search(text, part, {}, to_ascii_lower, to_ascii_lower).empty();
}

bool is_empty(const xmlNode* element, long& steps) {
  for (const xmlNode* child = element->children; child != nullptr; child = child->next) {
    ++steps;
    if (is_element(child) || (is_text(child) && !view(child->content).empty())) return false;
  }
  return true;
}

bool is_link(const xmlNode* element, long& steps) {
  const std::string_view name = view(element->name);
  return (name == "a" || name == "area") && find_attribute(element, "href", steps) != nullptr;
}

bool can_be_disabled(const xmlNode* element) {
  static constexpr std::array<std::string_view, 7> kNames = {"button", "fieldset", "input",   "optgroup",
                                                             "option", "select",   "textarea"};
  return std::ranges::find(kNames, view(element->name)) != kNames.end();
}

bool is_first_legend(const xmlNode* element, long& steps) {
  if (view(element->name) != "legend") return false;
  for (const xmlNode* before = element->prev; before != nullptr; before = before->prev) {
    ++steps;
    if (is_element(before) && view(before->name) == "legend") return false;
  }
  return true;
}

// "Actually disabled" (HTML 4.16.3): by its own attribute, an option also by that of an optgroup around it,
// what can stand in a fieldset by that of one, unless it stands in its first legend.
bool is_disabled(const xmlNode* element, long& steps) {
  if (find_attribute(element, "disabled", steps) != nullptr) return true;
  const std::string_view name = view(element->name);
  if (name == "optgroup") return false;
  const std::string_view group = name == "option" ? "optgroup" : "fieldset";
  const xmlNode* child = element;
  for (const xmlNode* above = parent_element(child); above != nullptr; above = parent_element(above)) {
    ++steps;
    if (view(above->name) == group && find_attribute(above, "disabled", steps) != nullptr &&
        !is_first_legend(child, steps))
      return true;
    child = above;
  }
  return false;
}

}  // namespace

bool matches(const Attribute& test, const xmlNode* element, long& steps) {
  const xmlAttr* const attribute = find_attribute(element, test.name, steps);
  if (attribute == nullptr) return false;
  const std::string_view text = attribute_value(attribute, steps);
  const std::string_view wanted = test.value;
  const std::size_t length = wanted.size();
  const bool fits = length > 0 && length <= text.size();  // an empty part matches nothing
  switch (test.match) {
    case AttributeMatch::exists:
      return true;
    case AttributeMatch::equals:
      return equal(text, wanted, test.ignore_case);
    case AttributeMatch::word:
      return has_word(text, wanted, test.ignore_case);
    case AttributeMatch::dash:
      return equal(text.substr(0, length), wanted, test.ignore_case) &&
             (text.size() == length || text[length] == '-');
    case AttributeMatch::prefix:
      return fits && equal(text.substr(0, length), wanted, test.ignore_case);
    case AttributeMatch::suffix:
      return fits && equal(text.substr(text.size() - length), wanted, test.ignore_case);
    case AttributeMatch::substring:
      return fits && contains(text, wanted, test.ignore_case);
  }
  return false;
}

bool matches(const Id& test, const xmlNode* element, long& steps) {
  return attribute_value(element, "id", steps) == test.value;
}

bool matches(const Class& test, const xmlNode* element, long& steps) {
  return has_word(attribute_value(element, "class", steps), test.value, false);
}

bool matches(Flag test, const xmlNode* element, const xmlNode* scope, FormControls& controls, long& steps) {
  switch (test) {
    case Flag::root:
      return parent_element(element) == nullptr;
    case Flag::scope:
      return element == scope;
    case Flag::empty:
      return is_empty(element, steps);
    case Flag::link:
      return is_link(element, steps);
    case Flag::checked:
      return controls.is_checked(element, steps);
    case Flag::disabled:
      return can_be_disabled(element) && is_disabled(element, steps);
    case Flag::enabled:
      return can_be_disabled(element) && !is_disabled(element, steps);
  }
  return false;
}

}  // namespace gossamer::css
