#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/coro/task.h"
#include "net/http/http_client.h"
#include "net/http/url.h"
#include "plugins/document.h"
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

// Of what is read out of a page: as in PageBytes.
struct PageLimits {
  std::size_t max_text = SIZE_MAX;
  std::size_t max_items = SIZE_MAX;
};

// What is known of one fetched page; shared by the crawl and the spider's Page values.
struct PageData {
  // `parsers` must outlive it.
  PageData(Url page_url, FetchResponse page_response, const ParserRegistry& parsers, const PageLimits& limits)
      : url(std::move(page_url)),
        response(std::move(page_response)),
        body_bytes(response.body.size()),
        parsers_(&parsers),
        limits_(limits) {}

  Url url;
  FetchResponse response;  // its body goes when nobody needs it any more
  std::size_t body_bytes;  // that it had
  ParsedPage parsed;       // of the crawl's parsers, its links only if has_links; views into `response`
  bool has_links = false;
  std::optional<Result<Document>> document;

  // What the parsers find: the links from number `first_link` on, as many as take `link_memory`. Any thread.
  Result<ParsedPage> parse(std::size_t first_link = 0, std::size_t link_memory = SIZE_MAX) const;

  // Builds the tree, if it is not there yet. Any thread, one at a time.
  Result<Document>& build_document();

 private:
  const ParserRegistry* parsers_;
  PageLimits limits_;
};

// Pages above this size get their tree on another thread, before the spider is called.
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
  std::string_view title() const { return data_->parsed.title; }

  // Queries over the page's tree, which is built at the first. Throw SelectorError for a wrong selector, and
  // std::runtime_error for a page beyond the limits of Document.
  Selection css(std::string_view selector) const { return document().css(selector); }
  Selection xpath(std::string_view expression) const { return document().xpath(expression); }
  const Document& document() const;

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
