#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "plugins/css_selector.h"
#include "plugins/document.h"

// A selector is anything a program or a command line may hold: it compiles or is refused in one line, and a
// compiled one runs over a page without fault.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gossamer;
  static const Document page = *Document::parse(
      "<html lang=en><body class='a b' id=x><div><p>1<b>2</b></p><p lang=fr>3</p></div><ul><li>4<li "
      "class=a>5</ul>"
      "<form><input type=checkbox checked><select disabled><option selected>o</select></form><a "
      "href=u>t</a>");
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto selector = CssSelector::parse(text);
  if (!selector) {
    if (selector.error().message.find('\n') != std::string::npos) std::abort();
    return 0;
  }
  const auto found = page.try_css(text);
  if (!found) std::abort();  // no selector is beyond the limit on so small a page
  for (const Node& node : *found) {
    static_cast<void>(node.get());
    static_cast<void>(node.text());
  }
  return 0;
}
