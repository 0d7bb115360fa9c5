#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "net/base/error.h"
#include "net/http/url.h"

namespace gossamer {

// One URL of a sitemap. Views live until the callback returns.
struct SitemapEntry {
  std::string_view loc;  // surrounding white space stripped, references decoded; not checked, and resolved
                         // only in feeds
  std::string_view lastmod;     // as it stands, "" for none; of a feed updated, else published or pubDate
  std::string_view changefreq;  // as it stands, "" for none
  std::optional<double> priority{};                    // 0 ... 1
  std::optional<std::chrono::sys_seconds> modified{};  // lastmod, where it is a W3C date, or one of RFC 822
  bool is_sitemap = false;                             // a sitemap that an index names, not a page
};

enum class SitemapFormat : std::uint8_t { unknown, urlset, index, rss, atom, text };

// Reads a sitemap (sitemaps.org protocol) while it arrives and gives its entries as they come, in memory that
// does not grow with it. The bytes themselves tell what it is:
//   urlset, sitemapindex  whatever namespace they are in, or none
//   rss, RDF, feed        an item's or entry's link, as FeedEntry::link()
//   text                  a URL on each line
// and gzip data (RFC 1952) of any of these.
class SitemapReader {
 public:
  // The protocol's limits.
  static constexpr std::size_t kMaxUrls = 50'000;
  static constexpr std::size_t kMaxBytes = 50 << 20;  // unpacked
  static constexpr std::size_t kMaxLoc = 2048;        // an entry with a longer one is skipped

  using Found = std::function<void(const SitemapEntry&)>;  // may not throw

  // `charset`: what the transport says, as for TextDecoder. `base`: where it came from, which xml:base in a
  // feed may need; without it such an entry's URL stays as it stands.
  explicit SitemapReader(Found found, std::string_view charset = {}, std::optional<Url> base = {});
  ~SitemapReader();
  SitemapReader(const SitemapReader&) = delete;
  SitemapReader& operator=(const SitemapReader&) = delete;

  // The next bytes, cut anywhere. Errors: parse, with line and byte, for one that is damaged or no sitemap;
  // decode, for damaged gzip data; too_large, past one of the limits. What came before has been given; the
  // error comes again from every further call.
  Result<> write(std::string_view bytes);
  // It is complete. Errors: also of one that ends too early.
  Result<> finish();

  SitemapFormat format() const;
  std::size_t entries() const;  // given so far
  std::size_t skipped()
      const;  // entries without a loc, with one that is too long, and lines that are no URLs

 private:
  class Input;
  std::unique_ptr<Input> input_;
};

}  // namespace gossamer
