#include "plugins/dom/tree_builder.h"

namespace gossamer::dom {

using enum Tag;

// What ends a mode before the body begins: the step under "anything else".
void TreeBuilder::anything_else(Mode mode) {
  switch (mode) {
    case Mode::initial:
      is_quirky_ = true;
      mode_ = Mode::before_html;
      return;
    case Mode::before_html:
      insert(html, "html");
      mode_ = Mode::before_head;
      return;
    case Mode::before_head:
      head_ = insert(Tag::head, "head").node;
      mode_ = Mode::in_head;
      return;
    case Mode::in_head:
      open_.pop();
      mode_ = Mode::after_head;
      return;
    case Mode::in_head_noscript:
      open_.pop();
      mode_ = Mode::in_head;
      return;
    default:
      insert(body, "body");
      mode_ = Mode::in_body;
  }
}

void TreeBuilder::start_before_body(Mode mode, const StartToken& token) {
  if (mode == Mode::before_html && token.tag == html) {
    insert(token);
    mode_ = Mode::before_head;
  } else if (mode == Mode::before_head && token.tag == html) {
    start_in_body(token);
  } else if (mode == Mode::before_head && token.tag == Tag::head) {
    head_ = insert(token).node;
    mode_ = Mode::in_head;
  } else {
    anything_else(mode);
    start(token);
  }
}

void TreeBuilder::start_in_head(const StartToken& token) {
  switch (token.tag) {
    case html:
      return start_in_body(token);
    case base:
    case basefont:
    case bgsound:
    case link:
    case meta:
      return insert_void(token);
    case title:
      return insert_raw_text(token, ContentModel::rcdata);
    case noframes:
    case style:
      return insert_raw_text(token, ContentModel::rawtext);
    case script:
      return insert_raw_text(token, ContentModel::script_data);
    case noscript:
      insert(token);
      mode_ = Mode::in_head_noscript;
      return;
    case template_:
      insert(token);
      active_.push_marker();
      frameset_ok_ = false;
      mode_ = Mode::in_template;
      template_modes_.push_back(Mode::in_template);
      return;
    case Tag::head:
      return;
    default:
      anything_else(Mode::in_head);
      start(token);
  }
}

void TreeBuilder::start_in_head_noscript(const StartToken& token) {
  switch (token.tag) {
    case html:
      return start_in_body(token);
    case basefont:
    case bgsound:
    case link:
    case meta:
    case noframes:
    case style:
      return start_in_head(token);
    case Tag::head:
    case noscript:
      return;
    default:
      anything_else(Mode::in_head_noscript);
      start(token);
  }
}

void TreeBuilder::start_after_head(const StartToken& token) {
  if (belongs_in_head(token.tag)) {
    open_.push({head_, Tag::head});
    start_in_head(token);
    return open_.erase(open_.find(head_));
  }
  switch (token.tag) {
    case html:
      return start_in_body(token);
    case body:
      insert(token);
      frameset_ok_ = false;
      mode_ = Mode::in_body;
      return;
    case frameset:
      insert(token);
      mode_ = Mode::in_frameset;
      return;
    case Tag::head:
      return;
    default:
      anything_else(Mode::after_head);
      start(token);
  }
}

void TreeBuilder::end_before_body(Mode mode, const EndToken& token) {
  if (token.tag == template_ && mode != Mode::in_head_noscript && mode >= Mode::in_head)
    return end_template();
  if (mode == Mode::in_head && token.tag == Tag::head) return anything_else(mode);
  if (mode == Mode::in_head_noscript && token.tag == noscript) return anything_else(mode);
  const bool ends_the_mode = token.tag == br ||
                             (mode != Mode::in_head_noscript && is_any(token.tag, body, html)) ||
                             (mode < Mode::in_head && token.tag == Tag::head);
  if (!ends_the_mode && mode != Mode::initial) return;
  anything_else(mode);
  end(token);
}

void TreeBuilder::end_template() {
  if (!open_.has_template()) return;
  while (open_.current().is_html() && has_implied_end(open_.current().tag, true)) open_.pop();
  pop_until(template_);
  active_.clear_to_marker();
  template_modes_.pop_back();
  reset_insertion_mode();
}

void TreeBuilder::start_in_template(const StartToken& token) {
  if (belongs_in_head(token.tag)) return start_in_head(token);
  Mode mode = Mode::in_body;
  switch (token.tag) {
    case caption:
    case colgroup:
    case tbody:
    case tfoot:
    case thead:
      mode = Mode::in_table;
      break;
    case col:
      mode = Mode::in_column_group;
      break;
    case tr:
      mode = Mode::in_table_body;
      break;
    case td:
    case th:
      mode = Mode::in_row;
      break;
    default:
      break;
  }
  template_modes_.back() = mode_ = mode;
  start(token);
}

void TreeBuilder::start_in_frameset(Mode mode, const StartToken& token) {
  if (token.tag == html) return start_in_body(token);
  if (token.tag == noframes) return start_in_head(token);
  if (mode != Mode::in_frameset) return;
  if (token.tag == frameset) insert(token);
  if (token.tag == frame) insert_void(token);
}

void TreeBuilder::end_after_body(Mode mode, const EndToken& token) {
  if (mode == Mode::after_body && token.tag == html) {
    mode_ = Mode::after_after_body;
  } else if (is_any(mode, Mode::after_body, Mode::after_after_body)) {
    mode_ = Mode::in_body;
    end(token);
  } else if (mode == Mode::in_frameset && token.tag == frameset && open_.size() > 1) {
    open_.pop();
    if (!open_.current().is(frameset)) mode_ = Mode::after_frameset;
  } else if (mode == Mode::after_frameset && token.tag == html) {
    mode_ = Mode::after_after_frameset;
  }
}

}  // namespace gossamer::dom
