#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/sitemap_list.h"
#include "net/coro/task.h"
#include "net/http/http_client.h"
#include "net/http/url.h"
#include "plugins/document.h"
#include "plugins/json_document.h"
#include "plugins/parser_registry.h"

namespace gossamer {

class Page;

// Fetches pages for spiders, under the crawl's own politeness and robots rules; implemented by Crawl.
class PageFetcher {
 public:
  virtual Task<Result<Page>> fetch_page(Url url) = 0;

 protected:
  ~PageFetcher() = default;
};

// How pages are read: as in PageBytes.
struct PageReading {
  std::size_t max_text = SIZE_MAX;
  std::size_t max_items = SIZE_MAX;
  std::string robots_agent{};
};

// What is known of one fetched page; shared by the crawl and the spider's Page values.
struct PageData {
  // `parsers` must outlive it.
  PageData(Url page_url, FetchResponse page_response, const ParserRegistry& parsers, PageReading reading)
      : url(std::move(page_url)),
        response(std::move(page_response)),
        body_bytes(response.body.size()),
        parsers_(&parsers),
        reading_(std::move(reading)) {}

  Url url;
  FetchResponse response;  // its body goes when nobody needs it any more
  std::size_t body_bytes;  // that it had, all of a sitemap's
  ParsedPage parsed;       // of the crawl's parsers: at least its summary if is_parsed; views into `response`
  bool is_parsed = false;
  bool has_lists = false;                      // links and the like
  std::unique_ptr<const SitemapList> sitemap;  // what it lists, if it is one, which no parser reads
  std::string not_sitemap;                     // else why it is none, if it may have been one
  std::optional<Result<Document>> document;
  std::optional<Result<JsonDocument>> json;

  // What the parsers and the X-Robots-Tag say: the links from number `first_link` on, as many as take
  // `link_memory`. Any thread.
  Result<ParsedPage> parse(std::size_t first_link = 0, std::size_t link_memory = SIZE_MAX) const;

  // Build what is not there yet. Any thread, one at a time.
  Result<Document>& build_document();
  Result<JsonDocument>& build_json();
  void build_tree();  // the one that its media type asks for

  // Everything but links, which may be there or not.
  const ParsedPage& metadata();
  // Its title, base and what else stays in keep_only_summary().
  const ParsedPage& summary() { return is_parsed ? parsed : metadata(); }

 private:
  const ParserRegistry* parsers_;
  PageReading reading_;
  std::optional<ParsedPage> metadata_;
};

// Pages above this size get their tree (of HTML or JSON) on another thread, before the spider is called.
inline constexpr std::size_t kLargeDocument = 256 << 10;

// A link of a page, resolved.
struct PageLink {
  std::string url;
  std::string text;
  std::string rel;
  bool nofollow = false;
};

// A fetched page in a spider's hands. A small value; its nodes, selections and views live as long as some
// copy of it.
class Page {
 public:
  Page(std::shared_ptr<PageData> data, PageFetcher* fetcher) : data_(std::move(data)), fetcher_(fetcher) {}

  std::string_view url() const { return data_->url.href(); }
  int status() const { return data_->response.status; }
  const Headers& headers() const { return data_->response.headers; }
  std::string_view body() const { return data_->response.body; }  // content codings undone, charset as sent
  std::string_view title() const { return data_->summary().title; }

  // What the page says of itself: description, canonical, language, robots, hreflang, open_graph, json_ld,
  // ... Its `links` are not all of the page's; links() are.
  const ParsedPage& metadata() const { return data_->metadata(); }

  // Queries over the page's tree, which is built at the first. Throw SelectorError for a wrong selector, and
  // std::runtime_error for a page beyond the limits of Document.
  Selection css(std::string_view selector) const { return document().css(selector); }
  Selection xpath(std::string_view expression) const { return document().xpath(expression); }
  const Document& document() const;

  // The body as JSON, whatever its media type; or the value at a JSON Pointer (RFC 6901), null where there is
  // none: page.json("/items/0/name"). Parsed at the first call. Throw std::runtime_error for what is no JSON
  // or beyond the limits of JsonDocument, and SelectorError for what is no pointer.
  const nlohmann::json& json() const;
  const nlohmann::json& json(std::string_view pointer) const;

  // The page's http(s) links that a crawl follows, resolved, in document order.
  std::vector<PageLink> links() const;

  // `reference` as an absolute URL, resolved against the page's base. nullopt: it is no URL.
  std::optional<std::string> resolve(std::string_view reference) const;

  // Fetches another page, redirects followed, in its host's turn and only if its robots.txt allows. It is not
  // a URL of the ledger: what is taken from it belongs to this page. Answers of any status are pages. Errors:
  // those of a fetch; refused where robots.txt disallows.
  Task<Result<Page>> fetch(std::string reference) const;

 private:
  std::shared_ptr<PageData> data_;
  PageFetcher* fetcher_;
};

}  // namespace gossamer
