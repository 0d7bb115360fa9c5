#include "plugins/html/doctype.h"

#include <cstddef>

#include "net/base/byte_scan.h"
#include "plugins/html/ascii.h"

namespace gossamer {

namespace {

// What a step of the declaration came to: go on with the next one, or the token is complete.
enum class Step { next, done };

class DoctypeReader {
 public:
  DoctypeReader(const char*& p, const char* end) : p_(p), end_(end) {}

  Doctype read() {
    if (read_name() == Step::done) return doctype_;
    skip_space();
    if (at_close()) return doctype_;
    const std::string_view rest(p_, static_cast<std::size_t>(end_ - p_));
    if (starts_with_ignoring_case(rest, "public")) {
      p_ += 6;
      if (read_identifier(doctype_.public_id) == Step::done) return doctype_;
      skip_space();
      if (at_close()) return doctype_;
      if (read_identifier(doctype_.system_id) == Step::done) return doctype_;
    } else if (starts_with_ignoring_case(rest, "system")) {
      p_ += 6;
      if (read_identifier(doctype_.system_id) == Step::done) return doctype_;
    } else {
      doctype_.force_quirks = true;
      skip_bogus();
      return doctype_;
    }
    skip_space();
    if (!at_close()) skip_bogus();
    return doctype_;
  }

 private:
  Step read_name() {
    skip_space();
    if (p_ == end_ || *p_ == '>') return cut_short();
    const char* start = p_;
    while (p_ != end_ && *p_ != '>' && !is_html_space(*p_)) ++p_;
    doctype_.name = std::string_view(start, p_);
    return Step::next;
  }

  // A quoted public or system identifier, after optional white space.
  Step read_identifier(std::optional<std::string_view>& id) {
    skip_space();
    if (p_ == end_ || *p_ == '>') return cut_short();
    if (*p_ != '"' && *p_ != '\'') {
      doctype_.force_quirks = true;
      skip_bogus();
      return Step::done;
    }
    const char quote = *p_++;
    const char* start = p_;
    while (p_ != end_ && *p_ != quote && *p_ != '>') ++p_;
    id = std::string_view(start, p_);
    if (p_ == end_ || *p_ == '>') return cut_short();
    ++p_;
    return Step::next;
  }

  void skip_space() {
    while (p_ != end_ && is_html_space(*p_)) ++p_;
  }

  // The '>' or the end of the input comes before the declaration is complete.
  Step cut_short() {
    doctype_.force_quirks = true;
    if (p_ != end_) ++p_;
    return Step::done;
  }

  // Takes the closing '>', or notes the end of the input.
  bool at_close() {
    if (p_ != end_ && *p_ != '>') return false;
    if (p_ == end_) {
      doctype_.force_quirks = true;
    } else {
      ++p_;
    }
    return true;
  }

  void skip_bogus() {
    p_ = find_byte(p_, end_, '>');
    if (p_ != end_) ++p_;
  }

  const char*& p_;
  const char* end_;
  Doctype doctype_;
};

}  // namespace

Doctype read_doctype(const char*& p, const char* end) { return DoctypeReader(p, end).read(); }

}  // namespace gossamer
