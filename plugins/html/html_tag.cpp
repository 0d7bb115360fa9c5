#include "plugins/html/html_tag.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "plugins/html/raw_text.h"

namespace gossamer {
namespace {

// In the order of Tag, from Tag::a on.
constexpr auto kNames = std::to_array<std::string_view>({"a",
                                                         "address",
                                                         "annotation-xml",
                                                         "applet",
                                                         "area",
                                                         "article",
                                                         "aside",
                                                         "b",
                                                         "base",
                                                         "basefont",
                                                         "bgsound",
                                                         "big",
                                                         "blockquote",
                                                         "body",
                                                         "br",
                                                         "button",
                                                         "caption",
                                                         "center",
                                                         "code",
                                                         "col",
                                                         "colgroup",
                                                         "dd",
                                                         "desc",
                                                         "details",
                                                         "dialog",
                                                         "dir",
                                                         "div",
                                                         "dl",
                                                         "dt",
                                                         "em",
                                                         "embed",
                                                         "fieldset",
                                                         "figcaption",
                                                         "figure",
                                                         "font",
                                                         "footer",
                                                         "foreignobject",
                                                         "form",
                                                         "frame",
                                                         "frameset",
                                                         "h1",
                                                         "h2",
                                                         "h3",
                                                         "h4",
                                                         "h5",
                                                         "h6",
                                                         "head",
                                                         "header",
                                                         "hgroup",
                                                         "hr",
                                                         "html",
                                                         "i",
                                                         "iframe",
                                                         "image",
                                                         "img",
                                                         "input",
                                                         "keygen",
                                                         "li",
                                                         "link",
                                                         "listing",
                                                         "main",
                                                         "malignmark",
                                                         "marquee",
                                                         "math",
                                                         "menu",
                                                         "meta",
                                                         "mglyph",
                                                         "mi",
                                                         "mn",
                                                         "mo",
                                                         "ms",
                                                         "mtext",
                                                         "nav",
                                                         "nobr",
                                                         "noembed",
                                                         "noframes",
                                                         "noscript",
                                                         "object",
                                                         "ol",
                                                         "optgroup",
                                                         "option",
                                                         "p",
                                                         "param",
                                                         "plaintext",
                                                         "pre",
                                                         "rb",
                                                         "rp",
                                                         "rt",
                                                         "rtc",
                                                         "ruby",
                                                         "s",
                                                         "script",
                                                         "search",
                                                         "section",
                                                         "select",
                                                         "small",
                                                         "source",
                                                         "span",
                                                         "strike",
                                                         "strong",
                                                         "style",
                                                         "sub",
                                                         "summary",
                                                         "sup",
                                                         "svg",
                                                         "table",
                                                         "tbody",
                                                         "td",
                                                         "template",
                                                         "textarea",
                                                         "tfoot",
                                                         "th",
                                                         "thead",
                                                         "title",
                                                         "tr",
                                                         "track",
                                                         "tt",
                                                         "u",
                                                         "ul",
                                                         "var",
                                                         "wbr",
                                                         "xmp"});
static_assert(kNames.size() == static_cast<std::size_t>(Tag::xmp) && std::ranges::is_sorted(kNames));

// By key; the long names have none.
constexpr auto kByKey = [] {
  std::array<std::pair<NameKey, Tag>, kNames.size()> table{};
  for (std::size_t i = 0; i < kNames.size(); ++i)
    table[i] = {fold_name(kNames[i]), fold_name(kNames[i]) == 0 ? Tag::other : static_cast<Tag>(i + 1)};
  std::ranges::sort(table);
  return table;
}();

constexpr std::array kLongNames = {Tag::annotation_xml, Tag::blockquote, Tag::figcaption,
                                   Tag::foreign_object, Tag::malignmark, Tag::plaintext};

enum : std::uint8_t {
  kSpecial = 1,
  kImpliedEnd = 2,
  kImpliedEndOfTables = 4,
  kBreaksOut = 8,
  kVoid = 16,
  kRawText = 32
};

constexpr auto kTraits = [] {
  using enum Tag;
  std::array<std::uint8_t, kNames.size() + 1> traits{};
  const auto mark = [&traits](std::uint8_t trait, auto... tags) {
    ((traits[static_cast<std::size_t>(tags)] |= trait), ...);
  };
  mark(kSpecial, address, applet, area, article, aside, base, basefont, bgsound, blockquote, body, br, button,
       caption, center, col, colgroup, dd, details, dir, div, dl, dt, embed, fieldset, figcaption, figure,
       footer, form, frame, frameset, h1, h2, h3, h4, h5, h6, head, header, hgroup, hr, html, iframe, img,
       input, keygen, li, link, listing, main, marquee, menu, meta, nav, noembed, noframes, noscript, object,
       ol, p, param, plaintext, pre, script, search, section, select, source, style, summary, table, tbody,
       td, template_, textarea, tfoot, th, thead, title, tr, track, ul, wbr, xmp);
  mark(kImpliedEnd, dd, dt, li, optgroup, option, p, rb, rp, rt, rtc);
  mark(kImpliedEndOfTables, caption, colgroup, tbody, td, tfoot, th, thead, tr);
  mark(kBreaksOut, b, big, blockquote, body, br, center, code, dd, div, dl, dt, em, embed, h1, h2, h3, h4, h5,
       h6, head, hr, i, img, li, listing, menu, meta, nobr, ol, p, pre, ruby, s, small_, span, strong, strike,
       sub, sup, table, tt, u, ul, var);
  mark(kVoid, area, base, basefont, bgsound, br, col, embed, frame, hr, img, input, keygen, link, meta, param,
       source, track, wbr);
  mark(kRawText, iframe, noembed, noframes, plaintext, script, style, xmp);
  return traits;
}();

bool has(Tag tag, std::uint8_t traits) { return (kTraits[static_cast<std::size_t>(tag)] & traits) != 0; }

}  // namespace

Tag tag_of(NameKey key, std::string_view name) {
  if (key != 0) {
    const auto* const found = std::ranges::lower_bound(kByKey, key, {}, &std::pair<NameKey, Tag>::first);
    return found != kByKey.end() && found->first == key ? found->second : Tag::other;
  }
  for (const Tag tag : kLongNames)
    if (equals_ignoring_case(name, kNames[static_cast<std::size_t>(tag) - 1])) return tag;
  return Tag::other;
}

bool is_special(Tag tag) { return has(tag, kSpecial); }

bool has_implied_end(Tag tag, bool thoroughly) {
  return has(tag, thoroughly ? kImpliedEnd | kImpliedEndOfTables : kImpliedEnd);
}

bool is_void(Tag tag) { return has(tag, kVoid); }

bool is_raw_text(Tag tag) { return has(tag, kRawText); }

bool breaks_out_of_foreign(Tag tag, const StartTag& written) {
  if (tag != Tag::font) return has(tag, kBreaksOut);
  return written.find("color") != nullptr || written.find("face") != nullptr ||
         written.find("size") != nullptr;
}

bool is_hidden_input(const StartTag& input) {
  return equals_ignoring_case(decoded_value(input.find("type")), "hidden");
}

bool has_html_encoding(const StartTag& annotation_xml) {
  const std::string encoding = decoded_value(annotation_xml.find("encoding"));
  return equals_ignoring_case(encoding, "text/html") ||
         equals_ignoring_case(encoding, "application/xhtml+xml");
}

}  // namespace gossamer
