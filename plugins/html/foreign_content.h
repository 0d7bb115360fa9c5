#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "plugins/html/html_tag.h"
#include "plugins/html/tokens.h"

namespace gossamer {

// Follows <svg> and <math> without a tree: inside them <title>, <script> or <style> are not those of HTML,
// their text is not raw, and CDATA sections exist. It knows the integration points, whose contents are HTML
// (svg: foreignObject, desc, title; math: mi, mo, mn, ms, mtext, annotation-xml with the encoding of HTML),
// and the HTML tags that break out of foreign content (WHATWG HTML 13.2.6.5). In a tree the end tag of an
// HTML element around the foreign ones closes these too. Which are open is not known here: of </div> it is
// assumed, for hardly a page has its <svg> in none; other ones are ignored. Elements nested deeper than 64
// are not followed.
class ForeignContent {
 public:
  // Whether anything is open at all; where not, only <svg> and <math> need to be told.
  bool is_open() const { return depth_ != 0; }

  // Whether the next tag is foreign, not HTML.
  bool is_foreign() const { return contents() != Contents::html; }

  // Whether the next tag is of SVG, if it does not break out.
  bool is_svg() const { return contents() == Contents::svg; }

  // To be told of every start tag while is_foreign(), and of each <svg> and <math>. Whether the element is
  // foreign itself.
  bool start_tag(const StartTag& tag);

  // To be told of every end tag while is_open().
  void end_tag(const EndTag& tag);

  // Closes all foreign elements up to the innermost HTML integration point.
  void break_out();

 private:
  static constexpr std::size_t kMaxDepth = 64;

  // What an element has in it. `annotation`: MathML, but that an <svg> is one.
  enum class Contents : std::uint8_t { html, svg, math, annotation };

  struct Level {
    Tag element = Tag::other;
    Contents contents = Contents::html;
  };

  Contents contents() const { return depth_ == 0 ? Contents::html : levels_[depth_ - 1].contents; }
  Contents contents_of(Tag element, const StartTag& tag) const;

  std::array<Level, kMaxDepth> levels_;  // those open, with other contents than their parent's or of its name
  std::size_t depth_ = 0;
};

}  // namespace gossamer
