#include "crawler/sitemap_list.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace gossamer {
namespace {

constexpr std::size_t kBlock = 64 << 10;
constexpr std::size_t kHead = 3;

// The disk's error, which is none of the site.
Error storage_error(Error error) { return {ErrorClass::storage, Phase::store, std::move(error.message)}; }

}  // namespace

Result<SitemapList> SitemapList::create(const std::string& directory) {
  auto file = ScratchFile::create(directory);
  if (!file) return std::unexpected(storage_error(std::move(file.error())));
  return SitemapList(std::move(*file));
}

void SitemapList::add(std::string_view loc, LinkTag tag) {
  if (block_.empty()) blocks_.push_back({count_, bytes_});
  block_ += static_cast<char>(tag);
  block_ += static_cast<char>(loc.size() & 0xFF);
  block_ += static_cast<char>(loc.size() >> 8);
  block_ += loc;
  ++count_;
  if (block_.size() >= kBlock) write_block();
}

Result<> SitemapList::finish(std::string damage) {
  write_block();
  block_ = {};
  damage_ = std::move(damage);
  if (error_) return std::unexpected(*error_);
  return {};
}

void SitemapList::write_block() {
  if (!error_) {
    if (auto written = file_.write_at(bytes_, std::as_bytes(std::span(block_))); !written)
      error_ = storage_error(std::move(written.error()));
  }
  bytes_ += block_.size();
  block_.clear();
}

Result<ParsedPage> SitemapList::links(std::size_t first) const {
  ParsedPage page;
  page.damage = damage_;
  page.first_link = std::min(first, count_);
  page.link_count = count_;
  const auto next = std::ranges::upper_bound(blocks_, first, {}, &Block::first);
  if (first >= count_ || next == blocks_.begin()) return page;
  const Block& block = *std::prev(next);
  const std::uint64_t end = next == blocks_.end() ? bytes_ : next->begin;
  std::string& text = *page.storage.emplace_back(std::make_unique<std::string>(end - block.begin, '\0'));
  if (auto read = file_.read_at(block.begin, std::as_writable_bytes(std::span(text))); !read)
    return std::unexpected(storage_error(std::move(read.error())));
  std::size_t number = block.first;
  for (std::string_view rest = text; !rest.empty(); ++number) {
    const auto byte = [&rest](std::size_t i) { return static_cast<unsigned char>(rest[i]); };
    const std::size_t length = byte(1) | byte(2) << 8;
    if (number >= first)
      page.links.push_back({.url = rest.substr(kHead, length), .tag = static_cast<LinkTag>(byte(0))});
    rest.remove_prefix(kHead + length);
  }
  return page;
}

}  // namespace gossamer
