#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "net/base/error.h"
#include "plugins/sitemap/sitemap_entries.h"
#include "plugins/sitemap/sitemap_text.h"
#include "plugins/sitemap/sitemap_xml.h"
#include "plugins/text_decoder.h"
#include "plugins/xml/xml_reader.h"

namespace gossamer {

// A sitemap that is not packed: XML or text, which its first byte tells.
class SitemapContent {
 public:
  SitemapContent(SitemapReader::Found found, std::string_view charset, std::optional<Url> base)
      : entries_(std::move(found)),
        decoder_(charset),
        xml_sink_(entries_, std::move(base)),
        text_(entries_) {}
  SitemapContent(const SitemapContent&) = delete;
  SitemapContent& operator=(const SitemapContent&) = delete;

  // Errors: parse, too_large; after one it is not to be called again.
  Result<> write(std::string_view bytes);
  Result<> finish();

  SitemapFormat format() const { return format_ == Format::text ? SitemapFormat::text : xml_sink_.format(); }
  const SitemapEntries& entries() const { return entries_; }

 private:
  enum class Format : std::uint8_t { unknown, xml, text };

  Result<> take(std::string_view text);
  void decide(std::string_view text);
  Result<> verdict(Result<> read) const;

  SitemapEntries entries_;
  TextDecoder decoder_;
  std::string decoded_;  // a buffer
  Format format_ = Format::unknown;
  std::string start_;  // white space, until something else tells
  SitemapXml xml_sink_;
  std::optional<XmlReader> xml_;
  SitemapText text_;
};

}  // namespace gossamer
