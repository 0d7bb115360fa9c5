#include "plugins/parser_registry.h"

#include <algorithm>
#include <exception>
#include <iterator>
#include <string>
#include <utility>

namespace gossamer {
namespace {

// "Text/HTML; charset=utf-8" -> "text/html"
std::string bare_media_type(std::string_view content_type) {
  std::string_view type = content_type.substr(0, content_type.find(';'));
  const auto first = type.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  type = type.substr(first, type.find_last_not_of(" \t") - first + 1);
  std::string lower(type);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

Result<ParsedPage> run(const Parser& parser, const PageBytes& page) {
  auto named = [&](std::string_view message) {
    return std::string(parser.name()) + ": " + std::string(message);
  };
  try {
    Result<ParsedPage> result = parser.parse(page);
    if (!result) result.error().message = named(result.error().message);
    return result;
  } catch (const std::exception& error) {
    return fail(ErrorClass::parse, Phase::parse, named(error.what()));
  } catch (...) {
    return fail(ErrorClass::parse, Phase::parse, named("threw something that is no std::exception"));
  }
}

template <class T>
void append(std::vector<T>& to, std::vector<T>& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

void merge(ParsedPage& page, ParsedPage next) {
  for (auto field : {&ParsedPage::title, &ParsedPage::base, &ParsedPage::canonical, &ParsedPage::description,
                     &ParsedPage::language, &ParsedPage::encoding}) {
    if ((page.*field).empty()) page.*field = next.*field;
  }
  if (page.hreflang.empty()) page.hreflang = std::move(next.hreflang);
  if (page.open_graph.empty()) page.open_graph = std::move(next.open_graph);
  if (page.json_ld.empty()) page.json_ld = std::move(next.json_ld);
  if (page.damage.empty()) page.damage = std::move(next.damage);
  page.robots |= next.robots;
  append(page.links, next.links);
  page.link_count += next.link_count;
  append(page.items, next.items);
  append(page.storage, next.storage);
}

}  // namespace

void ParserRegistry::add(std::unique_ptr<Parser> parser) { parsers_.push_back(std::move(parser)); }

bool ParserRegistry::claims(std::string_view media_type) const {
  const std::string type = bare_media_type(media_type);
  return std::ranges::any_of(parsers_, [&](const auto& parser) { return parser->claims(type); });
}

Result<ParsedPage> ParserRegistry::parse(std::string_view media_type, const PageBytes& page) const {
  const std::string type = bare_media_type(media_type);
  Result<ParsedPage> merged =
      fail(ErrorClass::parse, Phase::parse, "no parser takes the media type '" + type + "'");
  bool first = true;
  PageBytes rest = page;  // of whose links the first are those of the parsers before
  for (const auto& parser : parsers_) {
    if (!parser->claims(type)) continue;
    Result<ParsedPage> found = run(*parser, rest);
    if (!found) return found;
    const bool kept_all = rest.first_link + found->links.size() >= found->link_count;
    const std::size_t memory = found->links.size() * sizeof(Link);
    rest.link_memory = kept_all ? rest.link_memory - std::min(rest.link_memory, memory) : 0;
    rest.first_link -= std::min(rest.first_link, found->link_count);
    if (std::exchange(first, false)) {
      merged = std::move(found);
    } else {
      merge(*merged, *std::move(found));
    }
  }
  if (merged) merged->first_link = std::min(page.first_link, merged->link_count);
  return merged;
}

}  // namespace gossamer
