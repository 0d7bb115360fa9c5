#include "plugins/dom/xhtml_tree_builder.h"

#include <string>

#include "plugins/html/html_tag.h"

namespace gossamer::dom {

void XhtmlTreeBuilder::text(std::string_view raw, RawTextKind kind) {
  if (nodes_.error() || open_.empty()) return;
  std::string text;
  append_decoded(text, raw, kind);
  std::erase(text, '\0');
  if (!text.empty()) nodes_.insert_text(text, place());
}

ContentModel XhtmlTreeBuilder::start_tag(const StartTag& tag) {
  if (nodes_.error()) return ContentModel::data;
  if (open_.empty() && nodes_.root() != nullptr) open_.push_back(nodes_.root());
  xmlNode* const element = nodes_.element(nodes_.name(tag.name));
  nodes_.add_attributes(element, tag);
  nodes_.insert(element, place());
  if (!tag.self_closing && !is_void(tag_of(tag.key, tag.name))) open_.push_back(element);
  nodes_.check_depth(open_.size());
  return ContentModel::data;
}

void XhtmlTreeBuilder::end_tag(const EndTag& tag) {
  if (nodes_.error()) return;
  const xmlChar* const name = nodes_.known_name(tag.name);
  std::size_t i = open_.size();
  while (i > 0 && open_[i - 1]->name != name) --i;
  if (i > 0) open_.resize(i - 1);
}

void XhtmlTreeBuilder::comment(std::string_view raw) {
  if (nodes_.error()) return;
  std::string text;
  append_decoded(text, raw, RawTextKind::rawtext);
  nodes_.insert(nodes_.comment(text), place());
}

}  // namespace gossamer::dom
