#include "plugins/feed/feed_parser.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <utility>

#include "net/base/utf8.h"
#include "net/http/url.h"
#include "plugins/charset.h"
#include "plugins/feed/feed_reader.h"
#include "plugins/html/ascii.h"
#include "plugins/html/string_arena.h"
#include "plugins/text_decoder.h"
#include "plugins/xml/xml_reader.h"

namespace gossamer {

namespace {

constexpr std::array<std::string_view, 3> kFeedTypes = {"application/rss+xml", "application/atom+xml",
                                                        "application/rdf+xml"};
constexpr std::array<std::string_view, 2> kXmlTypes = {"application/xml", "text/xml"};
constexpr std::size_t kMaxLinkText = 256;

// Puts what a FeedReader finds into a ParsedPage.
class FeedPage {
 public:
  FeedPage(const PageBytes& page, bool gives_items)
      : arena_(parsed_.storage), window_(page), item_room_(page.max_items), gives_items_(gives_items) {}

  void add_entry(const FeedEntry& entry) {
    add_links(entry.links, utf8_prefix(entry.title, kMaxLinkText));
    if (!gives_items_ || is_full_) return;
    std::string item = entry.to_json();
    const std::size_t bytes = sizeof item + item.size();
    is_full_ = bytes > item_room_;
    if (is_full_) return;
    item_room_ -= bytes;
    parsed_.items.push_back(std::move(item));
  }

  void add_links(std::span<const FeedLink> links, std::string_view text = {}) {
    for (const FeedLink& link : links) {
      if (!window_.next()) continue;
      window_.charge(sizeof(Link) + link.url.size() + link.rel.size() + text.size());
      parsed_.links.push_back({.url = arena_.keep(link.url),
                               .rel = arena_.keep(link.rel),
                               .text = arena_.keep(text),
                               .tag = LinkTag::link,
                               .nofollow = has_rel_token(link.rel, "nofollow")});
    }
  }

  ParsedPage finish(const FeedHead& head) {
    add_links(head.links);
    parsed_.title = arena_.keep(head.title);
    parsed_.description = arena_.keep(utf8_prefix(head.description, FeedReader::kMaxTitle));
    parsed_.language = arena_.keep(head.language);
    parsed_.link_count = window_.count();
    return std::move(parsed_);
  }

  // Whether there was no room for an item.
  bool is_full() const { return is_full_; }

 private:
  ParsedPage parsed_;
  StringArena arena_;
  LinkWindow window_;
  std::size_t item_room_;
  const bool gives_items_;
  bool is_full_ = false;
};

Result<> read(XmlReader& xml, const FeedReader& feed, std::string_view text) {
  constexpr std::size_t kPiece = 64 << 10;
  while (!text.empty()) {
    if (auto written = xml.write(text.substr(0, kPiece)); !written) return written;
    text.remove_prefix(std::min(kPiece, text.size()));
    if (!feed.root().empty() && !feed.is_feed()) return {};
  }
  return xml.finish();
}

}  // namespace

bool FeedParser::claims(std::string_view media_type) const {
  return is_one_of_ignoring_case(media_type, kFeedTypes) || is_one_of_ignoring_case(media_type, kXmlTypes);
}

bool FeedParser::is_feed(std::string_view body) {
  constexpr std::size_t kPiece = 4096;
  FeedReader feed(std::nullopt, [](const FeedEntry&) {});
  XmlReader xml(feed);
  TextDecoder decoder("");
  for (std::string text; !body.empty() && feed.root().empty();
       body.remove_prefix(std::min(kPiece, body.size()))) {
    text.clear();
    decoder.write(body.substr(0, kPiece), text);
    if (!xml.write(text)) break;
  }
  return feed.is_feed();
}

Result<ParsedPage> FeedParser::parse(const PageBytes& page) const {
  const auto body = decode_body(page.body, page.content_type, page.max_text);
  if (!body) return std::unexpected(body.error());
  FeedPage found(page, gives_items_);
  auto url = Url::parse(page.url);
  FeedReader feed(url ? std::optional(std::move(*url)) : std::nullopt,
                  [&found](const FeedEntry& entry) { found.add_entry(entry); });
  XmlReader xml(feed);
  const Result<> whole = read(xml, feed, body->text);
  if (found.is_full()) {
    return fail(ErrorClass::too_large, Phase::parse,
                fmt::format("more than {} bytes of items from one page; a larger --memory allows more",
                            page.max_items));
  }
  ParsedPage parsed = found.finish(feed.head());
  parsed.encoding = body->encoding->name;
  const bool is_meant =
      feed.is_feed() || is_one_of_ignoring_case(media_type_of(page.content_type), kFeedTypes);
  if (is_meant && !whole) {
    parsed.damage = fmt::format("{}: {}", name(), whole.error().message);
  } else if (is_meant && !feed.is_feed()) {
    parsed.damage = fmt::format("{}: no feed: its root element is <{}>", name(), feed.root());
  }
  return parsed;
}

}  // namespace gossamer
