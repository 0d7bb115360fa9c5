#include "plugins/dom/tree_builder.h"
#include "plugins/html/ascii.h"

namespace gossamer::dom {

using enum Tag;

namespace {

constexpr bool is_table_section(Tag tag) { return is_any(tag, tbody, tfoot, thead); }

// The parts of a table that no cell, row or caption holds.
constexpr bool is_table_part(Tag tag) {
  return is_table_section(tag) || is_any(tag, caption, col, colgroup, td, th, tr);
}

}  // namespace

void TreeBuilder::start_in_table(const StartToken& token) {
  const auto clear_stack_back_to_table = [this] {
    while (!open_.current().is_any(table, template_, html)) open_.pop();
  };
  switch (token.tag) {
    case caption:
      clear_stack_back_to_table();
      active_.push_marker();
      insert(token);
      mode_ = Mode::in_caption;
      return;
    case colgroup:
      clear_stack_back_to_table();
      insert(token);
      mode_ = Mode::in_column_group;
      return;
    case col:
      clear_stack_back_to_table();
      insert(colgroup, "colgroup");
      mode_ = Mode::in_column_group;
      return start(token);
    case tbody:
    case tfoot:
    case thead:
      clear_stack_back_to_table();
      insert(token);
      mode_ = Mode::in_table_body;
      return;
    case td:
    case th:
    case tr:
      clear_stack_back_to_table();
      insert(tbody, "tbody");
      mode_ = Mode::in_table_body;
      return start(token);
    case table:
      if (close_table()) start(token);
      return;
    case style:
    case script:
    case template_:
      return start_in_head(token);
    case form:
      if (form_ != nullptr || open_.has_template()) return;
      form_ = insert(token).node;
      return open_.pop();
    case input:
      if (is_hidden_input(token.written)) return insert_void(token);
      break;
    default:
      break;
  }
  foster_parenting_ = true;
  start_in_body(token);
  foster_parenting_ = false;
}

void TreeBuilder::end_in_table(const EndToken& token) {
  if (token.tag == table) {
    close_table();
  } else if (token.tag == template_) {
    end_template();
  } else if (!is_table_part(token.tag) && !is_any(token.tag, body, html)) {
    foster_parenting_ = true;
    end_in_body(token);
    foster_parenting_ = false;
  }
}

// White space stays in the table; other text goes before it.
void TreeBuilder::characters_in_table(std::string_view text) {
  if (leading_html_space(text) == text.size() &&
      open_.current().is_any(table, tbody, template_, tfoot, thead, tr))
    return insert_characters(text);
  foster_parenting_ = true;
  characters(Mode::in_body, text);
  foster_parenting_ = false;
}

// The functions close_...() are false where there is nothing to close: the token is ignored then.
bool TreeBuilder::close_table() {
  if (!open_.has_in_table_scope(table)) return false;
  pop_until(table);
  reset_insertion_mode();
  return true;
}

bool TreeBuilder::close_caption() {
  if (!open_.has_in_table_scope(caption)) return false;
  generate_implied_end_tags();
  pop_until(caption);
  active_.clear_to_marker();
  mode_ = Mode::in_table;
  return true;
}

void TreeBuilder::start_in_caption(const StartToken& token) {
  if (!is_table_part(token.tag)) return start_in_body(token);
  if (close_caption()) start(token);
}

void TreeBuilder::end_in_caption(const EndToken& token) {
  if (token.tag == caption) {
    close_caption();
  } else if (token.tag == table) {
    if (close_caption()) end(token);
  } else if (!is_table_part(token.tag) && !is_any(token.tag, body, html)) {
    end_in_body(token);
  }
}

bool TreeBuilder::close_column_group() {
  if (!open_.current().is(colgroup)) return false;
  open_.pop();
  mode_ = Mode::in_table;
  return true;
}

void TreeBuilder::start_in_column_group(const StartToken& token) {
  if (token.tag == html) {
    start_in_body(token);
  } else if (token.tag == col) {
    insert_void(token);
  } else if (token.tag == template_) {
    start_in_head(token);
  } else if (close_column_group()) {
    start(token);
  }
}

void TreeBuilder::end_in_column_group(const EndToken& token) {
  if (token.tag == template_) return end_template();
  if (token.tag != col && close_column_group() && token.tag != colgroup) end(token);
}

bool TreeBuilder::close_table_body() {
  if (!open_.has_in_table_scope(tbody, tfoot, thead)) return false;
  while (!open_.current().is_any(tbody, tfoot, thead, template_, html)) open_.pop();
  open_.pop();
  mode_ = Mode::in_table;
  return true;
}

void TreeBuilder::start_in_table_body(const StartToken& token) {
  if (is_any(token.tag, tr, td, th)) {
    while (!open_.current().is_any(tbody, tfoot, thead, template_, html)) open_.pop();
    mode_ = Mode::in_row;
    if (token.tag == tr) {
      insert(token);
    } else {
      insert(tr, "tr");
      start(token);
    }
  } else if (!is_table_part(token.tag)) {
    start_in_table(token);
  } else if (close_table_body()) {
    start(token);
  }
}

void TreeBuilder::end_in_table_body(const EndToken& token) {
  if (is_table_section(token.tag)) {
    if (open_.has_in_table_scope(token.tag)) close_table_body();
  } else if (token.tag == table) {
    if (close_table_body()) end(token);
  } else {
    end_in_table(token);
  }
}

bool TreeBuilder::close_row() {
  if (!open_.has_in_table_scope(tr)) return false;
  while (!open_.current().is_any(tr, template_, html)) open_.pop();
  open_.pop();
  mode_ = Mode::in_table_body;
  return true;
}

void TreeBuilder::start_in_row(const StartToken& token) {
  if (is_any(token.tag, td, th)) {
    while (!open_.current().is_any(tr, template_, html)) open_.pop();
    insert(token);
    mode_ = Mode::in_cell;
    active_.push_marker();
  } else if (!is_table_part(token.tag)) {
    start_in_table(token);
  } else if (close_row()) {
    start(token);
  }
}

void TreeBuilder::end_in_row(const EndToken& token) {
  if (token.tag == tr) {
    close_row();
  } else if (token.tag == table || (is_table_section(token.tag) && open_.has_in_table_scope(token.tag))) {
    if (close_row()) end(token);
  } else {
    end_in_table(token);
  }
}

bool TreeBuilder::close_cell() {
  if (!open_.has_in_table_scope(td, th)) return false;
  generate_implied_end_tags();
  while (!open_.current().is_any(td, th)) open_.pop();
  open_.pop();
  active_.clear_to_marker();
  mode_ = Mode::in_row;
  return true;
}

void TreeBuilder::start_in_cell(const StartToken& token) {
  if (!is_table_part(token.tag)) return start_in_body(token);
  if (close_cell()) start(token);
}

void TreeBuilder::end_in_cell(const EndToken& token) {
  if (is_any(token.tag, td, th)) {
    if (open_.has_in_table_scope(token.tag)) close_cell();
  } else if (token.tag == table || is_table_section(token.tag) || token.tag == tr) {
    if (open_.has_in_table_scope(token.tag) && close_cell()) end(token);
  } else if (!is_any(token.tag, body, caption, col, colgroup, html)) {
    end_in_body(token);
  }
}

// "Reset the insertion mode appropriately": to that of what is open now.
void TreeBuilder::reset_insertion_mode() {
  for (std::size_t i = open_.size(); i > 0; --i) {
    const OpenElement& element = open_[i - 1];
    if (!element.is_html()) continue;
    switch (element.tag) {
      case td:
      case th:
        mode_ = Mode::in_cell;
        return;
      case tr:
        mode_ = Mode::in_row;
        return;
      case tbody:
      case tfoot:
      case thead:
        mode_ = Mode::in_table_body;
        return;
      case caption:
        mode_ = Mode::in_caption;
        return;
      case colgroup:
        mode_ = Mode::in_column_group;
        return;
      case table:
        mode_ = Mode::in_table;
        return;
      case template_:
        mode_ = template_modes_.back();
        return;
      case Tag::head:
        mode_ = Mode::in_head;
        return;
      case body:
        mode_ = Mode::in_body;
        return;
      case frameset:
        mode_ = Mode::in_frameset;
        return;
      case html:
        mode_ = head_ == nullptr ? Mode::before_head : Mode::after_head;
        return;
      default:
        break;
    }
  }
}

}  // namespace gossamer::dom
