// A parser plugin: one item for each HTML page, what a card for it in a search result or a chat would show.
//   gossamer crawl https://example.com --plugin page_card.so --items cards.jsonl
// {"title": ..., "description": ..., "image": ..., "headings": [...]}
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "plugins/document.h"
#include "plugins/plugin_api.h"

namespace {

std::string_view view(gossamer_string text) { return {text.data, text.size}; }
gossamer_string to_c(std::string_view text) { return {text.data(), text.size()}; }

// Open Graph says it best, then the page's own words.
std::string first_of(const gossamer::Document& page, const char* open_graph, const char* otherwise) {
  const std::string said = page.css(open_graph).text();
  return said.empty() ? page.css(otherwise).text() : said;
}

gossamer_status parse(void* /*instance*/, const gossamer_page* page, const gossamer_sink* sink) {
  const auto document = gossamer::Document::parse(view(page->text), "text/html; charset=utf-8");
  if (!document) {
    sink->set_error(sink->context, to_c(document.error().message));
    return GOSSAMER_ERROR;
  }
  nlohmann::json card{
      {"title", first_of(*document, "meta[property='og:title']::attr(content)", "title")},
      {"description", first_of(*document, "meta[property='og:description']::attr(content)",
                               "meta[name=description i]::attr(content)")},
      {"image", document->css("meta[property='og:image']::attr(content)").get_or("")},
      {"headings", nlohmann::json::array()},
  };
  for (const gossamer::Node& heading : document->css("h1, h2, h3"))
    card["headings"].push_back(heading.text());
  return sink->emit_item(sink->context, to_c(card.dump()));
}

constexpr const char* kMediaTypes[] = {"text/html", "application/xhtml+xml", nullptr};

constexpr gossamer_plugin kPlugin = {
    .abi_version = GOSSAMER_PLUGIN_ABI_VERSION,
    .struct_size = sizeof(gossamer_plugin),
    .name = "page_card",
    .version = "1.0",
    .media_types = kMediaTypes,
    .create = nullptr,  // it keeps nothing between pages
    .destroy = nullptr,
    .parse = parse,
};

}  // namespace

extern "C" const gossamer_plugin* gossamer_plugin_entry(uint32_t /*host_abi_version*/) { return &kPlugin; }
