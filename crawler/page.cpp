#include "crawler/page.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "crawler/robots.h"
#include "plugins/charset.h"
#include "plugins/document_base.h"

namespace gossamer {

Result<ParsedPage> PageData::parse(std::size_t first_link, std::size_t link_memory) const {
  if (sitemap) return sitemap->links(first_link);  // the header's nofollow is not about what it lists
  const std::string_view type = response.headers.get("content-type").value_or("");
  const PageBytes bytes{.url = url.href(),
                        .content_type = type,
                        .body = response.body,
                        .first_link = first_link,
                        .link_memory = link_memory,
                        .max_items = reading_.max_items,
                        .max_text = reading_.max_text,
                        .robots_agent = reading_.robots_agent};
  Result<ParsedPage> found = parsers_->parse(type, bytes);
  if (found) found->robots |= x_robots_directives(response.headers, reading_.robots_agent);
  return found;
}

Result<Document>& PageData::build_document() {
  if (!document)
    document.emplace(Document::parse(response.body, response.headers.get("content-type").value_or("")));
  return *document;
}

Result<JsonDocument>& PageData::build_json() {
  if (!json) json.emplace(JsonDocument::parse(response.body));
  return *json;
}

void PageData::build_tree() {
  if (is_json_type(media_type_of(response.headers.get("content-type").value_or("")))) {
    build_json();
  } else {
    build_document();
  }
}

const ParsedPage& PageData::metadata() {
  if (has_lists) return parsed;
  if (!metadata_) metadata_ = parse(0, 0).value_or(ParsedPage());
  return *metadata_;
}

const Document& Page::document() const {
  const Result<Document>& document = data_->build_document();
  if (!document) throw std::runtime_error(fmt::format("{}: {}", url(), document.error().message));
  return *document;
}

const nlohmann::json& Page::json() const {
  const Result<JsonDocument>& json = data_->build_json();
  if (!json) throw std::runtime_error(fmt::format("{}: {}", url(), json.error().message));
  return json->root();
}

const nlohmann::json& Page::json(std::string_view pointer) const {
  static const nlohmann::json kNothing;
  json();
  const auto found = (*data_->json)->find(pointer);
  if (!found) throw SelectorError(found.error().message);
  return *found != nullptr ? **found : kNothing;
}

std::vector<PageLink> Page::links() const {
  ParsedPage again;
  if (!data_->has_lists) {
    auto parsed = data_->parse();
    if (!parsed) return {};
    again = std::move(*parsed);
  }
  const ParsedPage& page = data_->has_lists ? data_->parsed : again;
  const DocumentBase base(page, data_->url);
  std::vector<PageLink> links;
  for (const Link& link : page.links) {
    if (!is_followed(link)) continue;
    const auto url = base.resolve(link.url);
    if (!url || !url->is_http()) continue;
    links.push_back({std::string(url->href()), std::string(link.text), std::string(link.rel),
                     link.nofollow || page.robots.nofollow});
  }
  return links;
}

std::optional<std::string> Page::resolve(std::string_view reference) const {
  const auto url = DocumentBase(data_->summary(), data_->url).resolve(reference);
  if (!url) return std::nullopt;
  return std::string(url->href());
}

Task<Result<Page>> Page::fetch(std::string reference) const {
  auto url = DocumentBase(data_->summary(), data_->url).resolve(reference);
  if (!url) co_return std::unexpected(std::move(url.error()));
  co_return co_await fetcher_->fetch_page(std::move(*url));
}

}  // namespace gossamer
