#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "plugins/sitemap/sitemap_entries.h"
#include "plugins/xml/xml_reader.h"

namespace gossamer {

// Finds the entries of the XML formats. An element counts if its prefix is that of the root element, so that
// <image:loc> is no <loc>; its namespace may be any, for wrong ones are common.
class SitemapXml final : public XmlSink {
 public:
  explicit SitemapXml(SitemapEntries& entries) : entries_(entries) {}

  void start_element(const XmlName& name, std::span<const XmlAttribute> attributes) override;
  void text(std::string_view piece) override;
  void end_element(const XmlName& name) override;

  SitemapFormat format() const { return format_; }
  const std::string& root() const { return root_; }  // the root element's name; "" before it came

 private:
  void start_root(const XmlName& name);
  bool is_entry(const XmlName& name) const;
  std::string* field_of(std::string_view name, std::span<const XmlAttribute> attributes);

  SitemapEntries& entries_;
  SitemapFormat format_ = SitemapFormat::unknown;
  std::string root_;
  std::string prefix_;           // that elements must have
  std::size_t depth_ = 0;        // of the element at hand; the root's is 1
  std::size_t entry_depth_ = 0;  // of the entry at hand, 0: none
  SitemapFields entry_;
  std::string guid_;              // of an RSS item
  std::string* field_ = nullptr;  // of the entry, that takes the text of the element at hand
};

}  // namespace gossamer
