#include "plugins/html/foreign_content.h"

namespace gossamer {
namespace {

// The elements that may change what the contents are.
constexpr bool is_followed(Tag tag) {
  using enum Tag;
  return is_any(tag, svg, math, foreign_object, desc, title, annotation_xml, mi, mo, mn, ms, mtext);
}

}  // namespace

// Of an element that is followed: in MathML an <svg> is an element of MathML, and so on.
ForeignContent::Contents ForeignContent::contents_of(Tag element, const StartTag& tag) const {
  const Contents outer = contents();
  const bool is_mathml = outer == Contents::math || outer == Contents::annotation;
  switch (element) {
    case Tag::svg:
      return outer == Contents::math ? outer : Contents::svg;
    case Tag::math:
      return outer == Contents::svg ? outer : Contents::math;
    case Tag::foreign_object:
    case Tag::desc:
    case Tag::title:
      return outer == Contents::svg ? Contents::html : outer;
    case Tag::annotation_xml:
      if (!is_mathml) return outer;
      return has_html_encoding(tag) ? Contents::html : Contents::annotation;
    default:
      return is_mathml ? Contents::html : outer;
  }
}

bool ForeignContent::start_tag(const StartTag& tag) {
  const Tag element = tag_of(tag.key, tag.name);
  if (is_foreign() && breaks_out_of_foreign(element, tag)) {
    break_out();
    return false;
  }
  if (is_followed(element) && !tag.self_closing && depth_ != kMaxDepth) {
    levels_[depth_] = {element, contents_of(element, tag)};
    ++depth_;
  }
  return true;
}

// Closes the innermost element of that name, but no integration point or what is around it, unless it is the
// innermost of all.
void ForeignContent::end_tag(const EndTag& tag) {
  const Tag element = tag_of(tag.key, tag.name);
  for (std::size_t depth = depth_; is_followed(element) && depth != 0; --depth) {
    if (levels_[depth - 1].element == element) {
      depth_ = depth - 1;
      return;
    }
    if (levels_[depth - 1].contents == Contents::html) return;
  }
  if (is_any(element, Tag::p, Tag::br, Tag::div)) break_out();
}

void ForeignContent::break_out() {
  while (is_foreign()) --depth_;
}

}  // namespace gossamer
