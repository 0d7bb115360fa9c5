#include "plugins/query_error.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

#include "net/base/utf8.h"

namespace gossamer {
namespace {

constexpr std::string_view kAtColumn = " at column ";

std::string without_controls(std::string_view text) {
  std::string line(text);
  std::ranges::replace_if(line, [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
  return line;
}

}  // namespace

std::string one_line(std::string_view text) {
  const std::string_view shown = utf8_prefix(text, 200);
  return without_controls(shown) + (shown.size() < text.size() ? "..." : "");
}

std::unexpected<Error> query_error(std::string_view language, std::string_view what, std::string_view query,
                                   std::optional<std::size_t> offset) {
  const std::string where = offset ? fmt::format("{}{} of", kAtColumn, *offset + 1) : " in";
  return fail(ErrorClass::invalid_input,
              fmt::format("{}: {}{} `{}`", language, one_line(what), where, one_line(query)));
}

std::string marked_column(std::string_view message, std::string_view query) {
  const std::size_t found = message.find(kAtColumn);
  if (found == std::string_view::npos || query.empty()) return {};
  message.remove_prefix(found + kAtColumn.size());
  std::size_t column = 0;
  if (std::from_chars(message.data(), message.data() + message.size(), column).ec != std::errc() ||
      column == 0 || column > query.size() + 1)
    return {};
  const auto before = query.substr(0, column - 1);
  const auto characters = std::ranges::count_if(before, [](char c) { return (c & 0xC0) != 0x80; });
  return fmt::format("{}\n{:>{}}", without_controls(query), '^', characters + 1);
}

}  // namespace gossamer
