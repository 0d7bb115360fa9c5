#include "plugins/css_scanner.h"

#include <algorithm>
#include <fmt/format.h>

#include "net/base/utf8.h"
#include "plugins/html/ascii.h"
#include "plugins/query_error.h"

namespace gossamer::css {
namespace {

bool is_name_start(char c) { return is_ascii_alpha(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80; }
bool is_name_character(char c) { return is_name_start(c) || is_ascii_digit(c) || c == '-'; }
bool is_newline(char c) { return c == '\n' || c == '\r' || c == '\f'; }

}  // namespace

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), to_ascii_lower);
  return out;
}

bool Scanner::take(std::string_view token) {
  if (!text_.substr(position_).starts_with(token)) return false;
  position_ += token.size();
  return true;
}

bool Scanner::skip_space() {
  for (bool found = false;;) {
    skip_comments();
    if (at_end() || !is_html_space(peek())) return found;
    found = true;
    advance();
  }
}

void Scanner::skip_comments() {
  while (peek() == '/' && peek(1) == '*') {
    const std::size_t end = text_.find("*/", position_ + 2);
    position_ = end == std::string_view::npos ? text_.size() : end + 2;
  }
}

void Scanner::skip_argument() {
  std::string open;  // the closing brackets awaited, innermost last
  for (skip_comments(); !at_end(); skip_comments()) {
    const char c = peek();
    if (open.empty() && (c == ',' || c == ')')) return;
    if (c == '"' || c == '\'') {
      if (!string()) continue;
    } else if (at_escape(position_)) {
      advance();
      std::string ignored;
      append_escape(ignored);
    } else {
      advance();
      if (c == '(') open += ')';
      if (c == '[') open += ']';
      if (c == '{') open += '}';
      if (!open.empty() && c == open.back()) open.pop_back();
    }
  }
}

bool Scanner::at_escape(std::size_t at) const {
  return at < text_.size() && text_[at] == '\\' && (at + 1 == text_.size() || !is_newline(text_[at + 1]));
}

bool Scanner::at_name_start(std::size_t at) const {
  return at < text_.size() && (is_name_start(text_[at]) || at_escape(at));
}

bool Scanner::at_name() const {
  if (peek() != '-') return at_name_start(position_);
  return peek(1) == '-' || at_name_start(position_ + 1);
}

Result<std::string> Scanner::name(std::string_view what) {
  if (!at_name()) return expected(what);
  return name_characters();
}

std::string Scanner::name_characters() {
  std::string out;
  for (;;) {
    if (!at_end() && is_name_character(peek())) {
      out += peek();
      advance();
    } else if (at_escape(position_)) {
      advance();
      append_escape(out);
    } else {
      return out;
    }
  }
}

// Behind the backslash.
void Scanner::append_escape(std::string& out) {
  if (at_end()) return append_code_point(out, U'\uFFFD');
  if (hex_value(peek()) < 0) {
    out += peek();
    advance();
    return;
  }
  char32_t code_point = 0;
  for (int digits = 0; digits < 6 && hex_value(peek()) >= 0; ++digits) {
    code_point = code_point * 16 + static_cast<char32_t>(hex_value(peek()));
    advance();
  }
  if (!take("\r\n") && !at_end() && is_html_space(peek())) advance();
  const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
  append_code_point(out, code_point == 0 || surrogate || code_point > 0x10FFFF ? U'\uFFFD' : code_point);
}

Result<std::string> Scanner::string() {
  const std::size_t start = position_;
  const char quote = peek();
  advance();
  std::string out;
  while (!at_end() && !is_newline(peek())) {
    const char c = peek();
    advance();
    if (c == quote) return out;
    if (c != '\\') {
      out += c;
    } else if (!at_end() && !take("\r\n")) {
      if (is_newline(peek())) {
        advance();  // an escaped line break stands for nothing
      } else {
        append_escape(out);
      }
    }
  }
  const bool closed_by_end = at_end() && out.find_first_of(")]") == std::string::npos;
  if (closed_by_end) return out;
  return error("string without its closing quote", start);
}

Result<std::string> Scanner::string_or_name(std::string_view what) {
  return peek() == '"' || peek() == '\'' ? string() : name(what);
}

bool Scanner::integer(int& value) {
  constexpr int kLimit = 1'000'000'000;
  std::size_t at = position_;
  const bool negative = peek() == '-';
  if (negative || peek() == '+') ++at;
  if (at == text_.size() || !is_ascii_digit(text_[at])) return false;
  long long number = 0;
  for (; at < text_.size() && is_ascii_digit(text_[at]); ++at) {
    if (number < kLimit) number = number * 10 + (text_[at] - '0');
  }
  if (number > kLimit) number = kLimit;
  value = static_cast<int>(negative ? -number : number);
  position_ = at;
  return true;
}

Result<void> Scanner::step_and_offset(int& step, int& offset) {
  static constexpr std::string_view kWanted = "odd, even or a place such as 3 or 2n+1";
  skip_space();
  const char first = to_ascii_lower(peek());
  if (first == 'o' || first == 'e') {
    const std::size_t start = position_;
    const std::string word = lower(*name(kWanted));
    if (word != "odd" && word != "even") return error(fmt::format("expected {}", kWanted), start);
    step = 2;
    offset = word == "odd" ? 1 : 0;
    return {};
  }
  int number = 0;
  const bool has_number = integer(number);
  if (!has_number) {
    number = take("-") ? -1 : 1;
    if (number == 1) take("+");
  }
  if (!take("n") && !take("N")) {
    if (!has_number) return expected(kWanted);
    offset = number;
    return {};
  }
  step = number;
  skip_space();
  const char sign = peek();
  if (sign != '+' && sign != '-') return {};
  advance();
  skip_space();
  if (!is_ascii_digit(peek()) || !integer(offset)) return expected("a number");
  if (sign == '-') offset = -offset;
  return {};
}

std::unexpected<Error> Scanner::expected(std::string_view what) const {
  return error(fmt::format("expected {}", what), position_);
}

std::unexpected<Error> Scanner::error(std::string_view message, std::size_t position) const {
  return query_error("css", message, text_, position);
}

}  // namespace gossamer::css
