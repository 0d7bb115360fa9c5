#pragma once

#include "plugins/parser.h"

namespace gossamer {

// The built-in parser of feeds: RSS 0.9x, 1.0 and 2.0, Atom. Links, all with the tag "link", are those of the
// feed and of its entries, rel as in Atom: what an entry is about is its alternate, which a crawl follows, as
// it does rel=next. Title, description and language are the feed's. With `gives_items` each entry is an item,
// see FeedEntry::to_json().
class FeedParser final : public Parser {
 public:
  explicit FeedParser(bool gives_items) : gives_items_(gives_items) {}

  std::string_view name() const override { return "feed"; }

  // application/rss+xml, atom+xml, rdf+xml, and application/xml and text/xml, of which documents that are no
  // feeds give nothing.
  bool claims(std::string_view media_type) const override;

  // Whether the root element is a feed's: for a body of which nothing tells the type.
  static bool is_feed(std::string_view body);

  // Feeds that are not well-formed are common: of one that breaks off all whole entries before the place are
  // kept, and ParsedPage::damage names it. Errors: too_large, for more items than PageBytes has room for.
  Result<ParsedPage> parse(const PageBytes& page) const override;

 private:
  bool gives_items_;
};

}  // namespace gossamer
