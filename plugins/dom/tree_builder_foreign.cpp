#include "plugins/dom/tree_builder.h"

namespace gossamer::dom {

bool TreeBuilder::is_html_integration_point(const StartToken& token, Namespace space) {
  if (space == Namespace::svg) return is_any(token.tag, Tag::foreign_object, Tag::desc, Tag::title);
  if (space == Namespace::html || token.tag != Tag::annotation_xml) return false;
  return has_html_encoding(token.written);
}

// Whether a start tag is foreign, not HTML, where it stands.
bool TreeBuilder::is_foreign_start(Tag tag) const {
  if (open_.empty() || open_.current().is_html()) return false;
  const OpenElement& current = open_.current();
  if (current.is_mathml_text_integration_point()) return is_any(tag, Tag::mglyph, Tag::malignmark);
  if (current.space == Namespace::mathml && current.tag == Tag::annotation_xml && tag == Tag::svg)
    return false;
  return !current.is_html_integration_point;
}

void TreeBuilder::start_foreign(const StartToken& token) {
  if (breaks_out_of_foreign(token.tag, token.written)) {
    break_out_of_foreign();
    return start(token);
  }
  insert(token, open_.current().space);
  if (token.written.self_closing) open_.pop();
}

void TreeBuilder::end_foreign(const EndToken& token) {
  if (is_any(token.tag, Tag::br, Tag::p)) {
    break_out_of_foreign();
    return end(token);
  }
  for (std::size_t i = open_.size(); i > 1; --i) {
    const OpenElement& element = open_[i - 1];
    if (element.is_html()) return end(token);
    if (element.node->name != token.name) continue;
    while (open_.size() >= i) open_.pop();
    return;
  }
}

void TreeBuilder::break_out_of_foreign() {
  while (!open_.current().is_html() && !open_.current().is_mathml_text_integration_point() &&
         !open_.current().is_html_integration_point)
    open_.pop();
}

}  // namespace gossamer::dom
