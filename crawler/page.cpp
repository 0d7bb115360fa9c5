#include "crawler/page.h"

#include <fmt/format.h>
#include <stdexcept>

#include "plugins/base_url.h"

namespace gossamer {

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
  const auto base = document_base_url(data_->parsed.base, data_->url);
  std::vector<PageLink> links;
  for (const Link& link : data_->parsed.links) {
    if (!is_followed(link)) continue;
    const auto url = Url::parse(link.url, *base);
    if (!url || !url->is_http()) continue;
    links.push_back({std::string(url->href()), std::string(link.text), std::string(link.rel),
                     link.nofollow || data_->parsed.nofollow});
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
