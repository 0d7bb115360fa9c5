#include "plugins/dom/tree_nodes.h"

#include <bit>
#include <cstdint>
#include <cstring>
#include <fmt/format.h>
#include <libxml/dict.h>
#include <libxml/valid.h>
#include <new>
#include <unordered_set>
#include <utility>

#include "plugins/dom/html_tree.h"
#include "plugins/dom/node_value.h"
#include "plugins/html/raw_text.h"

namespace gossamer::dom {
namespace {

constexpr std::size_t kFewAttributes = 16;

template <class T>
T* checked(T* made) {
  if (made == nullptr) throw std::bad_alloc();
  return made;
}

const xmlChar* bytes(std::string_view text) { return reinterpret_cast<const xmlChar*>(text.data()); }

// Short texts stand where an element has its attributes, which saves half of all allocations; libxml2's own
// parsers do so too (XML_PARSE_COMPACT).
xmlChar* place_in(xmlNode* text) { return reinterpret_cast<xmlChar*>(&text->properties); }
constexpr std::size_t kPlaceInText = sizeof(xmlNode::properties) + sizeof(xmlNode::nsDef);

xmlNode* make_text(xmlDoc* document, std::string_view text) {
  xmlNode* const node = checked(xmlNewDocText(document, nullptr));
  if (text.size() < kPlaceInText) {
    node->content = place_in(node);
    std::memcpy(node->content, text.data(), text.size());  // the place was zero
  } else {
    node->content = checked(xmlStrndup(bytes(text), static_cast<int>(text.size())));
  }
  return node;
}

// A text that has grown keeps its length in _private, and its block has room for the next power of two, so
// that many small pieces cost no more than their bytes.
std::size_t grown_length(const xmlNode* text) { return reinterpret_cast<std::uintptr_t>(text->_private); }

void append(xmlNode* text, std::string_view more) {
  const std::size_t known = grown_length(text);
  const std::size_t length = known != 0 ? known : view(text->content).size();
  const std::size_t size = length + more.size();
  if (known == 0 || std::bit_ceil(size + 1) != std::bit_ceil(length + 1)) {
    auto* const grown = static_cast<xmlChar*>(xmlMalloc(std::bit_ceil(size + 1)));
    std::memcpy(checked(grown), text->content, length);
    if (text->content != place_in(text)) xmlFree(text->content);
    text->content = grown;
  }
  std::memcpy(text->content + length, more.data(), more.size());
  text->content[size] = 0;
  text->_private = reinterpret_cast<void*>(size);
}

// Both names are interned.
bool has_attribute(const xmlNode* element, const xmlChar* name) {
  for (const xmlAttr* one = element->properties; one != nullptr; one = one->next)
    if (one->name == name) return true;
  return false;
}

}  // namespace

const xmlChar* TreeNodes::name(std::string_view written) {
  scratch_.clear();
  append_decoded_name(scratch_, written);
  return checked(xmlDictLookup(document_->dict, bytes(scratch_), static_cast<int>(scratch_.size())));
}

const xmlChar* TreeNodes::known_name(std::string_view written) {
  scratch_.clear();
  append_decoded_name(scratch_, written);
  return xmlDictExists(document_->dict, bytes(scratch_), static_cast<int>(scratch_.size()));
}

xmlNode* TreeNodes::element(const xmlChar* name) {
  count(count_);
  return checked(xmlNewDocNodeEatName(document_, nullptr, const_cast<xmlChar*>(name), nullptr));
}

xmlNode* TreeNodes::comment(std::string_view text) {
  count(other_nodes_);
  return checked(xmlNewDocComment(document_, bytes(std::string(text))));
}

void TreeNodes::insert(xmlNode* node, Place place) {
  if (node->parent != nullptr) xmlUnlinkNode(node);
  xmlNode* const before = place.before;
  node->parent = place.parent;
  node->next = before;
  node->prev = before != nullptr ? before->prev : place.parent->last;
  (node->prev != nullptr ? node->prev->next : place.parent->children) = node;
  (before != nullptr ? before->prev : place.parent->last) = node;
}

void TreeNodes::insert_text(std::string_view text, Place place) {
  xmlNode* const previous = place.before != nullptr ? place.before->prev : place.parent->last;
  if (previous != nullptr && previous->type == XML_TEXT_NODE) return append(previous, text);
  count(other_nodes_);
  insert(make_text(document_, text), place);
}

void TreeNodes::check_depth(std::size_t depth) {
  if (depth > kMaxDepth)
    refuse(ErrorClass::parse, fmt::format("elements nested more than {} deep", kMaxDepth));
}

void TreeNodes::count(std::size_t& nodes) {
  ++nodes;
  if (count_ + other_nodes_ > kMaxNodes)
    refuse(ErrorClass::too_large, fmt::format("more than {} nodes", kMaxNodes));
}

void TreeNodes::refuse(ErrorClass error_class, std::string message) {
  if (!error_) error_ = Error{error_class, Phase::parse, "no document tree: " + std::move(message)};
}

void TreeNodes::add_attributes(xmlNode* element, const StartTag& tag) {
  xmlAttr* last = element->properties;
  std::size_t count = last != nullptr ? 1 : 0;
  for (; last != nullptr && last->next != nullptr; last = last->next) ++count;
  std::unordered_set<const xmlChar*> known;
  const bool is_many = tag.attributes.size() > kFewAttributes;
  for (const xmlAttr* one = element->properties; is_many && one != nullptr; one = one->next)
    known.insert(one->name);
  std::string value;
  for (const RawAttribute& attribute : tag.attributes) {
    const xmlChar* const attribute_name = name(attribute.name);
    if (is_many ? !known.insert(attribute_name).second : has_attribute(element, attribute_name)) continue;
    value.clear();
    append_decoded(value, attribute.value, RawTextKind::attribute);
    last = add_attribute(element, last, attribute_name, value);
    ++count;
  }
  if (tag.has_more_attributes || count > kMaxAttributes)
    refuse(ErrorClass::parse, fmt::format("an element with more than {} attributes", kMaxAttributes));
}

xmlNode* TreeNodes::clone(const xmlNode* element) {
  xmlNode* const copy = this->element(element->name);
  xmlAttr* last = nullptr;
  for (const xmlAttr* one = element->properties; one != nullptr; one = one->next) {
    const std::string_view value = attribute_value(one);
    last = add_attribute(copy, last, one->name, value);
    cloned_bytes_ += value.size();
  }
  if (cloned_bytes_ > kMaxBytes)
    refuse(ErrorClass::too_large,
           fmt::format("{} bytes of attributes of elements to be repeated", cloned_bytes_));
  return copy;
}

xmlAttr* TreeNodes::add_attribute(xmlNode* element, xmlAttr* last, const xmlChar* name,
                                  std::string_view value) {
  count(count_);
  xmlAttr* const attribute =
      checked(xmlNewNsPropEatName(nullptr, nullptr, const_cast<xmlChar*>(name), nullptr));
  attribute->doc = document_;
  attribute->parent = element;
  attribute->prev = last;
  (last != nullptr ? last->next : element->properties) = attribute;
  if (value.empty()) return attribute;
  xmlNode* const text = make_text(document_, value);
  text->parent = reinterpret_cast<xmlNode*>(attribute);
  attribute->children = attribute->last = text;
  if (view(name) == "id") xmlAddID(nullptr, document_, text->content, attribute);  // for XPath's id()
  return attribute;
}

void TreeNodes::move_children(xmlNode* from, xmlNode* to) {
  while (from->children != nullptr) insert(from->children, {to});
}

void TreeNodes::remove(xmlNode* node) {
  xmlUnlinkNode(node);
  xmlFreeNode(std::exchange(removed_, node));
}

}  // namespace gossamer::dom
