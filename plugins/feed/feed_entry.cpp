#include "plugins/feed/feed_entry.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "plugins/parser.h"

namespace gossamer {

std::string_view FeedEntry::link() const {
  const auto found =
      std::ranges::find_if(links, [](const FeedLink& link) { return has_rel_token(link.rel, "alternate"); });
  return found == links.end() ? std::string_view() : found->url;
}

std::string FeedEntry::to_json() const {
  const auto known = [](std::string_view text) {
    return text.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(text);
  };
  return nlohmann::ordered_json{
      {"type", "entry"},         {"title", known(title)},         {"link", known(link())},
      {"id", known(id)},         {"published", known(published)}, {"updated", known(updated)},
      {"author", known(author)}, {"summary", known(summary)},     {"content", known(content)},
      {"categories", categories}}
      .dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace gossamer
