// What a sitemap may have at most, and what it costs to read one.
#include <algorithm>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <malloc.h>
#include <string>

#include "plugins/sitemap/sitemap_reader.h"
#include "tests/support/gzip.h"
#include "tests/support/sitemap_reading.h"

#if defined(__has_feature) && __has_feature(address_sanitizer)
#include <sanitizer/allocator_interface.h>
#endif

namespace gossamer {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::read_sitemap;
using testing::SitemapReading;
using testing::url;
using testing::urlset;

TEST(Sitemap, HasAtMostSoManyUrls) {
  std::string most;
  for (std::size_t i = 0; i < SitemapReader::kMaxUrls; ++i) most += url("http://h/");
  EXPECT_EQ(read_sitemap(urlset(most)).entries.size(), SitemapReader::kMaxUrls);
  EXPECT_EQ(read_sitemap(urlset(most)).error, "");
  EXPECT_EQ(read_sitemap(urlset(most + url("http://h/"))).entries.size(), SitemapReader::kMaxUrls);
  EXPECT_THAT(read_sitemap(urlset(most + url("http://h/"))).error, HasSubstr("more than 50000 URLs"));
  std::string lines;
  for (std::size_t i = 0; i <= SitemapReader::kMaxUrls; ++i) lines += "http://h/\n";
  EXPECT_EQ(read_sitemap(lines).entries.size(), SitemapReader::kMaxUrls);
  EXPECT_THAT(read_sitemap(lines).error, HasSubstr("more than 50000 URLs"));
}

TEST(Sitemap, LocsHaveAtMostSoManyBytes) {
  const std::string longest = "http://h/" + std::string(SitemapReader::kMaxLoc - 9, 'x');
  EXPECT_THAT(
      read_sitemap(urlset(url(longest) + url(longest + "x") + url(longest + std::string(9000, 'x')))).entries,
      ElementsAre(longest));
  EXPECT_EQ(read_sitemap(urlset(url(longest + "x"))).skipped, 1);
  EXPECT_THAT(read_sitemap(longest + "\n" + longest + "x\n").entries, ElementsAre(longest));
}

TEST(Sitemap, HasAtMostSoManyBytesHoweverItIsPacked) {
  const std::string blank(SitemapReader::kMaxBytes, ' ');
  const std::string bomb = gzip(urlset(url("http://h/1") + blank + url("http://h/2")));
  ASSERT_LT(bomb.size(), SitemapReader::kMaxBytes / 10);
  EXPECT_THAT(read_sitemap(bomb).entries, ElementsAre("http://h/1"));
  EXPECT_THAT(read_sitemap(bomb).error, HasSubstr("more than 50 MiB"));
}

TEST(Sitemap, ExpandsAndLoadsNoEntity) {
  const SitemapReading reading = read_sitemap(
      "<!DOCTYPE urlset [<!ENTITY a 'http://h/'><!ENTITY b SYSTEM 'file:///etc/passwd'>]>"
      "<urlset><url><loc>http://h/&a;&b;</loc></url></urlset>");
  EXPECT_THAT(reading.entries, ElementsAre("http://h/&a;&b;"));
}

std::size_t allocated_bytes() {
#if defined(__has_feature) && __has_feature(address_sanitizer)
  return __sanitizer_get_current_allocated_bytes();
#else
  return mallinfo2().uordblks;
#endif
}

// The bytes that reading 50 MB, made as they are read, takes at most.
std::size_t memory_for(bool xml) {
  const std::string path(980, 'p');
  std::size_t entries = 0;
  const std::size_t before = allocated_bytes();
  std::size_t most = 0;
  SitemapReader reader([&](const SitemapEntry&) { ++entries; });
  EXPECT_TRUE(reader.write(xml ? "<urlset>" : ""));
  std::string chunk;
  std::size_t bytes = 0;
  for (int i = 0; i < 49'000; ++i) {
    const std::string loc = fmt::format("http://h/{}/{}", path, i);
    xml ? chunk += url(loc) : (chunk += loc) += '\n';
    if (i % 16 != 0) continue;
    EXPECT_TRUE(reader.write(chunk));
    bytes += chunk.size();
    most = std::max(most, allocated_bytes() - before);
    chunk.clear();
  }
  EXPECT_GT(bytes, 48'000'000);
  EXPECT_GT(entries, 48'900);
  return most;
}

TEST(Sitemap, FiftyMegabytesTakeLessThanOne) {
  EXPECT_GT(allocated_bytes(), 0);
  EXPECT_LT(memory_for(true), 1 << 20);
  EXPECT_LT(memory_for(false), 1 << 20);
}

}  // namespace
}  // namespace gossamer
