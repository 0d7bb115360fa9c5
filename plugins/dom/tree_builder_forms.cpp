#include <utility>

#include "plugins/dom/tree_builder.h"

namespace gossamer::dom {

using enum Tag;

void TreeBuilder::start_form_control(const StartToken& token) {
  switch (token.tag) {
    case button:
      if (open_.has_in_scope(button)) {
        generate_implied_end_tags();
        pop_until(button);
      }
      reconstruct_formatting();
      insert(token);
      frameset_ok_ = false;
      return;
    case form:
      if (form_ != nullptr && !open_.has_template()) return;
      close_p_in_button_scope();
      insert(token);
      if (!open_.has_template()) form_ = open_.current().node;
      return;
    case input:
      close_select();
      reconstruct_formatting();
      insert_void(token);
      if (!is_hidden_input(token.written)) frameset_ok_ = false;
      return;
    case select:
      if (close_select()) return;
      reconstruct_formatting();
      insert(token);
      frameset_ok_ = false;
      return;
    case hr:
      close_p_in_button_scope();
      if (open_.has_in_scope(select)) generate_implied_end_tags();
      insert_void(token);
      frameset_ok_ = false;
      return;
    case textarea:
      insert_raw_text(token, ContentModel::rcdata);
      skips_newline_ = true;
      frameset_ok_ = false;
      return;
    default:  // option, optgroup
      if (open_.has_in_scope(select)) {
        generate_implied_end_tags(token.tag == option ? optgroup : other);
      } else if (open_.current().is(option)) {
        open_.pop();
      }
      reconstruct_formatting();
      insert(token);
  }
}

void TreeBuilder::end_form() {
  if (open_.has_template()) {
    if (!open_.has_in_scope(form)) return;
    generate_implied_end_tags();
    return pop_until(form);
  }
  const xmlNode* const node = std::exchange(form_, nullptr);
  if (node == nullptr || !open_.has_node_in_scope(node)) return;
  generate_implied_end_tags();
  open_.erase(open_.find(node));
}

// Whether one was open.
bool TreeBuilder::close_select() {
  if (!open_.has_in_scope(select)) return false;
  pop_until(select);
  return true;
}

}  // namespace gossamer::dom
