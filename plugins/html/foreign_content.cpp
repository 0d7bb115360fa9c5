#include "plugins/html/foreign_content.h"

#include <array>
#include <string_view>

namespace gossamer {

namespace {

constexpr std::array<std::string_view, 9> kIntegrationPoints = {
    "foreignobject", "desc", "title", "mi", "mo", "mn", "ms", "mtext", "annotation-xml"};

// <font> breaks out only with one of three attributes, and is left out: nothing hangs on it here.
constexpr std::array<std::string_view, 43> kBreakOut = {
    "b",     "big",   "blockquote", "body",   "br",   "center", "code",  "dd", "div",  "dl",   "dt",
    "em",    "embed", "h1",         "h2",     "h3",   "h4",     "h5",    "h6", "head", "hr",   "i",
    "img",   "li",    "listing",    "menu",   "meta", "nobr",   "ol",    "p",  "pre",  "ruby", "s",
    "small", "span",  "strong",     "strike", "sub",  "sup",    "table", "tt", "u",    "ul"};

constexpr int kMaxDepth = 64;

}  // namespace

bool ForeignContent::start_tag(const StartTag& tag) {
  if (tag.key == name_key("svg") || tag.key == name_key("math")) {
    if (!tag.self_closing) push(true);
    return true;
  }
  if (is_one_of_ignoring_case(tag.name, kIntegrationPoints)) {
    if (!tag.self_closing) push(false);
  } else if (is_one_of_ignoring_case(tag.name, kBreakOut)) {
    break_out();
    return false;
  }
  return true;
}

void ForeignContent::end_tag(const EndTag& tag) {
  if (tag.key == name_key("svg") || tag.key == name_key("math")) {
    if (is_foreign()) pop();
  } else if (is_foreign()) {
    if (is_one_of_ignoring_case(tag.name, kBreakOut)) break_out();
  } else if (is_one_of_ignoring_case(tag.name, kIntegrationPoints)) {
    pop();
  }
}

void ForeignContent::push(bool foreign) {
  if (depth_ == kMaxDepth) return;
  levels_ = levels_ << 1 | (foreign ? 1 : 0);
  ++depth_;
}

void ForeignContent::pop() {
  levels_ >>= 1;
  --depth_;
}

void ForeignContent::break_out() {
  while (is_foreign()) pop();
}

}  // namespace gossamer
