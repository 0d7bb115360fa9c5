#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/base/error.h"
#include "plugins/html/meta_robots.h"

namespace gossamer {

// The element (or, for ping, the attribute) a link stands in. to_string gives its public spelling: the
// lower-case tag name; "meta" for a meta refresh, "ping" for <a ping> and <area ping>, "url" and "sitemap"
// for the entries of a sitemap, "other" for what a plugin may add.
enum class LinkTag : std::uint8_t {
  a,
  area,
  link,
  iframe,
  frame,
  meta_refresh,
  form,
  img,
  input,
  image,
  script,
  video,
  audio,
  source,
  track,
  object,
  embed,
  ping,
  url,
  sitemap,
  other
};
std::string_view to_string(LinkTag tag);

// One link as it stands in the page: `url` with character references decoded and surrounding ASCII white
// space stripped, not yet resolved against the base. `rel` is the attribute as written, references decoded;
// `text` the white-space-collapsed text of an <a> (at most 256 bytes, cut between characters). The views live
// as long as the ParsedPage and the bytes it was made from.
struct Link {
  std::string_view url;
  std::string_view rel;
  std::string_view text;
  LinkTag tag = LinkTag::other;
  bool nofollow = false;  // rel has the token nofollow (of the link itself, not of the page)
};

// Whether a crawl follows the link: a, area, iframe, frame, meta refresh, the entries of a sitemap, and link
// with one of the rel tokens next, prev, alternate, canonical (unless it is also a style sheet). Says nothing
// of nofollow or scope.
bool is_followed(const Link& link);

// Whether the link is a part of the page, fetched only with --assets: images, scripts, media, objects, and
// link with a rel of stylesheet, icon, apple-touch-icon, mask-icon, manifest, preload or modulepreload.
bool is_asset(const Link& link);

// Whether `rel`, a list of tokens separated by ASCII white space, has `token` (lower case); case-insensitive.
bool has_rel_token(std::string_view rel, std::string_view token);

// The bytes of one page and what the transport said of them. Views: the caller keeps them alive.
struct PageBytes {
  std::string_view url;           // absolute, after redirects
  std::string_view content_type;  // the whole header value, "" if absent
  std::string_view body;          // content codings already removed

  // Of the links those before number `first_link` (from 0) are counted and not kept, and so are those after
  // the kept ones have taken `link_memory` bytes: a page of very many is read in several calls.
  std::size_t first_link = 0;
  std::size_t link_memory = SIZE_MAX;
  // Bytes of items that a plugin may give; with more the page fails.
  std::size_t max_items = SIZE_MAX;
  // Bytes that the body may have in UTF-8, if it has to be decoded; with more the page fails.
  std::size_t max_text = SIZE_MAX;
  // The crawler's product token: a <meta> of this name, in any case, says what <meta name=robots> says.
  std::string_view robots_agent = {};
};

// Which links of a page a parser keeps, as PageBytes says.
class LinkWindow {
 public:
  explicit LinkWindow(const PageBytes& page) : first_(page.first_link), memory_(page.link_memory) {}

  // Counts a link; whether it is to be kept, and then charged for.
  bool next() { return count_++ >= first_ && memory_ > 0; }
  void charge(std::size_t bytes) { memory_ -= std::min(memory_, bytes); }
  std::size_t count() const { return count_; }

 private:
  std::size_t first_;
  std::size_t memory_;
  std::size_t count_ = 0;
};

// <link rel=alternate hreflang=...>: the page in another language.
struct Hreflang {
  std::string_view language;  // as written, e.g. "de-AT", "x-default"
  std::string_view url;       // as in Link
};

// <meta property=... content=...>: Open Graph ("og:title") and its like.
struct MetaProperty {
  std::string_view name;     // as written
  std::string_view content;  // white-space-collapsed, at most 4,096 bytes
};

// What a parser found in one page. Move-only; owns every string its views need except the page's own bytes.
struct ParsedPage {
  std::string_view title;        // white-space-collapsed, at most 4,096 bytes
  std::string_view base;         // href of the first <base href>, "" if none
  std::string_view canonical;    // href of <link rel=canonical>, "" if none
  std::string_view description;  // <meta name=description>, white-space-collapsed, at most 4,096 bytes
  std::string_view language;     // <html lang>
  std::string_view encoding;     // WHATWG name of the encoding used, e.g. "UTF-8"
  RobotsDirectives robots;       // of all <meta name=robots>

  // In document order; how many, is bounded in plugins/html/metadata_reader.h.
  std::vector<Hreflang> hreflang;
  std::vector<MetaProperty> open_graph;
  std::vector<std::string_view> json_ld;  // the text of each <script type=application/ld+json>

  std::vector<Link> links;         // document order, duplicates kept; those of PageBytes::first_link on
  std::size_t first_link = 0;      // number of the first of them
  std::size_t link_count = 0;      // of the whole page
  std::vector<std::string> items;  // each one JSON object in UTF-8 on one line
  std::string damage;  // why the rest of the page could not be read, and where; "" if nothing is missing

  // Storage behind the views: decoded bodies, decoded attributes.
  std::vector<std::unique_ptr<std::string>> storage;

  ParsedPage() = default;
  ParsedPage(ParsedPage&&) = default;
  ParsedPage& operator=(ParsedPage&&) = default;

  // Lets go of links, hreflang, Open Graph, JSON-LD and all storage: the views that are left get their own,
  // and need the page's bytes no more.
  void keep_only_summary();
};

// Turns the bytes of a page into links, metadata and items: a pure function over bytes, no loop, no socket.
// The built-in HTML parser and each loaded plugin is one. Const and safe to call from several threads at
// once.
class Parser {
 public:
  virtual ~Parser() = default;

  virtual std::string_view name() const = 0;

  // Whether this parser takes a response of this media type ("text/html", lower case, no parameters).
  virtual bool claims(std::string_view media_type) const = 0;

  // Of one page it may be called several times, with another first_link. Errors: ErrorClass::parse (the page
  // is then failed(parse)), ErrorClass::too_large.
  virtual Result<ParsedPage> parse(const PageBytes& page) const = 0;
};

}  // namespace gossamer
