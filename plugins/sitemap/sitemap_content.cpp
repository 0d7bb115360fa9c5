#include "plugins/sitemap/sitemap_content.h"

#include <fmt/format.h>
#include <utility>

#include "plugins/html/ascii.h"

namespace gossamer {
namespace {

constexpr std::size_t kMaxBlank = 64 << 10;  // white space before the first line or tag

}  // namespace

Result<> SitemapContent::write(std::string_view bytes) {
  decoded_.clear();
  decoder_.write(bytes, decoded_);
  return take(decoded_);
}

Result<> SitemapContent::finish() {
  decoded_.clear();
  decoder_.finish(decoded_);
  if (auto taken = take(decoded_); !taken) return taken;
  if (format_ == Format::unknown) format_ = Format::text;
  return verdict(format_ == Format::xml ? xml_->finish() : text_.finish());
}

Result<> SitemapContent::take(std::string_view text) {
  std::string start;
  if (format_ == Format::unknown) {
    start_ += text;
    decide(text);
    if (format_ == Format::unknown) return {};
    text = start = std::exchange(start_, {});
  }
  return verdict(format_ == Format::text ? text_.write(text) : xml_->write(text));
}

// Looks at the first character that is not white space; before `text` there was none.
void SitemapContent::decide(std::string_view text) {
  const std::string_view rest = strip_html_space(text);
  if (rest.empty() && start_.size() < kMaxBlank) return;
  format_ = rest.starts_with('<') ? Format::xml : Format::text;
  if (format_ == Format::xml) xml_.emplace(xml_sink_);
}

// What the whole comes to, when reading came to `read`.
Result<> SitemapContent::verdict(Result<> read) const {
  const std::string& root = xml_sink_.root();
  // Such a document need not even be XML to its end.
  if (!root.empty() && xml_sink_.format() == SitemapFormat::unknown) {
    return fail(ErrorClass::parse, Phase::parse, fmt::format("its root element is <{}>", root));
  }
  if (entries_.full()) {
    return fail(
        ErrorClass::too_large, Phase::parse,
        fmt::format("more than {} URLs, which is the most a sitemap may have", SitemapReader::kMaxUrls));
  }
  return read;
}

}  // namespace gossamer
