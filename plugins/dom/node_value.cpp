#include "plugins/dom/node_value.h"

#include <utility>

#include "plugins/html/ascii.h"
#include "plugins/html/html_tag.h"
#include "plugins/html/text_breaks.h"

namespace gossamer::dom {
namespace {

Tag tag_of(const xmlNode* element) {
  const std::string_view name = view(element->name);
  return gossamer::tag_of(fold_name(name), name);
}

// Collects words; the strongest separator asked for since the last word goes before the next one.
class RenderedText {
 public:
  void add(std::string_view text) {
    for (const char c : text) {
      if (is_html_space(c)) {
        separate(' ');
      } else {
        if (separator_ != '\0' && !out_.empty()) out_ += separator_;
        separator_ = '\0';
        out_ += c;
      }
    }
  }

  // Of <pre>: line breaks and spaces stay, but for empty lines at its ends.
  void add_preformatted(std::string_view text) {
    for (const char c : text) {
      if (is_html_space(c)) {
        spaces_ += c;
        continue;
      }
      if (separator_ != '\0') {  // at the start: what stands before the first line that has something
        spaces_.erase(0, spaces_.rfind('\n') + 1);
        if (!out_.empty()) out_ += separator_;
        separator_ = '\0';
      }
      out_.append(std::exchange(spaces_, {})) += c;
    }
  }

  void separate(char separator) {
    spaces_.clear();
    if (separator_ != '\n') separator_ = separator;
  }

  std::string take() { return std::move(out_); }

 private:
  std::string out_;
  std::string spaces_;  // preformatted, not yet written
  char separator_ = '\0';
};

bool is_in_pre(const xmlNode* node) {
  for (; node != nullptr; node = parent_element(node))
    if (is_element(node) && view(node->name) == "pre") return true;
  return false;
}

// The depth of a tree is bounded when it is made, so recursion is safe.
void collect_text(const xmlNode* node, RenderedText& out, bool preformatted) {
  if (is_text(node))
    return preformatted ? out.add_preformatted(view(node->content)) : out.add(view(node->content));
  if (!is_element(node)) return;
  const std::string_view name = view(node->name);
  if (is_any(tag_of(node), Tag::script, Tag::style, Tag::template_)) return;
  const char around = break_around(fold_name(name), name);
  if (around != '\0') out.separate(around);
  preformatted = preformatted || name == "pre";
  for (const xmlNode* child = node->children; child != nullptr; child = child->next)
    collect_text(child, out, preformatted);
  if (around != '\0') out.separate(around);
}

void escape(std::string_view text, bool in_attribute, std::string& out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '&') {
      out += "&amp;";
    } else if (c == '\xC2' && text.substr(i).starts_with("\xC2\xA0")) {
      out += "&nbsp;";
      ++i;
    } else if (c == '"' && in_attribute) {
      out += "&quot;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else {
      out += c;
    }
  }
}

void serialize(const xmlNode* node, std::string& out);

void serialize_children(const xmlNode* node, std::string& out) {
  for (const xmlNode* child = node->children; child != nullptr; child = child->next) serialize(child, out);
}

void serialize_element(const xmlNode* node, std::string& out) {
  const std::string_view name = view(node->name);
  out.append("<").append(name);
  for (const xmlAttr* attribute = node->properties; attribute != nullptr; attribute = attribute->next) {
    out.append(" ").append(view(attribute->name)).append("=\"");
    escape(attribute_value(attribute), true, out);
    out += '"';
  }
  out += '>';
  if (node->children == nullptr && is_void(tag_of(node))) return;  // in SVG they have contents
  serialize_children(node, out);
  out.append("</").append(name).append(">");
}

void serialize(const xmlNode* node, std::string& out) {
  switch (node->type) {
    case XML_ELEMENT_NODE:
      return serialize_element(node, out);
    case XML_TEXT_NODE:
      if (is_element(node->parent) && is_raw_text(tag_of(node->parent))) {
        out += view(node->content);
      } else {
        escape(view(node->content), false, out);
      }
      return;
    case XML_COMMENT_NODE:
      out.append("<!--").append(view(node->content)).append("-->");
      return;
    case XML_HTML_DOCUMENT_NODE:
    case XML_DOCUMENT_NODE:
      return serialize_children(node, out);
    default:
      return;  // doctype and processing instructions: no content
  }
}

}  // namespace

std::string rendered_text(const xmlNode* node) {
  RenderedText out;
  if (node->type == XML_ATTRIBUTE_NODE) {
    out.add(attribute_value(reinterpret_cast<const xmlAttr*>(node)));
  } else if (node->type == XML_COMMENT_NODE) {
    out.add(view(node->content));
  } else {
    collect_text(node, out, is_in_pre(node));
  }
  return out.take();
}

std::string outer_html(const xmlNode* node) {
  std::string out;
  serialize(node, out);
  return out;
}

}  // namespace gossamer::dom
