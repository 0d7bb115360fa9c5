#include "crawler/sitemap_intake.h"

#include <algorithm>
#include <utility>

#include "plugins/charset.h"

namespace gossamer {
namespace {

constexpr std::size_t kPiece = 4 << 10;  // read at once while nobody knows what it is

bool is_feed(SitemapFormat format) { return format == SitemapFormat::rss || format == SitemapFormat::atom; }

}  // namespace

bool SitemapIntake::take(std::string_view content_type, std::string& body) {
  if (verdict_ == Verdict::none) return true;
  if (!reader_) start(content_type);
  for (std::string_view rest = std::string_view(body).substr(in_body_);
       !rest.empty() && verdict_ != Verdict::none;) {
    const std::size_t piece = verdict_ == Verdict::open ? std::min(kPiece, rest.size()) : rest.size();
    read(rest.substr(0, piece));
    rest.remove_prefix(piece);
  }
  in_body_ = body.size();
  if (verdict_ != Verdict::sitemap) return true;
  if (body.size() >= options_.keep_body) keeps_body_ = false;
  if (!keeps_body_) {
    body.clear();
    in_body_ = 0;
  }
  return size_ <= SitemapReader::kMaxBytes;
}

Result<std::unique_ptr<SitemapList>> SitemapIntake::finish(std::string_view content_type,
                                                           const Error* broken) {
  if (!reader_) start(content_type);
  // Its last line may have broken off too.
  if (verdict_ != Verdict::none && read_) {
    read_ = broken ? Result<>(std::unexpected(*broken)) : reader_->finish();
  }
  if (verdict_ == Verdict::open) decide(true);
  if (verdict_ == Verdict::none) return nullptr;
  if (has_list()) listed_ = list_->finish(read_ ? "" : "sitemap: " + read_.error().message);
  if (!listed_) return std::unexpected(listed_.error());
  return std::move(list_);
}

std::string SitemapIntake::refusal() const {
  if (is_feed(reader_->format())) return {};
  return read_ ? "not a sitemap: it is read as a page" : read_.error().message;
}

void SitemapIntake::start(std::string_view content_type) {
  claimed_ = !content_type.empty() && parsers_.claims(content_type);
  reader_.emplace([this](const SitemapEntry& entry) { add(entry); }, charset_parameter(content_type), url_);
  hash_.reset(XXH3_createState());
  XXH3_128bits_reset(hash_.get());
}

void SitemapIntake::read(std::string_view piece) {
  size_ += piece.size();
  XXH3_128bits_update(hash_.get(), piece.data(), piece.size());
  if (read_) read_ = reader_->write(piece);
  if (verdict_ == Verdict::open) decide(false);
}

void SitemapIntake::decide(bool complete) {
  const SitemapFormat format = reader_->format();
  const bool is_one =
      format != SitemapFormat::unknown && (format != SitemapFormat::text || reader_->entries() > 0);
  if (!is_wanted(format)) {
    verdict_ = Verdict::none;
  } else if (is_one) {
    verdict_ = Verdict::sitemap;
  } else if (complete || !read_) {
    verdict_ = Verdict::none;
  }
}

// Feeds and text are a parser's, if it wants them; the two formats of the protocol are nobody else's.
bool SitemapIntake::is_wanted(SitemapFormat format) const {
  return !claimed_ || (format != SitemapFormat::text && !is_feed(format));
}

void SitemapIntake::add(const SitemapEntry& entry) {
  if (!is_wanted(reader_->format()) || !has_list()) return;
  list_->add(entry.loc, entry.is_sitemap ? LinkTag::sitemap : LinkTag::url);
}

bool SitemapIntake::has_list() {
  if (list_ || !listed_) return listed_.has_value();
  auto list = SitemapList::create(options_.scratch_directory);
  if (list) {
    list_ = std::make_unique<SitemapList>(std::move(*list));
  } else {
    listed_ = std::unexpected(std::move(list.error()));
  }
  return listed_.has_value();
}

}  // namespace gossamer
