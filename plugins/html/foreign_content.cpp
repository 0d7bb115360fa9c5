#include "plugins/html/foreign_content.h"

#include <string>
#include <string_view>

#include "plugins/html/raw_text.h"

namespace gossamer {

namespace {

// <font> is not among them, which breaks out only with certain attributes.
bool breaks_out(NameKey key, std::string_view name) {
  switch (key) {
    case 0:
      return equals_ignoring_case(name, "blockquote");
    case name_key("b"):
    case name_key("big"):
    case name_key("body"):
    case name_key("br"):
    case name_key("center"):
    case name_key("code"):
    case name_key("dd"):
    case name_key("div"):
    case name_key("dl"):
    case name_key("dt"):
    case name_key("em"):
    case name_key("embed"):
    case name_key("h1"):
    case name_key("h2"):
    case name_key("h3"):
    case name_key("h4"):
    case name_key("h5"):
    case name_key("h6"):
    case name_key("head"):
    case name_key("hr"):
    case name_key("i"):
    case name_key("img"):
    case name_key("li"):
    case name_key("listing"):
    case name_key("menu"):
    case name_key("meta"):
    case name_key("nobr"):
    case name_key("ol"):
    case name_key("p"):
    case name_key("pre"):
    case name_key("ruby"):
    case name_key("s"):
    case name_key("small"):
    case name_key("span"):
    case name_key("strong"):
    case name_key("strike"):
    case name_key("sub"):
    case name_key("sup"):
    case name_key("table"):
    case name_key("tt"):
    case name_key("u"):
    case name_key("ul"):
      return true;
    default:
      return false;
  }
}

bool breaks_out(const StartTag& tag) {
  if (tag.key == name_key("font"))
    return tag.find("color") != nullptr || tag.find("face") != nullptr || tag.find("size") != nullptr;
  return breaks_out(tag.key, tag.name);
}

// Of an <annotation-xml>.
bool has_html_encoding(const StartTag& tag) {
  const RawAttribute* encoding = tag.find("encoding");
  if (encoding == nullptr) return false;
  std::string value;
  append_decoded(value, encoding->value, RawTextKind::attribute);
  return equals_ignoring_case(value, "text/html") || equals_ignoring_case(value, "application/xhtml+xml");
}

}  // namespace

ForeignContent::Element ForeignContent::element_of(NameKey key, std::string_view name) {
  switch (key) {
    case 0:
      return equals_ignoring_case(name, "foreignobject")    ? Element::foreign_object
             : equals_ignoring_case(name, "annotation-xml") ? Element::annotation_xml
                                                            : Element::other;
    case name_key("svg"):
      return Element::svg;
    case name_key("math"):
      return Element::math;
    case name_key("desc"):
      return Element::desc;
    case name_key("title"):
      return Element::title;
    case name_key("mi"):
      return Element::mi;
    case name_key("mo"):
      return Element::mo;
    case name_key("mn"):
      return Element::mn;
    case name_key("ms"):
      return Element::ms;
    case name_key("mtext"):
      return Element::mtext;
    default:
      return Element::other;
  }
}

// In MathML an <svg> is an element of MathML, and so on.
ForeignContent::Contents ForeignContent::contents_of(Element element, const StartTag& tag) const {
  const Contents outer = contents();
  const bool is_mathml = outer == Contents::math || outer == Contents::annotation;
  switch (element) {
    case Element::other:
      return outer;
    case Element::svg:
      return outer == Contents::math ? outer : Contents::svg;
    case Element::math:
      return outer == Contents::svg ? outer : Contents::math;
    case Element::foreign_object:
    case Element::desc:
    case Element::title:
      return outer == Contents::svg ? Contents::html : outer;
    case Element::annotation_xml:
      if (!is_mathml) return outer;
      return has_html_encoding(tag) ? Contents::html : Contents::annotation;
    default:
      return is_mathml ? Contents::html : outer;
  }
}

bool ForeignContent::start_tag(const StartTag& tag) {
  if (is_foreign() && breaks_out(tag)) {
    break_out();
    return false;
  }
  const Element element = element_of(tag.key, tag.name);
  if (element != Element::other && !tag.self_closing && depth_ != kMaxDepth) {
    levels_[depth_] = {element, contents_of(element, tag)};
    ++depth_;
  }
  return true;
}

// Closes the innermost element of that name, but no integration point or what is around it, unless it is the
// innermost of all.
void ForeignContent::end_tag(const EndTag& tag) {
  const Element element = element_of(tag.key, tag.name);
  for (std::size_t depth = depth_; element != Element::other && depth != 0; --depth) {
    if (levels_[depth - 1].element == element) {
      depth_ = depth - 1;
      return;
    }
    if (levels_[depth - 1].contents == Contents::html) return;
  }
  const bool ends_html = tag.key == name_key("p") || tag.key == name_key("br") || tag.key == name_key("div");
  if (ends_html) break_out();
}

void ForeignContent::break_out() {
  while (is_foreign()) --depth_;
}

}  // namespace gossamer
