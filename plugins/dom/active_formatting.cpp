#include "plugins/dom/active_formatting.h"

#include <string_view>

#include "plugins/dom/node_value.h"

namespace gossamer::dom {
namespace {

std::size_t attribute_count(const xmlNode* element) {
  std::size_t count = 0;
  for (const xmlAttr* one = element->properties; one != nullptr; one = one->next) ++count;
  return count;
}

// In whatever order.
bool has_same_attributes(const xmlNode* a, const xmlNode* b) {
  if (attribute_count(a) != attribute_count(b)) return false;
  for (const xmlAttr* one = a->properties; one != nullptr; one = one->next) {
    const xmlAttr* const other = find_attribute(b, view(one->name));
    if (other == nullptr || attribute_value(other) != attribute_value(one)) return false;
  }
  return true;
}

}  // namespace

void ActiveFormatting::push(OpenElement element) {
  constexpr int kMaxEqual = 3;
  int equal = 0;
  for (std::size_t i = list_.size(); i > 0 && !is_marker(i - 1); --i) {
    if (list_[i - 1].tag != element.tag || !has_same_attributes(list_[i - 1].node, element.node)) continue;
    if (++equal == kMaxEqual) {
      erase(i - 1);
      break;
    }
  }
  list_.push_back(element);
}

void ActiveFormatting::clear_to_marker() {
  while (!list_.empty()) {
    const bool was_marker = is_marker(list_.size() - 1);
    list_.pop_back();
    if (was_marker) return;
  }
}

std::size_t ActiveFormatting::find(const xmlNode* node) const {
  std::size_t i = 0;
  while (i < list_.size() && list_[i].node != node) ++i;
  return i;
}

std::optional<std::size_t> ActiveFormatting::last(Tag tag) const {
  for (std::size_t i = list_.size(); i > 0 && !is_marker(i - 1); --i)
    if (list_[i - 1].tag == tag) return i - 1;
  return std::nullopt;
}

}  // namespace gossamer::dom
