#include "plugins/sitemap/sitemap_reader.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "net/http/content_stages.h"
#include "plugins/sitemap/sitemap_content.h"

namespace gossamer {
namespace {

constexpr std::string_view kGzipMagic = "\x1f\x8b";

}  // namespace

// A sitemap as it comes, perhaps packed.
class SitemapReader::Input {
 public:
  Input(Found found, std::string_view charset, std::optional<Url> base)
      : content_(std::move(found), charset, std::move(base)) {}

  Result<> write(std::string_view bytes) {
    if (error_) return std::unexpected(*error_);
    if (!started_) {
      start_ += bytes;
      if (start_.size() < kGzipMagic.size()) return {};
      started_ = true;
      if (start_.starts_with(kGzipMagic)) gunzip_ = make_gzip_stage();
      bytes = start_;
    }
    return keep(gunzip_ ? unpack(bytes) : write_plain(bytes));
  }

  Result<> finish() {
    if (error_) return std::unexpected(*error_);
    if (!started_) {
      started_ = true;
      if (auto written = write_plain(start_); !written) return keep(written);
    }
    if (gunzip_) {
      if (auto whole = gunzip_->finish(); !whole) return keep(whole);
    }
    return keep(content_.finish());
  }

  const SitemapContent& content() const { return content_; }

 private:
  Result<> unpack(std::string_view bytes) {
    constexpr std::size_t kAtOnce = 64 << 10;
    for (bool taken = false; !taken;) {
      unpacked_.clear();
      const auto drained = gunzip_->decode(bytes, unpacked_, kAtOnce);
      if (auto written = write_plain(unpacked_); !written) return written;
      if (!drained) return std::unexpected(drained.error());
      taken = *drained;
    }
    return {};
  }

  Result<> write_plain(std::string_view bytes) {
    const std::size_t room = kMaxBytes - size_;
    size_ += std::min(room, bytes.size());
    if (auto written = content_.write(bytes.substr(0, room)); !written) return written;
    if (bytes.size() <= room) return {};
    return fail(ErrorClass::too_large, Phase::parse,
                fmt::format("more than {} MiB, which is the most a sitemap may have", kMaxBytes >> 20));
  }

  Result<> keep(Result<> result) {
    if (result) return result;
    error_ = std::move(result.error());
    if (content_.format() == SitemapFormat::unknown) error_->message.insert(0, "not a sitemap: ");
    return std::unexpected(*error_);
  }

  SitemapContent content_;
  std::unique_ptr<ContentDecoder::Stage> gunzip_;  // of one that is packed
  std::string unpacked_;                           // a buffer
  std::string start_;                              // the first bytes, until they tell whether it is
  bool started_ = false;
  std::size_t size_ = 0;  // unpacked
  std::optional<Error> error_;
};

SitemapReader::SitemapReader(Found found, std::string_view charset, std::optional<Url> base)
    : input_(std::make_unique<Input>(std::move(found), charset, std::move(base))) {}
SitemapReader::~SitemapReader() = default;

Result<> SitemapReader::write(std::string_view bytes) { return input_->write(bytes); }
Result<> SitemapReader::finish() { return input_->finish(); }
SitemapFormat SitemapReader::format() const { return input_->content().format(); }
std::size_t SitemapReader::entries() const { return input_->content().entries().given(); }
std::size_t SitemapReader::skipped() const { return input_->content().entries().skipped(); }

}  // namespace gossamer
