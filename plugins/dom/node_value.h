#pragma once

#include <libxml/tree.h>
#include <string>
#include <string_view>

namespace gossamer::dom {

// Reads of libxml2's tree. The views live as long as the tree.

inline std::string_view view(const xmlChar* text) {
  return text == nullptr ? std::string_view{} : reinterpret_cast<const char*>(text);
}

// view(text) == name, without the length of a text that begins otherwise.
inline bool is_name(const xmlChar* text, std::string_view name) {
  return (name.empty() ? *text == 0 : *text == static_cast<xmlChar>(name[0])) && view(text) == name;
}

inline bool is_element(const xmlNode* node) { return node != nullptr && node->type == XML_ELEMENT_NODE; }

inline bool is_text(const xmlNode* node) { return node->type == XML_TEXT_NODE; }

// The parent element; null at the root.
inline xmlNode* parent_element(const xmlNode* node) {
  return is_element(node->parent) ? node->parent : nullptr;
}

inline const xmlAttr* find_attribute(const xmlNode* element, std::string_view name) {
  for (const xmlAttr* attribute = element->properties; attribute != nullptr; attribute = attribute->next) {
    if (is_name(attribute->name, name)) return attribute;
  }
  return nullptr;
}

// "" for an attribute without a value. Every value is one text node.
inline std::string_view attribute_value(const xmlAttr* attribute) {
  return attribute == nullptr || attribute->children == nullptr ? std::string_view{}
                                                                : view(attribute->children->content);
}

// The rendered text of an element and what is in it: white space collapsed to single spaces, a line break
// between blocks and for <br>, a space between table cells, nothing of <script>, <style>, <template> and
// comments. In <pre> line breaks and spaces stay. Of another node: its value, white space collapsed. No line
// break and, but for the indentation of a <pre>, no space at either end.
std::string rendered_text(const xmlNode* node);

// The HTML of a node with all that is in it, after "serializing HTML fragments" (WHATWG HTML 13.3).
std::string outer_html(const xmlNode* node);

}  // namespace gossamer::dom
