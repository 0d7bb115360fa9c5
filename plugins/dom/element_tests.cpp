#include "plugins/dom/element_tests.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "plugins/dom/node_value.h"
#include "plugins/html/ascii.h"

namespace gossamer::css {
namespace {

using dom::is_element;
using dom::is_text;
using dom::parent_element;
using dom::view;

constexpr std::size_t kBytesPerStep = 16;

// dom::find_attribute, counted.
const xmlAttr* find_attribute(const xmlNode* element, std::string_view name, long& steps) {
  for (const xmlAttr* attribute = element->properties; attribute != nullptr; attribute = attribute->next) {
    ++steps;
    if (view(attribute->name) == name) return attribute;
  }
  return nullptr;
}

std::string_view attribute_value(const xmlAttr* attribute, long& steps) {
  const std::string_view value = dom::attribute_value(attribute);
  steps += static_cast<long>(value.size() / kBytesPerStep);
  return value;
}

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

bool is_checked(const xmlNode* element, long& steps) {
  const std::string_view name = view(element->name);
  if (name == "option") return find_attribute(element, "selected", steps) != nullptr;
  if (name != "input" || find_attribute(element, "checked", steps) == nullptr) return false;
  const std::string_view type = attribute_value(find_attribute(element, "type", steps), steps);
  return equals_ignoring_case(type, "checkbox") || equals_ignoring_case(type, "radio");
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
  const xmlAttr* const id = find_attribute(element, "id", steps);
  return id != nullptr && attribute_value(id, steps) == test.value;
}

bool matches(const Class& test, const xmlNode* element, long& steps) {
  return has_word(attribute_value(find_attribute(element, "class", steps), steps), test.value, false);
}

// RFC 4647 basic filtering against the nearest lang attribute.
bool matches(const Language& test, const xmlNode* element, long& steps) {
  for (; element != nullptr; element = parent_element(element)) {
    ++steps;
    const xmlAttr* const attribute = find_attribute(element, "lang", steps);
    if (attribute == nullptr) continue;
    const std::string_view language = attribute_value(attribute, steps);
    return std::ranges::any_of(test.ranges, [language](const std::string& range) {
      const std::size_t length = range.size();
      return length > 0 && starts_with_ignoring_case(language, range) &&
             (language.size() == length || language[length] == '-');
    });
  }
  return false;
}

bool matches(Flag test, const xmlNode* element, const xmlNode* scope, long& steps) {
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
      return is_checked(element, steps);
    case Flag::disabled:
      return can_be_disabled(element) && is_disabled(element, steps);
    case Flag::enabled:
      return can_be_disabled(element) && !is_disabled(element, steps);
  }
  return false;
}

}  // namespace gossamer::css
