#include <algorithm>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <malloc.h>
#include <string>
#include <vector>

#include "plugins/sitemap/sitemap_reader.h"
#include "plugins/sitemap/sitemap_type.h"
#include "tests/support/gzip.h"

#if defined(__has_feature) && __has_feature(address_sanitizer)
#include <sanitizer/allocator_interface.h>
#endif

namespace gossamer {
namespace {

using namespace std::string_view_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Reading {
  std::vector<std::string> entries;  // "loc" with "sitemap: " before a child
  std::string error;                 // "": none
  std::size_t skipped = 0;
  SitemapFormat format = SitemapFormat::unknown;
  bool operator==(const Reading&) const = default;
};

// Reads a sitemap in pieces of `piece` bytes.
Reading read(std::string_view bytes, std::size_t piece = std::string::npos, std::string_view charset = {}) {
  Reading reading;
  SitemapReader reader(
      [&](const SitemapEntry& entry) {
        reading.entries.push_back((entry.is_sitemap ? "sitemap: " : "") + std::string(entry.loc));
      },
      charset);
  Result<> result;
  for (; result && !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size())))
    result = reader.write(bytes.substr(0, piece));
  result = reader.finish();
  if (!result) reading.error = result.error().message;
  reading.skipped = reader.skipped();
  reading.format = reader.format();
  return reading;
}

std::string urlset(std::string_view urls) {
  return fmt::format(
      "<?xml version='1.0' encoding='UTF-8'?>\n<urlset "
      "xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>\n{}</urlset>\n",
      urls);
}

std::string url(std::string_view loc) { return fmt::format("<url><loc>{}</loc></url>\n", loc); }

const std::string kPlain = urlset(url("http://h/1") + url("http://h/2?a=1&amp;b=2"));
const std::string kIndex =
    "<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><sitemap><loc>http://h/a.xml.gz</loc>"
    "<lastmod>2024-01-02</lastmod></sitemap></sitemapindex>";
const std::string kRss =
    "<rss version='2.0' xmlns:atom='http://www.w3.org/2005/Atom'><channel><link>http://h/</link>"
    "<atom:link href='http://h/feed' rel='self'/><item><title>t</title><link>http://h/1</link></item>"
    "<item><guid>http://h/2</guid></item><item><guid isPermaLink='false'>42</guid></item>"
    "<item><atom:link rel='related' href='http://h/no'/><link> http://h/3 "
    "</link><guid>http://h/no</guid></item></channel></rss>";
const std::string kRdf =
    "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' "
    "xmlns='http://purl.org/rss/1.0/'><channel>"
    "<link>http://h/</link></channel><item rdf:about='x'><link>http://h/1</link></item></rdf:RDF>";
const std::string kAtom =
    "<feed xmlns='http://www.w3.org/2005/Atom'><link href='http://h/'/><entry><link rel='self' "
    "href='http://h/no'/>"
    "<link rel='alternate' href='http://h/1?a&amp;b'/><updated>2024-01-02T03:04:05Z</updated></entry>"
    "<entry><link href=' http://h/2 '/><link href='http://h/no'/></entry><entry/></feed>";
const std::string kText = "http://h/1\r\n\r\n  http://h/2?a=1&b=2 \nnot a URL\n\rhttp://h/3";

TEST(Sitemap, Urlset) {
  const Reading reading = read(kPlain);
  EXPECT_THAT(reading.entries, ElementsAre("http://h/1", "http://h/2?a=1&b=2"));
  EXPECT_EQ(reading.error, "");
  EXPECT_EQ(reading.format, SitemapFormat::urlset);
}

TEST(Sitemap, Index) {
  EXPECT_THAT(read(kIndex).entries, ElementsAre("sitemap: http://h/a.xml.gz"));
  EXPECT_EQ(read(kIndex).format, SitemapFormat::index);
}

TEST(Sitemap, Feeds) {
  EXPECT_THAT(read(kRss).entries, ElementsAre("http://h/1", "http://h/2", "http://h/3"));
  EXPECT_EQ(read(kRss).skipped, 1);
  EXPECT_THAT(read(kRdf).entries, ElementsAre("http://h/1"));
  EXPECT_THAT(read(kAtom).entries, ElementsAre("http://h/1?a&b", "http://h/2"));
  EXPECT_EQ(read(kAtom).skipped, 1);
}

