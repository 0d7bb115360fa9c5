#pragma once

#include <cstdint>
#include <string_view>

#include "plugins/html/tokens.h"

namespace gossamer {

// The elements that the parsing rules of HTML (WHATWG HTML 13.2) name, in any namespace.
enum class Tag : std::uint8_t {
  other,
  a,
  address,
  annotation_xml,
  applet,
  area,
  article,
  aside,
  b,
  base,
  basefont,
  bgsound,
  big,
  blockquote,
  body,
  br,
  button,
  caption,
  center,
  code,
  col,
  colgroup,
  dd,
  desc,
  details,
  dialog,
  dir,
  div,
  dl,
  dt,
  em,
  embed,
  fieldset,
  figcaption,
  figure,
  font,
  footer,
  foreign_object,
  form,
  frame,
  frameset,
  h1,
  h2,
  h3,
  h4,
  h5,
  h6,
  head,
  header,
  hgroup,
  hr,
  html,
  i,
  iframe,
  image,
  img,
  input,
  keygen,
  li,
  link,
  listing,
  main,
  malignmark,
  marquee,
  math,
  menu,
  meta,
  mglyph,
  mi,
  mn,
  mo,
  ms,
  mtext,
  nav,
  nobr,
  noembed,
  noframes,
  noscript,
  object,
  ol,
  optgroup,
  option,
  p,
  param,
  plaintext,
  pre,
  rb,
  rp,
  rt,
  rtc,
  ruby,
  s,
  script,
  search,
  section,
  select,
  small_,
  source,
  span,
  strike,
  strong,
  style,
  sub,
  summary,
  sup,
  svg,
  table,
  tbody,
  td,
  template_,
  textarea,
  tfoot,
  th,
  thead,
  title,
  tr,
  track,
  tt,
  u,
  ul,
  var,
  wbr,
  xmp,
};

// Of the element called `name`, whose key is `key`.
Tag tag_of(NameKey key, std::string_view name);

template <class T, class... Values>
constexpr bool is_any(T value, Values... values) {
  return ((value == values) || ...);
}

// What is parsed as in the head wherever it stands.
constexpr bool belongs_in_head(Tag tag) {
  return is_any(tag, Tag::base, Tag::basefont, Tag::bgsound, Tag::link, Tag::meta, Tag::noframes, Tag::script,
                Tag::style, Tag::template_, Tag::title);
}

constexpr bool is_heading(Tag tag) { return tag >= Tag::h1 && tag <= Tag::h6; }

// The category "special" of HTML's own elements (13.2.4.2).
bool is_special(Tag tag);

// The elements whose end tag is "implied" (13.2.6.3); `thoroughly`, those of tables too.
bool has_implied_end(Tag tag, bool thoroughly);

// The elements without contents and end tag (13.1.2), and those that are written like them (13.3).
bool is_void(Tag tag);

// Whether text in the element is written as it stands (13.3), for it was read so.
bool is_raw_text(Tag tag);

// Whether the start tag breaks out of foreign content (13.2.6.5).
bool breaks_out_of_foreign(Tag tag, const StartTag& written);

// Whether this <input> shows nothing.
bool is_hidden_input(const StartTag& input);

// Whether this <annotation-xml> has HTML in it (13.2.6).
bool has_html_encoding(const StartTag& annotation_xml);

}  // namespace gossamer
