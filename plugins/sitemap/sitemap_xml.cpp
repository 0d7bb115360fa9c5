#include "plugins/sitemap/sitemap_xml.h"

#include <utility>

#include "plugins/html/ascii.h"

namespace gossamer {
namespace {

constexpr std::size_t kMaxField = 2 * SitemapReader::kMaxLoc;  // bytes, with the white space after a loc

bool is_alternate(std::string_view rel) { return rel.empty() || equals_ignoring_case(rel, "alternate"); }

}  // namespace

void SitemapXml::start_element(const XmlName& name, std::span<const XmlAttribute> attributes) {
  if (++depth_ == 1) return start_root(name);
  if (format_ == SitemapFormat::unknown) return;
  field_ = nullptr;
  if (name.prefix != prefix_) return;
  if (entry_depth_ == 0 && is_entry(name)) {
    entry_depth_ = depth_;
    entry_ = {
        .loc = {}, .lastmod = {}, .changefreq = {}, .priority = {}, .is_sitemap = name.local == "sitemap"};
    guid_.clear();
  } else if (entry_depth_ != 0 && depth_ == entry_depth_ + 1) {
    field_ = field_of(name.local, attributes);
    if (field_ != nullptr && !field_->empty()) field_ = nullptr;  // the first one counts
  }
}

void SitemapXml::start_root(const XmlName& name) {
  root_ = name.local;
  prefix_ = name.prefix;
  if (root_ == "urlset") format_ = SitemapFormat::urlset;
  if (root_ == "sitemapindex") format_ = SitemapFormat::index;
  if (root_ == "feed") format_ = SitemapFormat::atom;
  if (root_ == "rss" || root_ == "RDF") {
    format_ = SitemapFormat::rss;
    prefix_.clear();  // <rdf:RDF> has no say in its items
  }
}

bool SitemapXml::is_entry(const XmlName& name) const {
  switch (format_) {
    case SitemapFormat::urlset:
    case SitemapFormat::index:
      return depth_ == 2 && (name.local == "url" || name.local == "sitemap");
    case SitemapFormat::atom:
      return depth_ == 2 && name.local == "entry";
    case SitemapFormat::rss:
      return depth_ <= 3 && name.local == "item";  // in <channel>, in RSS 1.0 beside it
    case SitemapFormat::text:
    case SitemapFormat::unknown:
      break;
  }
  return false;
}

std::string* SitemapXml::field_of(std::string_view name, std::span<const XmlAttribute> attributes) {
  switch (format_) {
    case SitemapFormat::urlset:
    case SitemapFormat::index:
      if (name == "loc") return &entry_.loc;
      if (name == "lastmod") return &entry_.lastmod;
      if (name == "changefreq") return &entry_.changefreq;
      if (name == "priority") return &entry_.priority;
      break;
    case SitemapFormat::atom:
      if (name == "updated") return &entry_.lastmod;
      if (name == "link" && entry_.loc.empty() && is_alternate(attribute_value(attributes, "rel")))
        entry_.loc = strip_html_space(attribute_value(attributes, "href"));
      break;
    case SitemapFormat::rss:
      if (name == "link") return &entry_.loc;
      if (name == "pubDate") return &entry_.lastmod;
      if (name == "guid" && attribute_value(attributes, "isPermaLink") != "false") return &guid_;
      break;
    case SitemapFormat::text:
    case SitemapFormat::unknown:
      break;
  }
  return nullptr;
}

void SitemapXml::text(std::string_view piece) {
  if (field_ == nullptr) return;
  while (field_->empty() && !piece.empty() && is_html_space(piece.front())) piece.remove_prefix(1);
  field_->append(piece.substr(0, kMaxField - field_->size()));
}

void SitemapXml::end_element(const XmlName&) {
  field_ = nullptr;
  if (depth_-- != entry_depth_) return;
  entry_depth_ = 0;
  if (entry_.loc.empty()) std::swap(entry_.loc, guid_);
  entries_.add(entry_);
}

}  // namespace gossamer
