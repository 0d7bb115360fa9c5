#include "plugins/sitemap/sitemap_content.h"

#include <fmt/format.h>
#include <utility>

#include "plugins/html/ascii.h"

namespace gossamer {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kMaxBlank = 64 << 10;  // white space before the first line or tag

}  // namespace

Result<> SitemapContent::write(std::string_view bytes) {
  std::string start;
  if (format_ == Format::unknown) {
    start_ += bytes;
    decide();
    if (format_ == Format::unknown) return {};
    bytes = start = std::exchange(start_, {});
  }
  return verdict(format_ == Format::text ? text_.write(bytes) : xml_->write(bytes));
}

Result<> SitemapContent::finish() {
  return verdict(format_ == Format::xml ? xml_->finish() : text_.finish());
}

// Looks at the first byte that is not white space.
void SitemapContent::decide() {
  std::string_view rest = start_;
  if (kByteOrderMark.starts_with(rest)) return;
  if (rest.starts_with(kByteOrderMark)) rest.remove_prefix(kByteOrderMark.size());
  rest = strip_html_space(rest);
  if (rest.empty() && start_.size() < kMaxBlank) return;
  // '<', or UTF-16: its byte order mark or the zero byte of its '<'.
  if (!rest.empty() && std::string_view("<\xFE\xFF\0", 4).contains(rest.front())) {
    format_ = Format::xml;
    xml_.emplace(xml_sink_, charset_);
  } else {
    format_ = Format::text;
    if (start_.starts_with(kByteOrderMark)) start_.erase(0, kByteOrderMark.size());
  }
}

// What the whole comes to, when reading came to `read`.
Result<> SitemapContent::verdict(Result<> read) const {
  const std::string& root = xml_sink_.root();
  // Such a document need not even be XML to its end.
  if (!root.empty() && xml_sink_.format() == SitemapFormat::unknown) {
    return fail(ErrorClass::parse, Phase::parse, fmt::format("no sitemap: its root element is <{}>", root));
  }
  if (entries_.full()) {
    return fail(
        ErrorClass::too_large, Phase::parse,
        fmt::format("more than {} URLs, which is the most a sitemap may have", SitemapReader::kMaxUrls));
  }
  return read;
}

}  // namespace gossamer
