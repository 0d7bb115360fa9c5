#include "plugins/json_document.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <string>

#include "net/base/utf8.h"
#include "plugins/html/ascii.h"
#include "plugins/query_error.h"

namespace gossamer {
namespace {

using nlohmann::json;

// Line and column, in bytes from 1.
std::string place_of(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const std::size_t line_start = before.rfind('\n') + 1;  // 0 without one
  return fmt::format("line {}, column {}", std::ranges::count(before, '\n') + 1, offset - line_start + 1);
}

// Of a string that begins at `quote` its last quote, or the end of the text.
std::size_t end_of_string(std::string_view text, std::size_t quote) {
  std::size_t i = quote + 1;
  while (i < text.size() && text[i] != '"') i += text[i] == '\\' ? 2 : 1;
  return i;
}

// Refuses what would take too much memory, or too much stack when it is copied or written.
Result<> check_limits(std::string_view text) {
  if (text.size() > JsonDocument::kMaxBytes) {
    return fail(ErrorClass::too_large, Phase::parse,
                fmt::format("json: {} bytes, the limit is {}", text.size(), JsonDocument::kMaxBytes));
  }
  std::size_t depth = 0;
  std::size_t values = 1;
  for (std::size_t i = 0; i < text.size(); ++i) {
    switch (text[i]) {
      case '"':
        i = end_of_string(text, i);
        break;
      case '[':
      case '{':
        ++values;
        if (++depth > JsonDocument::kMaxDepth) {
          return fail(
              ErrorClass::parse, Phase::parse,
              fmt::format("json: {}: nested more than {} deep", place_of(text, i), JsonDocument::kMaxDepth));
        }
        break;
      case ']':
      case '}':
        depth -= std::min<std::size_t>(depth, 1);
        break;
      case ',':
      case ':':
        ++values;
        break;
      default:
        break;
    }
  }
  if (values <= JsonDocument::kMaxValues) return {};
  return fail(ErrorClass::too_large, Phase::parse,
              fmt::format("json: more than {} values", JsonDocument::kMaxValues));
}

// The UTF-16 unit of the escape \uXXXX at `at`; -1: there is none.
int escaped_unit(std::string_view text, std::size_t at) {
  if (at + 6 > text.size() || text.substr(at, 2) != "\\u") return -1;
  int unit = 0;
  for (const char c : text.substr(at + 2, 4)) {
    const int digit = hex_value(c);
    if (digit < 0) return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

bool is_high_surrogate(int unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool is_low_surrogate(int unit) { return unit >= 0xDC00 && unit < 0xE000; }

// From `from` on the first escape that is one half of a surrogate pair without the other; npos: none.
std::size_t lone_surrogate(std::string_view text, std::size_t from) {
  for (std::size_t i = text.find('\\', from); i < text.size(); i = text.find('\\', i)) {
    const int unit = escaped_unit(text, i);
    const bool pair = is_high_surrogate(unit) && is_low_surrogate(escaped_unit(text, i + 6));
    if (!pair && (is_high_surrogate(unit) || is_low_surrogate(unit))) return i;
    i += pair ? 12 : 2;
  }
  return std::string_view::npos;
}

// Such escapes, which stand for no text (RFC 8259 section 8.2), as \ufffd. `text` may view `copy`.
std::string_view without_lone_surrogates(std::string_view text, std::string& copy) {
  for (std::size_t at = lone_surrogate(text, 0); at < text.size(); at = lone_surrogate(text, at + 6)) {
    if (text.data() != copy.data()) text = copy = text;
    copy.replace(at, 6, "\\ufffd");
  }
  return text;
}

// Where the number is that the library calls too large: "number overflow parsing '1e400'".
std::size_t place_of_number(std::string_view text, std::string_view what) {
  const std::size_t quote = what.find('\'');
  const std::string_view number = what.substr(quote + 1, what.rfind('\'') - quote - 1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') i = end_of_string(text, i);
    if (text.substr(i, number.size()) == number) return i;
  }
  return 0;
}

// What the library says, without its own name for it and its own way to tell the place.
std::string_view detail_of(std::string_view what) {
  for (const std::string_view lead : {"] ", ": "}) {
    const std::size_t end = what.find(lead);
    if (end != std::string_view::npos) what.remove_prefix(end + lead.size());
  }
  return what;
}

const json* member_of(const json& value, const std::string& token) {
  if (value.is_object()) {
    const auto found = value.find(token);
    return found == value.end() ? nullptr : &*found;
  }
  if (!value.is_array() || !std::ranges::all_of(token, is_ascii_digit)) return nullptr;
  std::size_t index = 0;
  const auto read = std::from_chars(token.data(), token.data() + token.size(), index);
  const bool is_index = read.ec == std::errc() && (token == "0" || token.front() != '0');
  return is_index && index < value.size() ? &value[index] : nullptr;
}

}  // namespace

bool is_json_type(std::string_view media_type) {
  constexpr std::string_view kSuffix = "+json";
  return equals_ignoring_case(media_type, "application/json") ||
         equals_ignoring_case(media_type, "text/json") ||
         (media_type.size() > kSuffix.size() &&
          equals_ignoring_case(media_type.substr(media_type.size() - kSuffix.size()), kSuffix));
}

Result<JsonDocument> JsonDocument::parse(std::string_view body) {
  if (auto allowed = check_limits(body); !allowed) return std::unexpected(std::move(allowed.error()));
  std::string copy;
  const std::string_view text = without_lone_surrogates(valid_utf8(body, copy), copy);
  try {
    return JsonDocument(std::make_shared<const json>(json::parse(text)));
  } catch (const json::parse_error& error) {
    const std::size_t offset = error.byte == 0 ? 0 : std::min(error.byte - 1, text.size());
    return fail(ErrorClass::parse, Phase::parse,
                fmt::format("json: {}: {}", place_of(text, offset), one_line(detail_of(error.what()))));
  } catch (const json::exception& error) {  // a number too large for a double
    const std::string_view what = detail_of(error.what());
    return fail(ErrorClass::parse, Phase::parse,
                fmt::format("json: {}: {}", place_of(text, place_of_number(text, what)), one_line(what)));
  }
}

Result<const json*> JsonDocument::find(std::string_view pointer) const {
  const auto wrong = [pointer](std::string_view what, std::size_t offset) {
    return query_error("json pointer", what, pointer, offset);
  };
  if (!pointer.empty() && pointer.front() != '/') return wrong("expected '/'", 0);
  const json* value = root_.get();
  std::string token;
  for (std::size_t i = 0; i < pointer.size();) {
    token.clear();
    for (++i; i < pointer.size() && pointer[i] != '/'; ++i) {
      if (pointer[i] != '~') {
        token += pointer[i];
        continue;
      }
      ++i;
      const char escaped = i < pointer.size() ? pointer[i] : '\0';
      if (escaped != '0' && escaped != '1') return wrong("expected 0 or 1 behind '~'", i);
      token += escaped == '0' ? '~' : '/';
    }
    if (value != nullptr) value = member_of(*value, token);
  }
  return value;
}

}  // namespace gossamer
