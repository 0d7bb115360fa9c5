#include "plugins/dom/form_controls.h"

#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "plugins/dom/counted_reads.h"
#include "plugins/html/ascii.h"

namespace gossamer::css {
namespace {

using dom::is_element;
using dom::is_name;
using dom::parent_element;

// The options of a <select> that takes one.
struct Options {
  const xmlNode* last_selected = nullptr;
  const xmlNode* first_enabled = nullptr;
};

// The depth of a tree is bounded, so recursion is safe, here and below.
void collect(const xmlNode* parent, bool disabled, Options& options, long& steps) {
  for (const xmlNode* child = parent->children; child != nullptr; child = child->next) {
    ++steps;
    if (!is_element(child) || is_name(child->name, "select")) continue;
    const bool is_option = is_name(child->name, "option");
    const bool can_disable = is_option || is_name(child->name, "optgroup");
    const bool is_disabled = disabled || (can_disable && find_attribute(child, "disabled", steps) != nullptr);
    if (is_option && find_attribute(child, "selected", steps) != nullptr) options.last_selected = child;
    if (is_option && !is_disabled && options.first_enabled == nullptr) options.first_enabled = child;
    collect(child, is_disabled && !is_option, options, steps);
  }
}

// Whether `size`, by HTML's rules for parsing non-negative integers, is above 1: a list box, in which nothing
// is selected by default.
bool is_list_box(std::string_view size) {
  size = strip_html_space(size);
  if (size.starts_with('+')) size.remove_prefix(1);
  while (size.starts_with('0')) size.remove_prefix(1);
  if (size.empty() || !is_ascii_digit(size[0])) return false;
  return size[0] > '1' || (size.size() > 1 && is_ascii_digit(size[1]));
}

const xmlNode* selected_option(const xmlNode* select, long& steps) {
  Options options;
  collect(select, false, options, steps);
  if (options.last_selected != nullptr || is_list_box(attribute_value(select, "size", steps)))
    return options.last_selected;
  return options.first_enabled;
}

bool is_radio(const xmlNode* input, long& steps) {
  return equals_ignoring_case(attribute_value(input, "type", steps), "radio");
}

// The checked radio buttons of a page.
struct Radios {
  struct Radio {
    const xmlNode* element;
    const xmlNode* form_around;  // or null
  };
  std::vector<Radio> checked;
  bool by_form_id = false;  // whether any of them has the attribute `form`
};

using Ids = std::unordered_map<std::string_view, const xmlNode*>;  // the first element of each

void collect(const xmlNode* parent, const xmlNode* form, Radios& radios, long& steps) {
  for (const xmlNode* child = parent->children; child != nullptr; child = child->next) {
    ++steps;
    if (!is_element(child)) continue;
    const bool is_form = is_name(child->name, "form");
    if (is_name(child->name, "input") && find_attribute(child, "checked", steps) != nullptr &&
        is_radio(child, steps)) {
      radios.checked.push_back({child, form});
      radios.by_form_id |= find_attribute(child, "form", steps) != nullptr;
    }
    collect(child, is_form ? child : form, radios, steps);
  }
}

void collect(const xmlNode* parent, Ids& ids, long& steps) {
  for (const xmlNode* child = parent->children; child != nullptr; child = child->next) {
    ++steps;
    if (!is_element(child)) continue;
    if (const xmlAttr* id = find_attribute(child, "id", steps))
      ids.emplace(attribute_value(id, steps), child);
    collect(child, ids, steps);
  }
}

// The last of each "radio button group" (HTML 4.10.5.1.16): as the page is read, each that is checked
// unchecks the one before.
std::unordered_set<const xmlNode*> last_of_each_group(const xmlDoc* page, long& steps) {
  Radios radios;
  collect(xmlDocGetRootElement(page), nullptr, radios, steps);
  Ids ids;
  if (radios.by_form_id) collect(xmlDocGetRootElement(page), ids, steps);
  std::map<std::pair<const xmlNode*, std::string_view>, const xmlNode*> last;  // by form and name
  for (const auto& [radio, form_around] : radios.checked) {
    const xmlNode* form = form_around;
    if (const xmlAttr* id = find_attribute(radio, "form", steps)) {
      const auto named = ids.find(attribute_value(id, steps));
      form = named != ids.end() && is_name(named->second->name, "form") ? named->second : nullptr;
    }
    last[{form, attribute_value(radio, "name", steps)}] = radio;
  }
  std::unordered_set<const xmlNode*> out;
  for (const auto& [group, radio] : last) out.insert(radio);
  return out;
}

}  // namespace

bool FormControls::is_checked(const xmlNode* element, long& steps) {
  if (is_name(element->name, "option")) return is_selected(element, steps);
  if (!is_name(element->name, "input") || find_attribute(element, "checked", steps) == nullptr) return false;
  if (!is_radio(element, steps))
    return equals_ignoring_case(attribute_value(element, "type", steps), "checkbox");
  if (attribute_value(element, "name", steps).empty()) return true;
  if (!radios_) radios_ = last_of_each_group(element->doc, steps);
  return radios_->contains(element);
}

// "Selectedness" after its setting algorithm (HTML 4.10.7).
bool FormControls::is_selected(const xmlNode* option, long& steps) {
  const xmlNode* select = parent_element(option);
  for (; select != nullptr && !is_name(select->name, "select"); select = parent_element(select)) ++steps;
  if (select == nullptr || find_attribute(select, "multiple", steps) != nullptr)
    return find_attribute(option, "selected", steps) != nullptr;
  const auto [known, is_new] = selected_.try_emplace(select, nullptr);
  if (is_new) known->second = selected_option(select, steps);
  return known->second == option;
}

}  // namespace gossamer::css
