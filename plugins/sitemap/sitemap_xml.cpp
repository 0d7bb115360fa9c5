#include "plugins/sitemap/sitemap_xml.h"

#include "plugins/html/ascii.h"

namespace gossamer {
namespace {

constexpr std::size_t kMaxField = 2 * SitemapReader::kMaxLoc;  // bytes, with the white space after a loc
constexpr std::size_t kEntryDepth = 2;
constexpr std::size_t kFieldDepth = 3;

}  // namespace

void SitemapXml::start_element(const XmlName& name, std::span<const XmlAttribute> attributes) {
  if (++depth_ == 1) start_root(name);
  if (feed_) return feed_->start_element(name, attributes);
  if (format_ == SitemapFormat::unknown || !is_own(name)) return;
  if (depth_ == kEntryDepth) {
    in_entry_ = name.local == "url" || name.local == "sitemap";
    entry_ = {};
    entry_.is_sitemap = name.local == "sitemap";
  } else if (in_entry_ && depth_ == kFieldDepth) {
    field_ = field_of(name.local);
    if (field_ != nullptr && !field_->empty()) field_ = nullptr;  // the first one counts
  }
}

void SitemapXml::start_root(const XmlName& name) {
  root_ = name.local;
  prefix_ = name.prefix;
  uri_ = name.uri;
  if (root_ == "urlset") format_ = SitemapFormat::urlset;
  if (root_ == "sitemapindex") format_ = SitemapFormat::index;
  if (root_ == "feed") format_ = SitemapFormat::atom;
  if (root_ == "rss" || root_ == "RDF") format_ = SitemapFormat::rss;
  if (format_ == SitemapFormat::atom || format_ == SitemapFormat::rss)
    feed_.emplace(std::move(base_), [this](const FeedEntry& entry) { add_feed_entry(entry); });
}

void SitemapXml::add_feed_entry(const FeedEntry& entry) {
  entry_ = {};
  entry_.loc = entry.link();
  entry_.lastmod = entry.updated.empty() ? entry.published : entry.updated;
  entries_.add(entry_);
}

std::string* SitemapXml::field_of(std::string_view name) {
  if (name == "loc") return &entry_.loc;
  if (name == "lastmod") return &entry_.lastmod;
  if (name == "changefreq") return &entry_.changefreq;
  if (name == "priority") return &entry_.priority;
  return nullptr;
}

void SitemapXml::text(std::string_view piece) {
  if (feed_) return feed_->text(piece);
  if (field_ == nullptr) return;
  while (field_->empty() && !piece.empty() && is_html_space(piece.front())) piece.remove_prefix(1);
  field_->append(piece.substr(0, kMaxField - field_->size()));
}

void SitemapXml::end_element(const XmlName& name) {
  if (feed_) return feed_->end_element(name);
  if (depth_ == kFieldDepth) field_ = nullptr;
  if (depth_ == kEntryDepth && in_entry_) {
    in_entry_ = false;
    entries_.add(entry_);
  }
  --depth_;
}

}  // namespace gossamer
