#pragma once

#include <libxml/tree.h>
#include <string_view>

#include "plugins/dom/node_value.h"

namespace gossamer::css {

// What a test of a selector reads, counted in `steps`: one for each node and attribute looked at and for each
// 16 bytes of a value.

inline const xmlAttr* find_attribute(const xmlNode* element, std::string_view name, long& steps) {
  for (const xmlAttr* attribute = element->properties; attribute != nullptr; attribute = attribute->next) {
    ++steps;
    if (dom::is_name(attribute->name, name)) return attribute;
  }
  return nullptr;
}

// "" without the attribute.
inline std::string_view attribute_value(const xmlAttr* attribute, long& steps) {
  const std::string_view value = dom::attribute_value(attribute);
  steps += static_cast<long>(value.size() / 16);
  return value;
}

inline std::string_view attribute_value(const xmlNode* element, std::string_view name, long& steps) {
  return attribute_value(find_attribute(element, name, steps), steps);
}

}  // namespace gossamer::css
