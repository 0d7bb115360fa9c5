#include "plugins/plugin_sink.h"

#include <algorithm>
#include <fmt/format.h>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "net/base/utf8.h"
#include "plugins/html/ascii.h"

namespace gossamer {
namespace {

constexpr std::size_t kMaxLinkTextBytes = 256;  // as of an <a>, see Link
constexpr std::size_t kMaxTitleBytes = 4096;
constexpr std::size_t kMaxMessageBytes = 1000;

std::string_view view(gossamer_string text) {
  return text.data == nullptr ? std::string_view{} : std::string_view(text.data, text.size);
}

// A JSON object on one line; nullopt for anything else. Within a JSON text a line break can only be white
// space.
std::optional<std::string> one_line_object(std::string_view json) {
  const std::string_view object = strip_html_space(json);
  // The parser takes a NUL for the end and would not look at what follows.
  const bool has_nul = object.find('\0') != std::string_view::npos;
  if (!object.starts_with('{') || has_nul || !nlohmann::json::accept(object)) return std::nullopt;
  std::string line(object);
  std::ranges::replace_if(line, [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return line;
}

// What an error message shows of text that may be anything.
std::string excerpt(std::string_view text) {
  constexpr std::size_t kShown = 60;
  std::string out(text.substr(0, kShown));
  std::ranges::replace_if(out, [](unsigned char c) { return c < 0x20 || c >= 0x7F; }, '?');
  return text.size() > kShown ? out + "..." : out;
}

// Valid UTF-8, white space collapsed, at most `limit` bytes and not cut within a character.
std::string clean_text(std::string_view text, std::size_t limit) {
  std::string valid;
  append_valid_utf8(valid, text);
  std::string out;
  for (const char c : strip_html_space(valid)) {
    if (!is_html_space(c)) {
      out += c;
    } else if (!out.ends_with(' ')) {
      out += ' ';
    }
  }
  if (out.size() > limit) {
    while (limit > 0 && (out[limit] & 0xC0) == 0x80) --limit;
    out.resize(limit);
  }
  return out;
}

}  // namespace

PluginSink::PluginSink(const PageBytes& page) : window_(page), max_items_(page.max_items) {
  table_.struct_size = sizeof(gossamer_sink);
  table_.context = this;
  table_.emit_item = [](void* self, gossamer_string json) {
    return static_cast<PluginSink*>(self)->add_item(view(json));
  };
  table_.emit_link = [](void* self, const gossamer_link* link) {
    return static_cast<PluginSink*>(self)->add_link(link);
  };
  table_.set_title = [](void* self, gossamer_string title) {
    auto& sink = *static_cast<PluginSink*>(self);
    if (sink.has_room_for(title.size)) sink.page_.title = sink.keep(clean_text(view(title), kMaxTitleBytes));
  };
  table_.set_error = [](void* self, gossamer_string message) {
    static_cast<PluginSink*>(self)->error_ = clean_text(view(message), kMaxMessageBytes);
  };
}

Result<ParsedPage> PluginSink::finish(gossamer_status status) {
  if (refusal_) return fail(ErrorClass::parse, Phase::parse, *std::move(refusal_));
  page_.link_count = window_.count();
  if (status == GOSSAMER_OK) return std::move(page_);
  return fail(ErrorClass::parse, Phase::parse,
              error_.empty() ? "failed and did not say why" : std::move(error_));
}

gossamer_status PluginSink::add_item(std::string_view json) {
  if (json.size() > kMaxItemBytes) {
    return refuse(fmt::format("an item of {} bytes, the limit is {}", json.size(), kMaxItemBytes));
  }
  auto item = one_line_object(json);
  if (!item) return refuse(fmt::format("an item that is not a JSON object: {}", excerpt(json)));
  if (!has_room_for(item->size()) || !has_room_for_item(sizeof *item + item->size())) return GOSSAMER_ERROR;
  page_.items.push_back(*std::move(item));
  return GOSSAMER_OK;
}

gossamer_status PluginSink::add_link(const gossamer_link* link) {
  if (link == nullptr || link->struct_size < sizeof(gossamer_link))
    return refuse("a gossamer_link without its size");
  if (!window_.next()) return GOSSAMER_OK;
  const std::size_t bytes = sizeof(Link) + link->url.size + link->rel.size + link->text.size;
  if (!has_room_for(bytes)) return GOSSAMER_ERROR;
  window_.charge(bytes);
  Link found;
  found.url = keep(strip_html_space(view(link->url)));
  found.rel = keep(view(link->rel));
  found.text = keep(clean_text(view(link->text), kMaxLinkTextBytes));
  found.tag = LinkTag::a;
  found.nofollow = has_rel_token(found.rel, "nofollow");
  page_.links.push_back(found);
  return GOSSAMER_OK;
}

// The first refusal is the one that is told.
gossamer_status PluginSink::refuse(std::string message) {
  if (!refusal_) refusal_ = std::move(message);
  return GOSSAMER_ERROR;
}

bool PluginSink::has_room_for_item(std::size_t bytes) {
  if (bytes > max_items_ - item_bytes_) {
    refuse(
        fmt::format("more than {} bytes of items from one page; a larger --memory allows more", max_items_));
    return false;
  }
  item_bytes_ += bytes;
  return true;
}

bool PluginSink::has_room_for(std::size_t bytes) {
  if (bytes > kMaxPageBytes - bytes_) {
    refuse(fmt::format("items and links of more than {} bytes from one page", kMaxPageBytes));
    return false;
  }
  bytes_ += bytes;
  return true;
}

}  // namespace gossamer
