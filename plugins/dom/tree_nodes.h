#pragma once

#include <cstddef>
#include <libxml/tree.h>
#include <optional>
#include <string>
#include <string_view>

#include "net/base/error.h"
#include "plugins/html/tokens.h"

namespace gossamer::dom {

// Where a node goes: into `parent`, before `before` or, where that is null, at the end.
struct Place {
  xmlNode* parent;
  xmlNode* before = nullptr;
};

// Makes and moves the nodes of one document by libxml2's own functions; std::bad_alloc where those fail.
// Names are interned in the document: equal names are equal pointers. A node belongs to the document from
// insert() on.
class TreeNodes {
 public:
  explicit TreeNodes(xmlDoc* document) : document_(document) {}
  TreeNodes(const TreeNodes&) = delete;
  TreeNodes& operator=(const TreeNodes&) = delete;
  ~TreeNodes() { xmlFreeNode(removed_); }

  xmlNode* document() const { return reinterpret_cast<xmlNode*>(document_); }
  xmlNode* root() const { return xmlDocGetRootElement(document_); }

  // Elements and attributes made so far.
  std::size_t count() const { return count_; }

  // Set when the page has met one of the limits in plugins/dom/html_tree.h; nothing needs to be added then.
  const std::optional<Error>& error() const { return error_; }

  // To be called with the number of open elements when it has grown.
  void check_depth(std::size_t depth);

  // A name as written in the page, in lower case.
  const xmlChar* name(std::string_view written);

  // The same, null where the document has none of that name: what names are only compared with.
  const xmlChar* known_name(std::string_view written);

  xmlNode* element(const xmlChar* name);
  xmlNode* comment(std::string_view text);

  // Puts a node that stands nowhere, or elsewhere, there.
  void insert(xmlNode* node, Place place);

  // Adds to the text that stands there, or makes one.
  void insert_text(std::string_view text, Place place);

  // Adds the attributes that the element has not.
  void add_attributes(xmlNode* element, const StartTag& tag);

  // Another element with the name and the attributes of `element`.
  xmlNode* clone(const xmlNode* element);

  void move_children(xmlNode* from, xmlNode* to);

  // Takes a node with all that is in it out of the document; it lives as long as this.
  void remove(xmlNode* node);

 private:
  // Behind `last`, the element's last attribute.
  xmlAttr* add_attribute(xmlNode* element, xmlAttr* last, const xmlChar* name, std::string_view value);

  void count(std::size_t& nodes);
  void refuse(ErrorClass error_class, std::string message);

  xmlDoc* document_;
  xmlNode* removed_ = nullptr;
  std::size_t count_ = 0;
  std::size_t other_nodes_ = 0;  // texts and comments
  std::size_t cloned_bytes_ = 0;
  std::string scratch_;
  std::optional<Error> error_;
};

}  // namespace gossamer::dom
