#pragma once

#include <string_view>

#include "plugins/parser.h"

namespace gossamer {

// The built-in parser of HTML and XHTML: links and metadata in one pass over the page, without a tree.
//
// Links: <a href> <area href> (then the URLs of their ping), <link href>, <iframe src>, <frame src>, meta
// refresh (the first that has no URL or one that can be resolved), <form action> (not of a form within a
// form), <img src srcset>, <input src>, <script src>, <video src poster>, <audio src>, <source src srcset>,
// <track src>, <object data>, <embed src>; in SVG <a>, <image> and <script> with href or xlink:href. An empty
// URL counts only in <a>, <area> and <form>, where it means the page itself. What a crawler without scripts
// sees is what counts: the contents of <noscript> do; those of comments, scripts, styles, <iframe>,
// <noframes>, <textarea> and <template> do not, but for a template with shadowrootmode. Title, base,
// canonical and description are the first of their kind. All <meta name=robots> and those named for
// PageBytes::robots_agent count together. An <svg><title> is no title. Open Graph is every <meta property>,
// and <meta name> that begins with og:, article: or twitter:. A <script> with JSON-LD counts if it has its
// end tag.
class HtmlParser final : public Parser {
 public:
  std::string_view name() const override { return "html"; }

  // text/html, application/xhtml+xml, and what has no type at all (RFC 9110 section 8.3 leaves that to the
  // recipient). XHTML is read leniently too: ill-formed XML is no error, and a processing instruction ends at
  // the first '>'.
  bool claims(std::string_view media_type) const override;

  // Errors: ErrorClass::too_large, for more than a million links. Time and memory are linear in the body:
  // decoded text takes at most three times its size.
  Result<ParsedPage> parse(const PageBytes& page) const override;
};

}  // namespace gossamer
