#include "plugins/dom/tree_builder.h"

#include <utility>

#include "plugins/dom/quirks.h"
#include "plugins/html/ascii.h"

namespace gossamer::dom {
// Neighbouring pieces are one text to the rules of tables.
void TreeBuilder::text(std::string_view raw, RawTextKind kind) {
  if (!nodes_.error()) append_decoded(text_, raw, kind);
}

ContentModel TreeBuilder::start_tag(const StartTag& tag) {
  flush_text();
  skips_newline_ = false;
  if (nodes_.error()) return ContentModel::data;
  model_ = ContentModel::data;
  const StartToken token{tag_of(tag.key, tag.name), tag};
  if (is_foreign_start(token.tag)) {
    start_foreign(token);
  } else {
    start(token);
  }
  return model_;
}

void TreeBuilder::end_tag(const EndTag& tag) {
  flush_text();
  skips_newline_ = false;
  if (nodes_.error()) return;
  const EndToken token{tag_of(tag.key, tag.name), nodes_.known_name(tag.name)};
  if (allows_cdata()) {
    end_foreign(token);
  } else {
    end(token);
  }
}

void TreeBuilder::comment(std::string_view raw) {
  flush_text();
  skips_newline_ = false;
  if (!nodes_.error()) insert_comment(raw);
}

void TreeBuilder::doctype(const Doctype& doctype) {
  flush_text();
  skips_newline_ = false;
  if (nodes_.error() || mode_ != Mode::initial) return;
  is_quirky_ = is_quirks_mode(doctype);
  mode_ = Mode::before_html;
}

const std::optional<Error>& TreeBuilder::finish() {
  flush_text();
  if (nodes_.error()) return nodes_.error();
  if (mode_ == Mode::text) leave_text();
  while (open_.has_template()) end_template();
  while (mode_ <= Mode::after_head) anything_else(mode_);
  return nodes_.error();
}

// The characters up to the token at hand.
void TreeBuilder::flush_text() {
  if (text_.empty() || nodes_.error()) return;
  const std::string text = std::exchange(text_, {});
  const bool is_in_html = open_.empty() || open_.current().is_html() ||
                          open_.current().is_mathml_text_integration_point() ||
                          open_.current().is_html_integration_point;
  std::string_view rest = text;
  if (skips_newline_ && rest.starts_with('\n')) rest.remove_prefix(1);
  if (!is_in_html) {
    std::string replaced;
    for (const char c : rest) {
      if (c == '\0') {
        replaced += "\uFFFD";
      } else {
        replaced += c;
        if (!is_html_space(c)) frameset_ok_ = false;
      }
    }
    nodes_.insert_text(replaced, place_to_insert());
  } else if (rest.find('\0') != std::string_view::npos) {
    std::string kept(rest);
    std::erase(kept, '\0');
    if (!kept.empty()) characters(kept);
  } else if (!rest.empty()) {
    characters(rest);
  }
}

void TreeBuilder::characters(Mode mode, std::string_view text) {
  const std::size_t space = leading_html_space(text);
  switch (mode) {
    case Mode::initial:
    case Mode::before_html:
    case Mode::before_head:
      text.remove_prefix(space);
      if (text.empty()) return;
      anything_else(mode);
      return characters(text);
    case Mode::in_head:
    case Mode::in_head_noscript:
    case Mode::after_head:
      if (space != 0) insert_characters(text.substr(0, space));
      text.remove_prefix(space);
      if (text.empty()) return;
      anything_else(mode);
      return characters(text);
    case Mode::in_column_group:
      if (space != 0) insert_characters(text.substr(0, space));
      text.remove_prefix(space);
      if (text.empty()) return;
      if (close_column_group()) return characters(text);
      return insert_white_space(text);
    case Mode::in_table:
    case Mode::in_table_body:
    case Mode::in_row:
      return characters_in_table(text);
    case Mode::text:
      return insert_characters(text);
    case Mode::in_frameset:
    case Mode::after_frameset:
    case Mode::after_after_frameset:
      return insert_white_space(text);
    case Mode::after_body:
    case Mode::after_after_body:
      if (space != text.size()) mode_ = Mode::in_body;
      [[fallthrough]];
    case Mode::in_body:
    case Mode::in_caption:
    case Mode::in_cell:
    case Mode::in_template:
      reconstruct_formatting();
      insert_characters(text);
      if (space != text.size()) frameset_ok_ = false;
      return;
  }
}

void TreeBuilder::start(Mode mode, const StartToken& token) {
  switch (mode) {
    case Mode::initial:
    case Mode::before_html:
    case Mode::before_head:
      return start_before_body(mode, token);
    case Mode::in_head:
      return start_in_head(token);
    case Mode::in_head_noscript:
      return start_in_head_noscript(token);
    case Mode::after_head:
      return start_after_head(token);
    case Mode::after_body:
    case Mode::after_after_body:
      if (token.tag != Tag::html) mode_ = Mode::in_body;
      [[fallthrough]];
    case Mode::in_body:
    case Mode::text:  // never: the tokenizer gives text and an end tag
      return start_in_body(token);
    case Mode::in_table:
      return start_in_table(token);
    case Mode::in_caption:
      return start_in_caption(token);
    case Mode::in_column_group:
      return start_in_column_group(token);
    case Mode::in_table_body:
      return start_in_table_body(token);
    case Mode::in_row:
      return start_in_row(token);
    case Mode::in_cell:
      return start_in_cell(token);
    case Mode::in_template:
      return start_in_template(token);
    case Mode::in_frameset:
    case Mode::after_frameset:
    case Mode::after_after_frameset:
      return start_in_frameset(mode, token);
  }
}

void TreeBuilder::end(Mode mode, const EndToken& token) {
  switch (mode) {
    case Mode::initial:
    case Mode::before_html:
    case Mode::before_head:
    case Mode::in_head:
    case Mode::in_head_noscript:
    case Mode::after_head:
      return end_before_body(mode, token);
    case Mode::in_body:
      return end_in_body(token);
    case Mode::text:
      return leave_text();
    case Mode::in_table:
      return end_in_table(token);
    case Mode::in_caption:
      return end_in_caption(token);
    case Mode::in_column_group:
      return end_in_column_group(token);
    case Mode::in_table_body:
      return end_in_table_body(token);
    case Mode::in_row:
      return end_in_row(token);
    case Mode::in_cell:
      return end_in_cell(token);
    case Mode::in_template:
      if (token.tag == Tag::template_) end_template();
      return;
    case Mode::after_body:
    case Mode::in_frameset:
    case Mode::after_frameset:
    case Mode::after_after_body:
    case Mode::after_after_frameset:
      return end_after_body(mode, token);
  }
}

void TreeBuilder::leave_text() {
  open_.pop();
  mode_ = original_mode_;
}

void TreeBuilder::insert_characters(std::string_view text) { nodes_.insert_text(text, place_to_insert()); }

// What of `text` is white space.
void TreeBuilder::insert_white_space(std::string_view text) {
  std::string kept;
  for (const char c : text)
    if (is_html_space(c)) kept += c;
  if (!kept.empty()) insert_characters(kept);
}

void TreeBuilder::insert_comment(std::string_view raw) {
  std::string text;
  append_decoded(text, raw, RawTextKind::rawtext);
  const bool is_foreign = allows_cdata();
  Place place{nodes_.document()};
  if (mode_ == Mode::after_body && !is_foreign) {
    place.parent = open_[0].node;
  } else if (is_foreign || !is_any(mode_, Mode::initial, Mode::before_html, Mode::after_after_body,
                                   Mode::after_after_frameset)) {
    place = place_to_insert();
  }
  nodes_.insert(nodes_.comment(text), place);
}

// "The appropriate place for inserting a node": into the current node, or before the table at hand.
Place TreeBuilder::place_to_insert(const OpenElement* override_target) const {
  const OpenElement& target = override_target != nullptr ? *override_target : open_.current();
  if (!foster_parenting_ || !target.is_any(Tag::table, Tag::tbody, Tag::tfoot, Tag::thead, Tag::tr))
    return {target.node};
  for (std::size_t i = open_.size(); i > 0; --i) {
    const OpenElement& element = open_[i - 1];
    if (element.is(Tag::template_)) return {element.node};
    if (!element.is(Tag::table)) continue;
    if (element.node->parent != nullptr) return {element.node->parent, element.node};
    return {open_[i - 2].node};
  }
  return {open_[0].node};
}

OpenElement& TreeBuilder::insert(const StartToken& token, Namespace space) {
  OpenElement element{nodes_.element(nodes_.name(token.written.name)), token.tag, space};
  nodes_.add_attributes(element.node, token.written);
  element.is_html_integration_point = is_html_integration_point(token, space);
  push(element);
  return open_.current();
}

// An element that no tag of the page stands for.
OpenElement& TreeBuilder::insert(Tag tag, std::string_view name) {
  push({nodes_.element(nodes_.name(name)), tag});
  return open_.current();
}

void TreeBuilder::push(OpenElement element) {
  nodes_.insert(element.node, open_.empty() ? Place{nodes_.document()} : place_to_insert());
  open_.push(element);
  nodes_.check_depth(open_.size());
}

void TreeBuilder::insert_void(const StartToken& token) {
  insert(token);
  open_.pop();
}

void TreeBuilder::insert_raw_text(const StartToken& token, ContentModel model) {
  insert(token);
  model_ = model;
  original_mode_ = mode_;
  mode_ = Mode::text;
}

void TreeBuilder::generate_implied_end_tags(Tag except) {
  while (open_.current().is_html() && open_.current().tag != except &&
         has_implied_end(open_.current().tag, false))
    open_.pop();
}

// Up to and with the innermost HTML element with this tag.
void TreeBuilder::pop_until(Tag tag) {
  while (!open_.current().is(tag)) open_.pop();
  open_.pop();
}

}  // namespace gossamer::dom
