#include "plugins/html/metadata_reader.h"

#include <algorithm>
#include <array>
#include <utility>

#include "plugins/document_base.h"
#include "plugins/html/ascii.h"

namespace gossamer {

namespace {

// Properties that many pages write as <meta name>.
bool is_named_property(std::string_view name) {
  constexpr std::array<std::string_view, 3> kPrefixes = {"og:", "article:", "twitter:"};
  return std::ranges::any_of(
      kPrefixes, [name](std::string_view prefix) { return starts_with_ignoring_case(name, prefix); });
}

// Stands for the URL of the page: what is one there, is one in any page.
const Url& some_page() {
  static const Url kSomePage = *Url::parse("http://host/");
  return kSomePage;
}

}  // namespace

void MetadataReader::take_base(const StartTag& tag) {
  const RawAttribute* href = tag.find("href");
  if (has_base_ || href == nullptr) return;
  has_base_ = true;
  page_.base = values_.kept(strip_html_space(values_.of(href)));
  base_ = DocumentBase(page_, some_page()).url();
}

bool MetadataReader::is_url(std::string_view url) const {
  return Url::parse(url, base_ ? *base_ : some_page()).has_value();
}

void MetadataReader::take_language(const StartTag& tag) {
  if (has_language_) return;
  const RawAttribute* language = tag.find("lang");
  if (language == nullptr && is_xml_) language = tag.find("xml:lang");
  if (language == nullptr) return;
  has_language_ = true;
  page_.language = values_.kept(strip_html_space(values_.of(language)));
}

void MetadataReader::take_meta(const StartTag& tag) {
  const RawAttribute* content = tag.find("content");
  if (content == nullptr) return;
  const RawAttribute* property = tag.find("property");
  if (property != nullptr) take_property(*property, *content);
  const RawAttribute* name = tag.find("name");
  if (name == nullptr) return;
  const std::string_view key = strip_html_space(values_.of(name));
  if (equals_ignoring_case(key, "robots") ||
      (!robots_agent_.empty() && equals_ignoring_case(key, robots_agent_))) {
    page_.robots |= parse_robots_directives(values_.of(content));
  } else if (equals_ignoring_case(key, "description")) {
    if (page_.description.empty()) page_.description = collapsed(*content);
  } else if (property == nullptr && is_named_property(key)) {
    take_property(*name, *content);
  }
}

void MetadataReader::take_property(const RawAttribute& name, const RawAttribute& content) {
  if (page_.open_graph.size() == kMaxProperties) return;
  const std::string_view key = strip_html_space(values_.of(&name));
  if (!key.empty() && key.size() <= kMaxName)
    page_.open_graph.push_back({values_.kept(key), collapsed(content)});
}

void MetadataReader::take_link(const StartTag& tag, std::string_view url, std::string_view rel) {
  if (!has_canonical_ && has_rel_token(rel, "canonical") && is_url(url)) {
    has_canonical_ = true;
    page_.canonical = values_.kept(url);
  }
  const RawAttribute* hreflang = tag.find("hreflang");
  if (hreflang == nullptr || page_.hreflang.size() == kMaxHreflang || !has_rel_token(rel, "alternate") ||
      !is_url(url))
    return;
  url = values_.kept(url);
  const std::string_view language = values_.kept(strip_html_space(values_.of(hreflang)));
  if (!language.empty() && language.size() <= kMaxName) page_.hreflang.push_back({language, url});
}

void MetadataReader::open_title(const StartTag& tag) {
  if (has_title_ || is_open()) return;
  has_title_ = true;
  if (tag.self_closing && is_xml_) return;
  open_ = Open::title;
  title_.begin(kMaxText);
}

void MetadataReader::open_script(const StartTag& tag) {
  if (is_open() || (tag.self_closing && is_xml_)) return;
  const std::string_view type = values_.of(tag.find("type"));
  if (equals_ignoring_case(strip_html_space(type.substr(0, type.find(';'))), "application/ld+json"))
    open_ = Open::json_ld;
}

void MetadataReader::text(std::string_view raw, RawTextKind kind) {
  open_ == Open::title ? title_.add(raw, kind) : add_json_ld(raw, kind);
}

void MetadataReader::close_title() {
  if (open_ != Open::title) return;
  open_ = Open::none;
  page_.title = title_.finish(arena_);
}

void MetadataReader::close_script() {
  if (open_ != Open::json_ld) return;
  open_ = Open::none;
  const bool is_joined = !joined_json_ld_.empty();
  const std::string_view block = strip_html_space(is_joined ? joined_json_ld_ : json_ld_);
  if (!block.empty() && page_.json_ld.size() < kMaxJsonLd &&
      block.size() <= kMaxJsonLdBytes - json_ld_bytes_) {
    json_ld_bytes_ += block.size();
    page_.json_ld.push_back(is_joined ? arena_.keep(block) : block);
  }
  json_ld_ = {};
  joined_json_ld_.clear();
}

void MetadataReader::add_json_ld(std::string_view raw, RawTextKind kind) {
  if (json_ld_.empty() && joined_json_ld_.empty() && !needs_decoding(raw)) {
    json_ld_ = raw;
    return;
  }
  if (joined_json_ld_.size() > kMaxJsonLdBytes) return;
  joined_json_ld_ += std::exchange(json_ld_, {});
  append_decoded(joined_json_ld_, raw, kind);
}

std::string_view MetadataReader::collapsed(const RawAttribute& content) {
  TextCollector text;
  text.begin(kMaxText);
  text.add(content.value, RawTextKind::attribute);
  return text.finish(arena_);
}

}  // namespace gossamer
