#include "plugins/html/foreign_content.h"

#include <string_view>

namespace gossamer {

namespace {

bool is_integration_point(NameKey key, std::string_view name) {
  switch (key) {
    case 0:
      return equals_ignoring_case(name, "foreignobject") || equals_ignoring_case(name, "annotation-xml");
    case name_key("desc"):
    case name_key("title"):
    case name_key("mi"):
    case name_key("mo"):
    case name_key("mn"):
    case name_key("ms"):
    case name_key("mtext"):
      return true;
    default:
      return false;
  }
}

// <font> breaks out only with one of three attributes, and is left out: nothing hangs on it here.
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

constexpr int kMaxDepth = 64;

}  // namespace

bool ForeignContent::start_tag(const StartTag& tag) {
  if (tag.key == name_key("svg") || tag.key == name_key("math")) {
    if (!tag.self_closing) push(true);
    return true;
  }
  if (is_integration_point(tag.key, tag.name)) {
    if (!tag.self_closing) push(false);
  } else if (breaks_out(tag.key, tag.name)) {
    break_out();
    return false;
  }
  return true;
}

void ForeignContent::end_tag(const EndTag& tag) {
  if (tag.key == name_key("svg") || tag.key == name_key("math")) {
    if (is_foreign()) pop();
  } else if (is_foreign()) {
    if (breaks_out(tag.key, tag.name)) break_out();
  } else if (is_integration_point(tag.key, tag.name)) {
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
