#include "plugins/html/text_breaks.h"

#include <array>

namespace gossamer {

char break_around(NameKey key, std::string_view name) {
  constexpr std::array<std::string_view, 3> kLongNames = {"blockquote", "figcaption", "plaintext"};
  switch (key) {
    case 0:
      return is_one_of_ignoring_case(name, kLongNames) ? '\n' : '\0';
    case name_key("td"):
    case name_key("th"):
      return ' ';
    case name_key("address"):
    case name_key("article"):
    case name_key("aside"):
    case name_key("body"):
    case name_key("br"):
    case name_key("caption"):
    case name_key("center"):
    case name_key("dd"):
    case name_key("details"):
    case name_key("dialog"):
    case name_key("dir"):
    case name_key("div"):
    case name_key("dl"):
    case name_key("dt"):
    case name_key("fieldset"):
    case name_key("figure"):
    case name_key("footer"):
    case name_key("form"):
    case name_key("h1"):
    case name_key("h2"):
    case name_key("h3"):
    case name_key("h4"):
    case name_key("h5"):
    case name_key("h6"):
    case name_key("header"):
    case name_key("hgroup"):
    case name_key("hr"):
    case name_key("html"):
    case name_key("legend"):
    case name_key("li"):
    case name_key("listing"):
    case name_key("main"):
    case name_key("menu"):
    case name_key("nav"):
    case name_key("ol"):
    case name_key("optgroup"):
    case name_key("option"):
    case name_key("p"):
    case name_key("pre"):
    case name_key("search"):
    case name_key("section"):
    case name_key("summary"):
    case name_key("table"):
    case name_key("tbody"):
    case name_key("tfoot"):
    case name_key("thead"):
    case name_key("title"):
    case name_key("tr"):
    case name_key("ul"):
    case name_key("xmp"):
      return '\n';
    default:
      return '\0';
  }
}

}  // namespace gossamer
