#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "plugins/parser.h"

namespace gossamer {

// The parsers of a job, in the order they were added: plugins as the command line names them, then the
// built-in ones. A page is shown to EVERY parser that claims its media type, and their findings are merged:
//   - items: all, in parser order;
//   - links: the built-in parser's and every plugin's, in parser order, duplicates kept;
//   - title, base, canonical, ..., hreflang, Open Graph, JSON-LD: of the first parser that found one, so a
//     plugin can overrule the built-in;
//   - noindex, nofollow: set if any parser set them;
//   - damage: the first that a parser found.
// One parser that fails fails the page: what a half-read page would bring cannot be told from what it lacks.
// Filled before the crawl starts; afterwards const and safe from several threads at once.
class ParserRegistry {
 public:
  void add(std::unique_ptr<Parser> parser);

  bool empty() const { return parsers_.empty(); }

  // Whether some parser takes this media type. Any case; parameters ("; charset=...") are ignored.
  bool claims(std::string_view media_type) const;

  // Errors: ErrorClass::parse when no parser claims the type or one throws; what a parser returned, its
  // message prefixed with the parser's name. The result's views live as long as it and the bytes of `page`.
  Result<ParsedPage> parse(std::string_view media_type, const PageBytes& page) const;

 private:
  std::vector<std::unique_ptr<Parser>> parsers_;
};

}  // namespace gossamer
