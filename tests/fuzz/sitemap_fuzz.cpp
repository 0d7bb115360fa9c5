#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/sitemap/sitemap_reader.h"
#include "tests/fuzz/require.h"

namespace gossamer {
namespace {

struct Reading {
  std::vector<std::string> entries;
  std::size_t skipped = 0;
  SitemapFormat format = SitemapFormat::unknown;
  bool failed = false;
  bool operator==(const Reading&) const = default;
};

// Reads a sitemap in the pieces that `next_size` says.
template <class NextSize>
Reading read(std::string_view bytes, NextSize next_size) {
  Reading reading;
  SitemapReader reader([&](const SitemapEntry& entry) {
    require(!entry.loc.empty() && entry.loc.size() <= SitemapReader::kMaxLoc);
    require(!entry.priority || (*entry.priority >= 0 && *entry.priority <= 1));
    reading.entries.push_back((entry.is_sitemap ? "sitemap " : "") + std::string(entry.loc) + "\n" +
                              std::string(entry.lastmod) + "\n" + std::string(entry.changefreq));
  });
  while (!bytes.empty()) {
    const std::string piece(bytes.substr(0, next_size()));  // of its own exact size
    bytes.remove_prefix(piece.size());
    reading.failed |= !reader.write(piece);
  }
  reading.failed |= !reader.finish();
  require(reader.entries() == reading.entries.size());
  reading.skipped = reader.skipped();
  reading.format = reader.format();
  return reading;
}

}  // namespace
}  // namespace gossamer

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gossamer;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const Reading whole = read(input, [] { return std::string_view::npos; });
  const Reading bytewise = read(input, [] { return 1; });
  require(bytewise == whole);
  std::minstd_rand random(static_cast<unsigned>(size));
  require(read(input, [&] { return 1 + random() % 64; }) == whole);
  return 0;
}