TEST(Sitemap, FeedsAreReadAsTheFeedParserReadsThem) {
  std::vector<std::string> seen;
  SitemapReader reader(
      [&](const SitemapEntry& entry) {
        seen.push_back(fmt::format("{} {} {}", entry.loc, entry.lastmod,
                                   entry.modified ? entry.modified->time_since_epoch().count() : -1));
      },
      "", *Url::parse("http://h/f/feed"));
  ASSERT_TRUE(reader.write(
      "<feed xml:base='/x/'><entry xml:base='y/'><link href='1'/><published>1970-01-02</published></entry>"
      "<entry><link href='2'/><published>1970-01-02</published><updated>1970-01-03</updated></entry>"
      "<entry><content src='3.mp4' type='video/mp4'/></entry></feed>"));
  ASSERT_TRUE(reader.finish());
  EXPECT_THAT(seen, ElementsAre("http://h/x/y/1 1970-01-02 86400", "http://h/x/2 1970-01-03 172800",
                                "http://h/x/3.mp4  -1"));
  seen.clear();
  SitemapReader rss([&](const SitemapEntry& entry) {
    seen.push_back(
        fmt::format("{} {}", entry.loc, entry.modified ? entry.modified->time_since_epoch().count() : -1));
  });
  ASSERT_TRUE(rss.write(
      "<rss><channel><item><link>/1</link><pubDate>Thu, 01 Jan 1970 01:00:00 +0100</pubDate></item>"
      "<item><guid isPermaLink='FALSE'>2</guid></item><item><guid>/3</guid></item></channel></rss>"));
  ASSERT_TRUE(rss.finish());
  EXPECT_THAT(seen, ElementsAre("/1 0", "/3 -1"));
}

TEST(Sitemap, TheTextOfALocIsAllThatIsInIt) {
  EXPECT_THAT(read(urlset(url("http://h/<b>x<i/></b>y") + url("<a href='no'>http://h/2</a>"))).entries,
              ElementsAre("http://h/xy", "http://h/2"));
}

TEST(Sitemap, Text) {
  for (const std::string& mark : {"", "\xEF\xBB\xBF", "\n\n"}) {
    EXPECT_THAT(read(mark + kText).entries, ElementsAre("http://h/1", "http://h/2?a=1&b=2", "http://h/3"));
    EXPECT_EQ(read(mark + kText).skipped, 1);
    EXPECT_EQ(read(mark + kText).format, SitemapFormat::text);
  }
}

TEST(Sitemap, WhatEveryElementSays) {
  std::vector<std::string> seen;
  SitemapReader reader([&](const SitemapEntry& entry) {
    seen.push_back(fmt::format("{} {} {} {} {}", entry.loc, entry.lastmod, entry.changefreq,
                               entry.priority.value_or(-1),
                               entry.modified ? entry.modified->time_since_epoch().count() : -1));
  });
  ASSERT_TRUE(
      reader.write(urlset("<url><lastmod>\n2024-01-02T03:04:05+01:00 </lastmod><priority> "
                          "0.8</priority><changefreq>daily</changefreq>"
                          "<loc>http://h/1</loc></url><url><loc>http://h/2</loc><lastmod>yesterday</"
                          "lastmod><priority>7</priority></url>")));
  ASSERT_TRUE(reader.finish());
  EXPECT_THAT(seen, ElementsAre("http://h/1 2024-01-02T03:04:05+01:00 daily 0.8 1704161045",
                                "http://h/2 yesterday  -1 -1"));
}

TEST(Sitemap, NamespacesMayBeWrongButNotThoseOfOthers) {
  for (const std::string_view root : {"urlset", "urlset xmlns='http://www.google.com/schemas/sitemap/0.84'",
                                      "urlset xmlns='wrong' xmlns:x='y'"}) {
    const Reading reading = read(fmt::format(
        "<{}><url xmlns=''><loc>http://h/1</loc><image:image "
        "xmlns:image='i'><image:loc>http://h/i</image:loc>"
        "</image:image><video:loc>http://h/v</video:loc><image><loc>http://h/no</loc></image></url></urlset>",
        root));
    EXPECT_THAT(reading.entries, ElementsAre("http://h/1")) << root << reading.error;
  }
  EXPECT_THAT(
      read("<s:urlset xmlns:s='u'><s:url><s:loc>http://h/1</s:loc><loc>http://h/no</loc></s:url></s:urlset>")
          .entries,
      ElementsAre("http://h/1"));
}

TEST(Sitemap, LocsMayBeWrappedInCdataAndWhiteSpace) {
  EXPECT_THAT(read(urlset("<url><loc>\n\t<![CDATA[http://h/?a&b]]>\n </loc></url><url>\n<loc>/rel</loc></url>"
                          "<url><loc/></url><url></url>"))
                  .entries,
              ElementsAre("http://h/?a&b", "/rel"));
}

