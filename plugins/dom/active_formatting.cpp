#include "plugins/dom/active_formatting.h"

#include <functional>
#include <string_view>

#include "plugins/dom/node_value.h"

namespace gossamer::dom {
namespace {

std::size_t hash_of_attributes(const xmlNode* element) {
  std::size_t hash = 0;
  for (const xmlAttr* one = element->properties; one != nullptr; one = one->next) {
    const std::size_t name = std::hash<const void*>()(one->name);  // interned
    hash += (name ^ std::hash<std::string_view>()(attribute_value(one))) * 0x9E3779B97F4A7C15u + 1;
  }
  return hash;
}

}  // namespace

void ActiveFormatting::push(xmlNode* node, Tag tag) {
  constexpr int kMaxEqual = 3;
  const Entry entry{node, tag, hash_of_attributes(node)};
  int equal = 0;
  for (std::size_t i = list_.size(); i > 0 && !is_marker(i - 1); --i) {
    if (list_[i - 1].tag != tag || list_[i - 1].attributes != entry.attributes) continue;
    if (++equal == kMaxEqual) {
      erase(i - 1);
      break;
    }
  }
  push(entry);
}

void ActiveFormatting::clear_to_marker() {
  while (!list_.empty()) {
    const bool was_marker = is_marker(list_.size() - 1);
    list_.pop_back();
    if (was_marker) return;
  }
}

std::size_t ActiveFormatting::find(const xmlNode* node) const {
  std::size_t i = list_.size();
  while (i > 0 && list_[i - 1].node != node) --i;
  return i > 0 ? i - 1 : list_.size();
}

std::optional<std::size_t> ActiveFormatting::last(Tag tag) const {
  for (std::size_t i = list_.size(); i > 0 && !is_marker(i - 1); --i)
    if (list_[i - 1].tag == tag) return i - 1;
  return std::nullopt;
}

}  // namespace gossamer::dom
