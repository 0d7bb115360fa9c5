#include "plugins/html/raw_content.h"

#include <cstddef>

#include "net/base/byte_scan.h"
#include "plugins/html/ascii.h"

namespace gossamer {

namespace {

bool same_name(const char* p, std::string_view name) {
  for (std::size_t i = 0; i < name.size(); ++i)
    if (to_ascii_lower(p[i]) != to_ascii_lower(name[i])) return false;
  return true;
}

// Whether `name` and a byte that ends a tag name stand at `p`.
bool is_tag_name(const char* p, const char* end, std::string_view name) {
  if (name.empty() || end - p <= static_cast<std::ptrdiff_t>(name.size()) || !same_name(p, name))
    return false;
  const char next = p[name.size()];
  return is_html_space(next) || next == '/' || next == '>';
}

bool is_end_tag(const char* less_than, const char* end, std::string_view name) {
  return end - less_than > 2 && less_than[1] == '/' && is_tag_name(less_than + 2, end, name);
}

}  // namespace

const char* find_end_tag(const char* p, const char* end, std::string_view name) {
  while ((p = find_byte(p, end, '<')) != end) {
    if (is_end_tag(p, end, name)) return p;
    ++p;
  }
  return end;
}

const char* find_script_end(const char* p, const char* end, std::string_view name) {
  constexpr std::string_view kScript = "script";
  enum class State { plain, escaped, double_escaped } state = State::plain;
  const char* dashes = p;  // in the escaped states: where a "-->" may begin at the earliest
  while (p != end) {
    if (state == State::plain) {
      p = find_byte(p, end, '<');
      if (p == end || is_end_tag(p, end, name)) return p;
      if (std::string_view(p, end).starts_with("<!--")) {
        state = State::escaped;
        dashes = p + 2;
        p += 4;
      } else {
        ++p;
      }
      continue;
    }
    if (*p == '>') {
      if (p - dashes >= 2 && p[-1] == '-' && p[-2] == '-') state = State::plain;
    } else if (*p == '<') {
      if (state == State::escaped) {
        if (is_end_tag(p, end, name)) return p;
        if (is_tag_name(p + 1, end, kScript)) {
          state = State::double_escaped;
          p += kScript.size();
        }
      } else if (is_end_tag(p, end, kScript)) {
        state = State::escaped;
        p += kScript.size() + 1;
      }
    }
    ++p;
  }
  return end;
}

const char* find_comment_end(const char* p, const char* end, const char*& after) {
  const std::string_view start(p, end);
  if (start.starts_with('>') || start.starts_with("->")) {
    after = p + (start.front() == '>' ? 1 : 2);
    return p;
  }
  for (const char* close = p; (close = find_byte(close, end, '>')) != end; ++close) {
    const std::string_view data(p, close);
    after = close + 1;
    if (data.ends_with("--")) return close - 2;
    if (data.ends_with("--!")) return close - 3;
  }
  after = end;
  const std::string_view data(p, end);
  return end - (data.ends_with("--!") ? 3 : data.ends_with("--") ? 2 : data.ends_with('-') ? 1 : 0);
}

}  // namespace gossamer
