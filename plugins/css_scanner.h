#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "net/base/error.h"

namespace gossamer::css {

// In lower case, as the names of an HTML document are.
std::string lower(std::string_view text);

// Reads the tokens of CSS Syntax Level 3 that selectors are made of: white space and comments, names,
// strings. `text` must outlive it. Every error names the column, in bytes from 1.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool at_end() const { return position_ == text_.size(); }
  std::size_t position() const { return position_; }
  char peek(std::size_t ahead = 0) const {
    return position_ + ahead < text_.size() ? text_[position_ + ahead] : '\0';
  }
  void advance(std::size_t count = 1) { position_ += count; }
  void rewind(std::size_t position) { position_ = position; }

  // Whether `token` comes next; then it is consumed.
  bool take(std::string_view token);

  // The same of a bracket; the end of the text closes it too.
  bool close(std::string_view bracket) { return at_end() || take(bracket); }

  // Consumes anything up to the ',' or ')' that ends an argument of a function: one that stands in no
  // string, comment or bracket of its own.
  void skip_argument();

  // Consumes white space and comments; whether there was white space.
  bool skip_space();
  void skip_comments();

  // Whether a name (an "ident sequence") begins here.
  bool at_name() const;

  // A name with escapes resolved; `what` is named in the error when none begins here.
  Result<std::string> name(std::string_view what);

  // A string in single or double quotes; peek() must be at the quote. The end of the text closes it, but an
  // error tells of one that holds a closing bracket: there the quote has been forgotten.
  Result<std::string> string();

  Result<std::string> string_or_name(std::string_view what);

  // Consumes a digit sequence with an optional sign, capped at +-1e9; false when there is none.
  bool integer(int& value);

  // "An+B", section 6: odd, even, 5, n, -n+3, 2n, +3n - 2, with the white space before it.
  Result<void> step_and_offset(int& step, int& offset);

  // "css: expected WHAT at column N of `text`"
  std::unexpected<Error> expected(std::string_view what) const;
  std::unexpected<Error> error(std::string_view message, std::size_t position) const;

 private:
  bool at_escape(std::size_t at) const;
  bool at_name_start(std::size_t at) const;
  std::string name_characters();
  void append_escape(std::string& out);

  std::string_view text_;
  std::size_t position_ = 0;
};

}  // namespace gossamer::css
