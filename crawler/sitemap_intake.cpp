#include "crawler/sitemap_intake.h"

#include <utility>

#include "plugins/charset.h"
#include "plugins/sitemap/sitemap_type.h"

namespace gossamer {
namespace {

// Feeds are a parser's, if it wants them; these two formats are nobody else's.
bool is_for_sitemap_reader(SitemapFormat format, bool claimed) {
  if (format == SitemapFormat::urlset || format == SitemapFormat::index) return true;
  return format != SitemapFormat::unknown && !claimed;
}

}  // namespace

bool SitemapIntake::take(std::string_view content_type, std::string& body) {
  if (!decided_ && body.size() < kSniffedBytes) return true;
  if (!decided_) decide(content_type, body);
  return !reader_ || read(body);
}

Result<std::unique_ptr<SitemapList>> SitemapIntake::finish(std::string_view content_type, std::string& body) {
  if (!decided_) decide(content_type, body);
  if (reader_) {
    if (size_ == 0) read(body);
    if (read_) read_ = reader_->finish();
    if (listed_) listed_ = list_->finish(read_ ? "" : "sitemap: " + read_.error().message);
  }
  if (!listed_) return std::unexpected(listed_.error());
  return std::move(list_);
}

void SitemapIntake::decide(std::string_view content_type, std::string_view body) {
  decided_ = true;
  if (!is_for_sitemap_reader(sniff_sitemap(body), parsers_.claims(content_type))) return;
  auto list = SitemapList::create(options_.scratch_directory);
  if (!list) {
    listed_ = std::unexpected(std::move(list.error()));
    return;
  }
  list_ = std::make_unique<SitemapList>(std::move(*list));
  reader_.emplace(
      [this](const SitemapEntry& entry) {
        list_->add(entry.loc, entry.is_sitemap ? LinkTag::sitemap : LinkTag::url);
      },
      charset_parameter(content_type), url_);
  hash_.reset(XXH3_createState());
  XXH3_128bits_reset(hash_.get());
}

bool SitemapIntake::read(std::string& body) {
  const std::string_view piece = std::string_view(body).substr(options_.keep_body ? size_ : 0);
  size_ += piece.size();
  XXH3_128bits_update(hash_.get(), piece.data(), piece.size());
  if (read_) read_ = reader_->write(piece);
  if (!options_.keep_body) body.clear();
  return size_ <= SitemapReader::kMaxBytes;
}

}  // namespace gossamer