TEST(Sitemap, GzipIsToldByItsBytes) {
  for (const std::string& plain : {kPlain, kIndex, kRss, kAtom, kText}) {
    const Reading expected = read(plain);
    EXPECT_EQ(read(gzip(plain)), expected);
    EXPECT_EQ(read(gzip(plain.substr(0, 40)) + gzip(plain.substr(40))), expected);
  }
}

TEST(Sitemap, AnyCutGivesTheSame) {
  for (const std::string& bytes :
       {kPlain, kIndex, kRss, kRdf, kAtom, kText, "\xEF\xBB\xBF" + kText, gzip(kPlain), kPlain.substr(0, 180),
        std::string("<html><p>1</html>"), std::string("h")}) {
    const Reading whole = read(bytes);
    for (std::size_t piece = 1; piece < 20; ++piece) EXPECT_EQ(read(bytes, piece), whole) << bytes;
  }
}

TEST(Sitemap, ADamagedOneGivesWhatWasReadableAndNamesThePlace) {
  const Reading cut = read(kPlain.substr(0, kPlain.find("</url>\n<url>") + 20));
  EXPECT_THAT(cut.entries, ElementsAre("http://h/1"));
  EXPECT_THAT(cut.error, HasSubstr("line 4, byte "));
  const Reading crossed = read(urlset(url("http://h/1") + url("http://h/2</lock>") + url("http://h/3")));
  EXPECT_THAT(crossed.entries, ElementsAre("http://h/1"));
  EXPECT_THAT(crossed.error, HasSubstr("line 4, byte "));
  const std::string packed = gzip(kPlain);
  EXPECT_THAT(read(packed.substr(0, packed.size() - 9)).error, HasSubstr("ends too early"));
  std::string corrupt = gzip(urlset(url("http://h/1")) + std::string(1 << 20, ' '));
  corrupt[corrupt.size() - 6] ^= 0x55;
  EXPECT_THAT(read(corrupt).error, HasSubstr("corrupt"));
  EXPECT_THAT(read(corrupt).entries, ElementsAre("http://h/1"));
}

TEST(Sitemap, BareAmpersandsAreForgiven) {
  const Reading reading = read(urlset(url("http://h/?a=1&b=2") + url("http://h/?a&amp;b&copy=1")));
  EXPECT_THAT(reading.entries, ElementsAre("http://h/?a=1&b=2", "http://h/?a&b&copy=1"));
  EXPECT_EQ(reading.error, "");
}

TEST(Sitemap, AWrongByteCostsNoMoreThanItsEntry) {
  for (const std::string_view wrong : {"\xe9", "\x01", "\xef\xbf\xbf"}) {
    const Reading reading = read(urlset(url("http://h/1") + "<!-- " + std::string(wrong) + " -->" +
                                        url("http://h/2" + std::string(wrong)) + url("http://h/3")));
    ASSERT_EQ(reading.entries.size(), 3u);
    EXPECT_TRUE(reading.entries[1].starts_with("http://h/2\ufffd"));
    EXPECT_EQ(reading.entries[2], "http://h/3");
    EXPECT_THAT(reading.error, HasSubstr("line 4, byte "));
  }
}

TEST(Sitemap, TextIsOfTheCharsetOfTheTransportOrItsMark) {
  const std::string latin = "http://h/\xe9\nhttp://h/2\n";
  EXPECT_THAT(read(latin, 1, "windows-1252").entries, ElementsAre("http://h/\u00e9", "http://h/2"));
  EXPECT_THAT(read("http://h/\u00e9\n").entries, ElementsAre("http://h/\u00e9"));
  for (const std::string_view utf16 :
       {"\xff\xfeh\0t\0t\0p\0:\0/\0/\0h\0/\0\xe9\0\n\0"sv, "\xfe\xff\0h\0t\0t\0p\0:\0/\0/\0h\0/\0\xe9\0\n"sv})
    EXPECT_THAT(read(utf16, 3).entries, ElementsAre("http://h/\u00e9"));
}

TEST(Sitemap, BytesOfTextThatAreNoUtf8StayTheBytesOfTheUrl) {
  const Reading reading = read("http://h/caf\xe9?q=\u00e9\xff\xc3\nhttp://h\xe9/\n");
  EXPECT_THAT(reading.entries, ElementsAre("http://h/caf%E9?q=\u00e9%FF%C3"));
  EXPECT_EQ(reading.skipped, 1u);
}

