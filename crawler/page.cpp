#include "crawler/page.h"

#include <fmt/format.h>
#include <stdexcept>

#include "plugins/base_url.h"

namespace gossamer {

Result<ParsedPage> PageData::parse(std::size_t first_link, std::size_t link_memory) const {
  const std::string_view type = response.headers.get("content-type").value_or("");
  return parsers_->parse(type, {.url = url.href(),
                                .content_type = type,
                                .body = response.body,
                                .first_link = first_link,
                                .link_memory = link_memory,
                                .max_items = limits_.max_items,
                                .max_text = limits_.max_text});
}

Result<Document>& PageData::build_document() {
  if (!document)
    document.emplace(Document::parse(response.body, response.headers.get("content-type").value_or("")));
  return *document;
}

const Document& Page::document() const {
  const Result<Document>& document = data_->build_document();
  if (!document) throw std::runtime_error(fmt::format("{}: {}", url(), document.error().message));
  return *document;
}

std::vector<PageLink> Page::links() const {
  ParsedPage again;
  if (!data_->has_links) {
    auto parsed = data_->parse();
    if (!parsed) return {};
    again = std::move(*parsed);
  }
  const ParsedPage& page = data_->has_links ? data_->parsed : again;
  const auto base = document_base_url(page.base, data_->url);
  std::vector<PageLink> links;
  for (const Link& link : page.links) {
    if (!is_followed(link)) continue;
    const auto url = Url::parse(link.url, *base);
    if (!url || !url->is_http()) continue;
    links.push_back({std::string(url->href()), std::string(link.text), std::string(link.rel),
                     link.nofollow || page.nofollow});
  }
  return links;
}

std::optional<std::string> Page::resolve(std::string_view reference) const {
  const auto url = Url::parse(reference, *document_base_url(data_->parsed.base, data_->url));
  if (!url) return std::nullopt;
  return std::string(url->href());
}

Task<Result<Page>> Page::fetch(std::string reference) const {
  auto url = Url::parse(reference, *document_base_url(data_->parsed.base, data_->url));
  if (!url) co_return std::unexpected(std::move(url.error()));
  co_return co_await fetcher_->fetch_page(std::move(*url));
}

}  // namespace gossamer
