#include <cstddef>
#include <cstdint>
#include <libxml/xmlerror.h>
#include <string>
#include <string_view>

#include "plugins/document.h"
#include "tests/fuzz/require.h"

namespace {

using namespace gossamer;

// libxml2 would speak on the stderr of who uses the library.
void hear(void*, const char*, ...) { require(false); }

void visit(const Selection& selection) {
  for (const Node& node : selection) {
    static_cast<void>(node.name());
    static_cast<void>(node.text());
  }
}

}  // namespace

// A page is any bytes, and an XPath expression or a selector (the first line) anything a program may hold.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  xmlSetGenericErrorFunc(nullptr, hear);
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t line = input.find('\n');
  const std::string_view expression =
      line == std::string_view::npos ? std::string_view{} : input.substr(0, line);
  const std::string_view html = line == std::string_view::npos ? input : input.substr(line + 1);

  const auto page = Document::parse(html);
  if (!page) return 0;
  const Selection all = page->css("*");
  visit(all);
  visit(page->css("html ::text, ::attr(href), li:nth-last-of-type(2n), div:has(a) > p:not(.x) ~ b"));
  // Two engines, one tree.
  require(page->xpath("//*").size() == all.size());
  require(page->xpath("//*[1]").size() == page->css(":first-child").size());
  for (const Node& node : page->css(":root")) static_cast<void>(node.get());

  if (const auto found = page->try_xpath(expression)) visit(*found);
  const auto found = page->try_css(expression);
  if (!found) return 0;
  visit(*found);
  if (expression.ends_with('\\')) return 0;  // would take the bracket
  const auto nested = page->try_css(":not(:not(" + std::string(expression) + "))");
  if (nested) require(found->all() == nested->all());
  return 0;
}
