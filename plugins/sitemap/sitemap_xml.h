#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "net/http/url.h"
#include "plugins/feed/feed_reader.h"
#include "plugins/sitemap/sitemap_entries.h"
#include "plugins/xml/xml_reader.h"

namespace gossamer {

// Finds the entries of the XML formats; those of feeds are a FeedReader's. Of the others an element counts if
// its prefix or its namespace is that of the root element, so that <image:loc> is no <loc>; the namespace may
// be any, for wrong ones are common. The text of an element is also that of those within it.
class SitemapXml final : public XmlSink {
 public:
  // `base`: for xml:base in feeds, where the document came from.
  SitemapXml(SitemapEntries& entries, std::optional<Url> base) : entries_(entries), base_(std::move(base)) {}

  void start_element(const XmlName& name, std::span<const XmlAttribute> attributes) override;
  void text(std::string_view piece) override;
  void end_element(const XmlName& name) override;

  SitemapFormat format() const { return format_; }
  const std::string& root() const { return root_; }  // the root element's name; "" before it came

 private:
  void start_root(const XmlName& name);
  bool is_own(const XmlName& name) const {
    return name.prefix == prefix_ || (!uri_.empty() && name.uri == uri_);
  }
  void add_feed_entry(const FeedEntry& entry);
  std::string* field_of(std::string_view name);

  SitemapEntries& entries_;
  std::optional<Url> base_;
  SitemapFormat format_ = SitemapFormat::unknown;
  std::string root_;
  std::string prefix_;              // that elements have, or
  std::string uri_;                 // their namespace, if there is one
  std::optional<FeedReader> feed_;  // of a feed, which has all the rest
  std::size_t depth_ = 0;           // of the element at hand; the root's is 1
  bool in_entry_ = false;
  SitemapFields entry_;
  std::string* field_ = nullptr;  // of the entry, that takes the text of the element at depth 3
};

}  // namespace gossamer
