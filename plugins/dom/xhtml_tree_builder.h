#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "net/base/error.h"
#include "plugins/dom/tree_nodes.h"
#include "plugins/html/doctype.h"
#include "plugins/html/raw_text.h"
#include "plugins/html/tokens.h"

namespace gossamer::dom {

// The tokenizer's sink that builds the tree of an XHTML page: it nests as it is written, and any element may
// close itself. Errors are passed over: an end tag closes what is open in its element, one without an element
// counts for nothing, and what stands behind the root is in it.
class XhtmlTreeBuilder {
 public:
  // `document`, which is empty and has a dictionary, must outlive the builder.
  explicit XhtmlTreeBuilder(xmlDoc* document) : nodes_(document) {}

  void text(std::string_view raw, RawTextKind kind);
  ContentModel start_tag(const StartTag& tag);
  void end_tag(const EndTag& tag);
  void comment(std::string_view raw);
  void doctype(const Doctype&) {}
  bool allows_cdata() const { return true; }

  // As TreeBuilder has them.
  const std::optional<Error>& finish() const { return nodes_.error(); }
  std::size_t node_count() const { return nodes_.count(); }

 private:
  Place place() const { return {open_.empty() ? nodes_.document() : open_.back()}; }

  TreeNodes nodes_;
  std::vector<xmlNode*> open_;
};

}  // namespace gossamer::dom
