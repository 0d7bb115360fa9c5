#include "plugins/dom/tree_builder.h"

namespace gossamer::dom {

using enum Tag;

namespace {

constexpr bool is_formatting(Tag tag) {
  return is_any(tag, a, b, big, code, em, font, i, nobr, s, small_, strike, strong, tt, u);
}

// Those that are blocks to the parser, whose end tag closes what is open in them.
constexpr bool is_block(Tag tag) {
  return is_any(tag, address, article, aside, blockquote, center, details, dialog, dir, div, dl, fieldset,
                figcaption, figure, footer, header, hgroup, main, menu, nav, ol, search, section, summary,
                ul);
}

}  // namespace

void TreeBuilder::start_in_body(const StartToken& token) {
  if (belongs_in_head(token.tag)) return start_in_head(token);
  if (is_formatting(token.tag)) return start_formatting(token);
  if (is_block(token.tag)) {
    close_p_in_button_scope();
    insert(token);
    return;
  }
  switch (token.tag) {
    case html:
      if (!open_.has_template()) nodes_.add_attributes(open_[0].node, token.written);
      return;
    case body:
      if (open_.size() < 2 || !open_[1].is(body) || open_.has_template()) return;
      frameset_ok_ = false;
      return nodes_.add_attributes(open_[1].node, token.written);
    case frameset:
      return start_frameset(token);
    case caption:
    case col:
    case colgroup:
    case frame:
    case Tag::head:
    case tbody:
    case td:
    case tfoot:
    case th:
    case thead:
    case tr:
      return;
    case p:
      close_p_in_button_scope();
      insert(token);
      return;
    case h1:
    case h2:
    case h3:
    case h4:
    case h5:
    case h6:
      close_p_in_button_scope();
      if (open_.current().is_html() && is_heading(open_.current().tag)) open_.pop();
      insert(token);
      return;
    case listing:
    case pre:
      close_p_in_button_scope();
      insert(token);
      skips_newline_ = true;
      frameset_ok_ = false;
      return;
    case dd:
    case dt:
    case li:
      return start_list_item(token);
    case table:
      if (!is_quirky_) close_p_in_button_scope();
      insert(token);
      frameset_ok_ = false;
      mode_ = Mode::in_table;
      return;
    case plaintext:
      close_p_in_button_scope();
      insert(token);
      model_ = ContentModel::plaintext;
      return;
    case xmp:
      close_p_in_button_scope();
      reconstruct_formatting();
      frameset_ok_ = false;
      return insert_raw_text(token, ContentModel::rawtext);
    case iframe:
      frameset_ok_ = false;
      return insert_raw_text(token, ContentModel::rawtext);
    case noembed:
      return insert_raw_text(token, ContentModel::rawtext);
    case applet:
    case marquee:
    case object:
      reconstruct_formatting();
      insert(token);
      active_.push_marker();
      frameset_ok_ = false;
      return;
    case area:
    case br:
    case embed:
    case img:
    case keygen:
    case wbr:
      reconstruct_formatting();
      insert_void(token);
      frameset_ok_ = false;
      return;
    case param:
    case source:
    case track:
      return insert_void(token);
    case image: {
      StartTag img_tag = token.written;
      img_tag.name = "img";
      return start_in_body({img, img_tag});
    }
    case rb:
    case rtc:
      if (open_.has_in_scope(ruby)) generate_implied_end_tags();
      insert(token);
      return;
    case rp:
    case rt:
      if (open_.has_in_scope(ruby)) generate_implied_end_tags(rtc);
      insert(token);
      return;
    case math:
    case svg:
      reconstruct_formatting();
      insert(token, token.tag == svg ? Namespace::svg : Namespace::mathml);
      if (token.written.self_closing) open_.pop();
      return;
    case button:
    case form:
    case hr:
    case input:
    case optgroup:
    case option:
    case select:
    case textarea:
      return start_form_control(token);
    default:
      reconstruct_formatting();
      insert(token);
  }
}

void TreeBuilder::start_formatting(const StartToken& token) {
  if (token.tag == a) {
    if (const auto known = active_.last(a)) {
      const xmlNode* const node = active_[*known].node;
      adoption_agency({a, node->name});
      if (const std::size_t at = active_.find(node); at < active_.size()) active_.erase(at);
      if (const std::size_t at = open_.find(node); at < open_.size()) open_.erase(at);
    }
  }
  reconstruct_formatting();
  if (token.tag == nobr && open_.has_in_scope(nobr)) {
    adoption_agency({nobr, nodes_.name(token.written.name)});
    reconstruct_formatting();
  }
  active_.push(insert(token).node, token.tag);
}

// <li>, <dd>, <dt>: ends the item before.
void TreeBuilder::start_list_item(const StartToken& token) {
  frameset_ok_ = false;
  for (std::size_t i = open_.size(); i > 0; --i) {
    const OpenElement element = open_[i - 1];
    const bool is_item = token.tag == li ? element.is(li) : element.is_any(dd, dt);
    if (is_item) {
      generate_implied_end_tags(element.tag);
      pop_until(element.tag);
      break;
    }
    if (element.is_special() && !element.is_any(address, div, p)) break;
  }
  close_p_in_button_scope();
  insert(token);
}

void TreeBuilder::start_frameset(const StartToken& token) {
  if (open_.size() < 2 || !open_[1].is(body) || !frameset_ok_) return;
  nodes_.remove(open_[1].node);
  while (open_.size() > 1) open_.pop();
  insert(token);
  mode_ = Mode::in_frameset;
}

void TreeBuilder::end_in_body(const EndToken& token) {
  if (is_formatting(token.tag)) return adoption_agency(token);
  if (is_block(token.tag) || is_any(token.tag, button, listing, pre, select)) {
    if (!open_.has_in_scope(token.tag)) return;
    generate_implied_end_tags();
    return pop_until(token.tag);
  }
  switch (token.tag) {
    case template_:
      return end_template();
    case body:
    case html:
      if (!open_.has_in_scope(body)) return;
      mode_ = Mode::after_body;
      if (token.tag == html) end(token);
      return;
    case form:
      return end_form();
    case p:
      if (!open_.has_in(OpenElements::Scope::button, p)) insert(p, "p");
      return close_p();
    case li:
      if (!open_.has_in(OpenElements::Scope::list_item, li)) return;
      generate_implied_end_tags(li);
      return pop_until(li);
    case dd:
    case dt:
      if (!open_.has_in_scope(token.tag)) return;
      generate_implied_end_tags(token.tag);
      return pop_until(token.tag);
    case h1:
    case h2:
    case h3:
    case h4:
    case h5:
    case h6:
      if (!open_.has_in_scope(h1, h2, h3, h4, h5, h6)) return;
      generate_implied_end_tags();
      while (!open_.current().is_any(h1, h2, h3, h4, h5, h6)) open_.pop();
      return open_.pop();
    case applet:
    case marquee:
    case object:
      if (!open_.has_in_scope(token.tag)) return;
      generate_implied_end_tags();
      pop_until(token.tag);
      return active_.clear_to_marker();
    case br:
      reconstruct_formatting();
      insert(br, "br");
      open_.pop();
      frameset_ok_ = false;
      return;
    default:
      any_other_end_tag(token);
  }
}

void TreeBuilder::any_other_end_tag(const EndToken& token) {
  for (std::size_t i = open_.size(); i > 0; --i) {
    const OpenElement& element = open_[i - 1];
    if (element.is_html() && element.node->name == token.name) {
      while (open_.size() >= i) open_.pop();
      return;
    }
    if (element.is_special()) return;
  }
}

void TreeBuilder::close_p() {
  generate_implied_end_tags(p);
  pop_until(p);
}

void TreeBuilder::close_p_in_button_scope() {
  if (open_.has_in(OpenElements::Scope::button, p)) close_p();
}

}  // namespace gossamer::dom
