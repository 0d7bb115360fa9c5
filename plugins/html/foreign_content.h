#pragma once

#include <cstdint>

#include "plugins/html/tokens.h"

namespace gossamer {

// Follows <svg> and <math> without a tree: inside them <title>, <script> or <style> are not those of HTML,
// their text is not raw, and CDATA sections exist. It knows the HTML integration points (svg: foreignObject,
// desc, title; math: mi, mo, mn, ms, mtext, annotation-xml) and the HTML tags that break out of foreign
// content (WHATWG HTML 13.2.6.5). An end tag of such an element breaks out too, as it does in a tree where
// the element is open. Elements nested deeper than 64 are not followed.
class ForeignContent {
 public:
  // Whether anything is open at all; where not, only <svg> and <math> need to be told.
  bool is_open() const { return depth_ != 0; }

  // Whether the next tag is foreign, not HTML.
  bool is_foreign() const { return depth_ != 0 && (levels_ & 1) != 0; }

  // To be told of every start tag while is_foreign(), and of each <svg> and <math>. Whether the element is
  // foreign itself.
  bool start_tag(const StartTag& tag);

  // To be told of every end tag while is_open().
  void end_tag(const EndTag& tag);

  // Closes all foreign elements up to the innermost HTML integration point.
  void break_out();

 private:
  void push(bool foreign);
  void pop();

  // A bit a level, the innermost lowest: 1 foreign, 0 HTML in an integration point.
  std::uint64_t levels_ = 0;
  int depth_ = 0;
};

}  // namespace gossamer