TEST(Sitemap, OtherDocumentsAreNone) {
  EXPECT_THAT(read("<html xmlns='http://www.w3.org/1999/xhtml'><loc>http://h/</loc></html>").error,
              HasSubstr("no sitemap: its root element is <html>"));
  EXPECT_THAT(read("<!doctype html><p>").error, HasSubstr("no sitemap: its root element is <p>"));
  EXPECT_THAT(read("Not Found").error, HasSubstr("no sitemap"));
  EXPECT_THAT(read("").error, HasSubstr("no sitemap"));
  EXPECT_THAT(read(" \n").error, HasSubstr("no sitemap"));
  EXPECT_THAT(read(gzip("")).error, HasSubstr("no sitemap"));
}

TEST(Sitemap, IsToldByItsBeginning) {
  EXPECT_EQ(sniff_sitemap(kPlain), SitemapFormat::urlset);
  EXPECT_EQ(sniff_sitemap(kIndex), SitemapFormat::index);
  EXPECT_EQ(sniff_sitemap(gzip(kPlain)), SitemapFormat::urlset);
  EXPECT_EQ(sniff_sitemap("<urlset></urlset>"), SitemapFormat::urlset);
  EXPECT_EQ(sniff_sitemap(kPlain.substr(0, 150)), SitemapFormat::urlset);
  EXPECT_EQ(sniff_sitemap("<!-- a -->\n" + kIndex), SitemapFormat::index);
  EXPECT_EQ(sniff_sitemap(kRss), SitemapFormat::rss);
  EXPECT_EQ(sniff_sitemap(kAtom), SitemapFormat::atom);
  EXPECT_EQ(sniff_sitemap(kText), SitemapFormat::text);
  for (const std::string_view other : {"<html><urlset></html>", "", " ", "User-agent: *\nSitemap: http://h/"})
    EXPECT_EQ(sniff_sitemap(other), SitemapFormat::unknown) << other;
}

TEST(Sitemap, TypesThatAreWorthFetching) {
  for (const std::string_view type :
       {"", "text/xml; charset=utf-8", "Application/XML", "text/plain", "application/x-gzip",
        "application/octet-stream", "application/rss+xml"})
    EXPECT_TRUE(may_hold_sitemap(type)) << type;
  for (const std::string_view type : {"text/html", "image/png", "application/pdf", "+xml"})
    EXPECT_FALSE(may_hold_sitemap(type)) << type;
}

TEST(Sitemap, HasAtMostSoManyUrls) {
  std::string most;
  for (std::size_t i = 0; i < SitemapReader::kMaxUrls; ++i) most += url("http://h/");
  EXPECT_EQ(read(urlset(most)).entries.size(), SitemapReader::kMaxUrls);
  EXPECT_EQ(read(urlset(most)).error, "");
  EXPECT_EQ(read(urlset(most + url("http://h/"))).entries.size(), SitemapReader::kMaxUrls);
  EXPECT_THAT(read(urlset(most + url("http://h/"))).error, HasSubstr("more than 50000 URLs"));
  std::string lines;
  for (std::size_t i = 0; i <= SitemapReader::kMaxUrls; ++i) lines += "http://h/\n";
  EXPECT_EQ(read(lines).entries.size(), SitemapReader::kMaxUrls);
  EXPECT_THAT(read(lines).error, HasSubstr("more than 50000 URLs"));
}

TEST(Sitemap, LocsHaveAtMostSoManyBytes) {
  const std::string longest = "http://h/" + std::string(SitemapReader::kMaxLoc - 9, 'x');
  EXPECT_THAT(read(urlset(url(longest) + url(longest + "x") + url(longest + std::string(9000, 'x')))).entries,
              ElementsAre(longest));
  EXPECT_EQ(read(urlset(url(longest + "x"))).skipped, 1);
  EXPECT_THAT(read(longest + "\n" + longest + "x\n").entries, ElementsAre(longest));
}

TEST(Sitemap, HasAtMostSoManyBytesHoweverItIsPacked) {
  const std::string blank(SitemapReader::kMaxBytes, ' ');
  const std::string bomb = gzip(urlset(url("http://h/1") + blank + url("http://h/2")));
  ASSERT_LT(bomb.size(), SitemapReader::kMaxBytes / 10);
  EXPECT_THAT(read(bomb).entries, ElementsAre("http://h/1"));
  EXPECT_THAT(read(bomb).error, HasSubstr("more than 50 MiB"));
}

TEST(Sitemap, ExpandsAndLoadsNoEntity) {
  const Reading reading = read(
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
