#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <libxml/tree.h>
#include <vector>

#include "plugins/html/html_tag.h"

namespace gossamer::dom {

enum class Namespace : std::uint8_t { html, svg, mathml };

struct OpenElement {
  xmlNode* node;
  Tag tag;
  Namespace space = Namespace::html;
  bool is_html_integration_point = false;

  bool is_html() const { return space == Namespace::html; }
  bool is(Tag wanted) const { return tag == wanted && is_html(); }
  template <class... Tags>
  bool is_any(Tags... tags) const {
    return is_html() && gossamer::is_any(tag, tags...);
  }
  bool is_mathml_text_integration_point() const {
    return space == Namespace::mathml &&
           gossamer::is_any(tag, Tag::mi, Tag::mo, Tag::mn, Tag::ms, Tag::mtext);
  }
  // The category "special".
  bool is_special() const {
    if (is_html()) return gossamer::is_special(tag);
    return is_mathml_text_integration_point() || is_svg_integration_point() ||
           (space == Namespace::mathml && tag == Tag::annotation_xml);
  }
  bool is_svg_integration_point() const {
    return space == Namespace::svg && gossamer::is_any(tag, Tag::foreign_object, Tag::desc, Tag::title);
  }
};

// The stack of open elements (WHATWG HTML 13.2.4.2); its end is the current node.
class OpenElements {
 public:
  enum class Scope : std::uint8_t { element, list_item, button, table };

  bool empty() const { return stack_.empty(); }
  std::size_t size() const { return stack_.size(); }
  OpenElement& operator[](std::size_t i) { return stack_[i]; }
  const OpenElement& operator[](std::size_t i) const { return stack_[i]; }
  OpenElement& current() { return stack_.back(); }
  const OpenElement& current() const { return stack_.back(); }

  void push(OpenElement element) {
    if (element.tag == Tag::template_ && element.is_html()) ++templates_;
    stack_.push_back(element);
  }
  void pop() {
    if (current().is(Tag::template_)) --templates_;
    stack_.pop_back();
  }
  void insert(std::size_t at, OpenElement element) {
    stack_.insert(stack_.begin() + static_cast<std::ptrdiff_t>(at), element);
  }
  void erase(std::size_t at) { stack_.erase(stack_.begin() + static_cast<std::ptrdiff_t>(at)); }

  bool has_template() const { return templates_ != 0; }

  // The index of the node, or size().
  std::size_t find(const xmlNode* node) const {
    std::size_t i = stack_.size();
    while (i > 0 && stack_[i - 1].node != node) --i;
    return i > 0 ? i - 1 : stack_.size();
  }

  // Whether an HTML element with one of the tags is in the scope.
  template <class... Tags>
  bool has_in(Scope scope, Tags... tags) const {
    for (std::size_t i = stack_.size(); i > 0; --i) {
      const OpenElement& element = stack_[i - 1];
      if (element.is_any(tags...)) return true;
      if (ends(scope, element)) return false;
    }
    return false;
  }
  template <class... Tags>
  bool has_in_scope(Tags... tags) const {
    return has_in(Scope::element, tags...);
  }
  template <class... Tags>
  bool has_in_table_scope(Tags... tags) const {
    return has_in(Scope::table, tags...);
  }
  bool has_node_in_scope(const xmlNode* node) const {
    for (std::size_t i = stack_.size(); i > 0; --i) {
      if (stack_[i - 1].node == node) return true;
      if (ends(Scope::element, stack_[i - 1])) return false;
    }
    return false;
  }

 private:
  static bool ends(Scope scope, const OpenElement& element) {
    using enum Tag;
    if (scope == Scope::table) return element.is_any(html, table, template_);
    if (!element.is_html()) return element.is_special();
    if (is_any(element.tag, applet, caption, html, table, td, th, marquee, object, select, template_))
      return true;
    if (scope == Scope::list_item) return is_any(element.tag, ol, ul);
    return scope == Scope::button && element.tag == button;
  }

  std::vector<OpenElement> stack_;
  std::size_t templates_ = 0;
};

}  // namespace gossamer::dom
