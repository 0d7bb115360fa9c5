#include "plugins/css_selector.h"

#include <fmt/format.h>
#include <utility>

#include "plugins/css_parser.h"

namespace gossamer {

constexpr std::size_t kMaxLength = 16 * 1024;  // bytes

Result<CssSelector> CssSelector::parse(std::string_view text) {
  if (text.size() > kMaxLength) {
    return fail(ErrorClass::invalid_input,
                fmt::format("css: selector of {} bytes, the limit is {}", text.size(), kMaxLength));
  }
  auto list = css::SelectorParser(text).query();
  if (!list) return std::unexpected(std::move(list).error());
  return CssSelector(*std::move(list));
}

}  // namespace gossamer
