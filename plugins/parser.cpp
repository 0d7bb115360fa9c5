#include "plugins/parser.h"

#include <algorithm>
#include <array>
#include <span>

#include "plugins/html/ascii.h"

namespace gossamer {

namespace {

// Calls `visit(token)` for each token of `rel` until it returns true; whether it did.
template <class Visit>
bool any_token(std::string_view rel, Visit visit) {
  std::size_t i = 0;
  while (i < rel.size()) {
    while (i < rel.size() && is_html_space(rel[i])) ++i;
    const std::size_t start = i;
    while (i < rel.size() && !is_html_space(rel[i])) ++i;
    if (i > start && visit(rel.substr(start, i - start))) return true;
  }
  return false;
}

bool has_any_token(std::string_view rel, std::span<const std::string_view> tokens) {
  return any_token(rel, [&](std::string_view found) { return is_one_of_ignoring_case(found, tokens); });
}

constexpr std::array<std::string_view, 4> kFollowedRels = {"next", "prev", "alternate", "canonical"};
constexpr std::array<std::string_view, 8> kAssetRels = {
    "stylesheet", "icon",     "apple-touch-icon", "apple-touch-icon-precomposed",
    "mask-icon",  "manifest", "preload",          "modulepreload"};

}  // namespace

std::string_view to_string(LinkTag tag) {
  switch (tag) {
    case LinkTag::a:
      return "a";
    case LinkTag::area:
      return "area";
    case LinkTag::link:
      return "link";
    case LinkTag::iframe:
      return "iframe";
    case LinkTag::frame:
      return "frame";
    case LinkTag::meta_refresh:
      return "meta";
    case LinkTag::form:
      return "form";
    case LinkTag::img:
      return "img";
    case LinkTag::input:
      return "input";
    case LinkTag::image:
      return "image";
    case LinkTag::script:
      return "script";
    case LinkTag::video:
      return "video";
    case LinkTag::audio:
      return "audio";
    case LinkTag::source:
      return "source";
    case LinkTag::track:
      return "track";
    case LinkTag::object:
      return "object";
    case LinkTag::embed:
      return "embed";
    case LinkTag::ping:
      return "ping";
    case LinkTag::url:
      return "url";
    case LinkTag::sitemap:
      return "sitemap";
    case LinkTag::other:
      return "other";
  }
  return "other";
}

void ParsedPage::keep_only_summary() {
  const std::array views = {&title, &base, &canonical, &description, &language};  // `encoding` is a constant
  auto text = std::make_unique<std::string>();
  for (const std::string_view* view : views) text->append(*view);
  std::string_view rest = *text;
  for (std::string_view* view : views) {
    *view = rest.substr(0, view->size());
    rest.remove_prefix(view->size());
  }
  links = {};
  hreflang = {};
  open_graph = {};
  json_ld = {};
  storage.clear();
  storage.push_back(std::move(text));
}

bool has_rel_token(std::string_view rel, std::string_view token) {
  return any_token(rel, [&](std::string_view found) { return equals_ignoring_case(found, token); });
}

bool is_followed(const Link& link) {
  switch (link.tag) {
    case LinkTag::a:
    case LinkTag::area:
    case LinkTag::iframe:
    case LinkTag::frame:
    case LinkTag::meta_refresh:
    case LinkTag::url:
    case LinkTag::sitemap:
      return true;
    case LinkTag::link:
      return has_any_token(link.rel, kFollowedRels) && !has_rel_token(link.rel, "stylesheet");
    default:
      return false;
  }
}

bool is_asset(const Link& link) {
  switch (link.tag) {
    case LinkTag::img:
    case LinkTag::input:
    case LinkTag::image:
    case LinkTag::script:
    case LinkTag::video:
    case LinkTag::audio:
    case LinkTag::source:
    case LinkTag::track:
    case LinkTag::object:
    case LinkTag::embed:
      return true;
    case LinkTag::link:
      return has_any_token(link.rel, kAssetRels);
    default:
      return false;
  }
}

}  // namespace gossamer
