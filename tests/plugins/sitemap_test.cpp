#include <fmt/format.h>
#include <gmock/gmock.h>
#include <string>
#include <vector>

#include "plugins/sitemap/sitemap_reader.h"
#include "plugins/sitemap/sitemap_type.h"
#include "tests/support/gzip.h"
#include "tests/support/sitemap_reading.h"

namespace gossamer {
namespace {

using namespace std::string_view_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::read_sitemap;
using testing::SitemapReading;
using testing::url;
using testing::urlset;

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
  const SitemapReading reading = read_sitemap(kPlain);
  EXPECT_THAT(reading.entries, ElementsAre("http://h/1", "http://h/2?a=1&b=2"));
  EXPECT_EQ(reading.error, "");
  EXPECT_EQ(reading.format, SitemapFormat::urlset);
}

TEST(Sitemap, Index) {
  EXPECT_THAT(read_sitemap(kIndex).entries, ElementsAre("sitemap: http://h/a.xml.gz"));
  EXPECT_EQ(read_sitemap(kIndex).format, SitemapFormat::index);
}

TEST(Sitemap, Feeds) {
  EXPECT_THAT(read_sitemap(kRss).entries, ElementsAre("http://h/1", "http://h/2", "http://h/3"));
  EXPECT_EQ(read_sitemap(kRss).skipped, 1);
  EXPECT_THAT(read_sitemap(kRdf).entries, ElementsAre("http://h/1"));
  EXPECT_THAT(read_sitemap(kAtom).entries, ElementsAre("http://h/1?a&b", "http://h/2"));
  EXPECT_EQ(read_sitemap(kAtom).skipped, 1);
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
  EXPECT_THAT(
      read_sitemap(urlset(url("http://h/<b>x<i/></b>y") + url("<a href='no'>http://h/2</a>"))).entries,
      ElementsAre("http://h/xy", "http://h/2"));
}

TEST(Sitemap, Text) {
  for (const std::string& mark : {"", "\xEF\xBB\xBF", "\n\n"}) {
    EXPECT_THAT(read_sitemap(mark + kText).entries,
                ElementsAre("http://h/1", "http://h/2?a=1&b=2", "http://h/3"));
    EXPECT_EQ(read_sitemap(mark + kText).skipped, 1);
    EXPECT_EQ(read_sitemap(mark + kText).format, SitemapFormat::text);
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
    const SitemapReading reading = read_sitemap(fmt::format(
        "<{}><url xmlns=''><loc>http://h/1</loc><image:image "
        "xmlns:image='i'><image:loc>http://h/i</image:loc>"
        "</image:image><video:loc>http://h/v</video:loc><image><loc>http://h/no</loc></image></url></urlset>",
        root));
    EXPECT_THAT(reading.entries, ElementsAre("http://h/1")) << root << reading.error;
  }
  EXPECT_THAT(
      read_sitemap(
          "<s:urlset xmlns:s='u'><s:url><s:loc>http://h/1</s:loc><loc>http://h/no</loc></s:url></s:urlset>")
          .entries,
      ElementsAre("http://h/1"));
  EXPECT_THAT(
      read_sitemap("<urlset xmlns='u' xmlns:s='u' xmlns:o='o'><s:url><loc>http://h/1</loc><o:loc>http://h/no"
                   "</o:loc></s:url><url><s:loc>http://h/2</s:loc></url><o:url><loc>http://h/no</loc>"
                   "</o:url></urlset>")
          .entries,
      ElementsAre("http://h/1", "http://h/2"));
}

TEST(Sitemap, LocsMayBeWrappedInCdataAndWhiteSpace) {
  EXPECT_THAT(
      read_sitemap(urlset("<url><loc>\n\t<![CDATA[http://h/?a&b]]>\n </loc></url><url>\n<loc>/rel</loc></url>"
                          "<url><loc/></url><url></url>"))
          .entries,
      ElementsAre("http://h/?a&b", "/rel"));
}

TEST(Sitemap, GzipIsToldByItsBytes) {
  for (const std::string& plain : {kPlain, kIndex, kRss, kAtom, kText}) {
    const SitemapReading expected = read_sitemap(plain);
    EXPECT_EQ(read_sitemap(gzip(plain)), expected);
    EXPECT_EQ(read_sitemap(gzip(plain.substr(0, 40)) + gzip(plain.substr(40))), expected);
  }
}

TEST(Sitemap, AnyCutGivesTheSame) {
  for (const std::string& bytes :
       {kPlain, kIndex, kRss, kRdf, kAtom, kText, "\xEF\xBB\xBF" + kText, gzip(kPlain), kPlain.substr(0, 180),
        std::string("<html><p>1</html>"), std::string("h")}) {
    const SitemapReading whole = read_sitemap(bytes);
    for (std::size_t piece = 1; piece < 20; ++piece) EXPECT_EQ(read_sitemap(bytes, piece), whole) << bytes;
  }
}

TEST(Sitemap, ADamagedOneGivesWhatWasReadableAndNamesThePlace) {
  const SitemapReading cut = read_sitemap(kPlain.substr(0, kPlain.find("</url>\n<url>") + 20));
  EXPECT_THAT(cut.entries, ElementsAre("http://h/1"));
  EXPECT_THAT(cut.error, HasSubstr("line 4, byte "));
  const SitemapReading crossed =
      read_sitemap(urlset(url("http://h/1") + url("http://h/2</lock>") + url("http://h/3")));
  EXPECT_THAT(crossed.entries, ElementsAre("http://h/1"));
  EXPECT_THAT(crossed.error, HasSubstr("line 4, byte "));
  const std::string packed = gzip(kPlain);
  EXPECT_THAT(read_sitemap(packed.substr(0, packed.size() - 9)).error, HasSubstr("ends too early"));
  std::string corrupt = gzip(urlset(url("http://h/1")) + std::string(1 << 20, ' '));
  corrupt[corrupt.size() - 6] ^= 0x55;
  EXPECT_THAT(read_sitemap(corrupt).error, HasSubstr("corrupt"));
  EXPECT_THAT(read_sitemap(corrupt).entries, ElementsAre("http://h/1"));
}

TEST(Sitemap, BareAmpersandsAreForgiven) {
  const SitemapReading reading =
      read_sitemap(urlset(url("http://h/?a=1&b=2") + url("http://h/?a&amp;b&copy=1")));
  EXPECT_THAT(reading.entries, ElementsAre("http://h/?a=1&b=2", "http://h/?a&b&copy=1"));
  EXPECT_EQ(reading.error, "");
}

TEST(Sitemap, AWrongByteCostsNoMoreThanItsEntry) {
  for (const std::string_view wrong : {"\xe9", "\x01", "\xef\xbf\xbf"}) {
    const SitemapReading reading =
        read_sitemap(urlset(url("http://h/1") + "<!-- " + std::string(wrong) + " -->" +
                            url("http://h/2" + std::string(wrong)) + url("http://h/3")));
    ASSERT_EQ(reading.entries.size(), 3u);
    EXPECT_TRUE(reading.entries[1].starts_with("http://h/2\ufffd"));
    EXPECT_EQ(reading.entries[2], "http://h/3");
    EXPECT_THAT(reading.error, HasSubstr("line 4, byte "));
  }
}

TEST(Sitemap, TextIsOfTheCharsetOfTheTransportOrItsMark) {
  const std::string latin = "http://h/\xe9\nhttp://h/2\n";
  EXPECT_THAT(read_sitemap(latin, 1, "windows-1252").entries, ElementsAre("http://h/\u00e9", "http://h/2"));
  EXPECT_THAT(read_sitemap("http://h/\u00e9\n").entries, ElementsAre("http://h/\u00e9"));
  for (const std::string_view utf16 :
       {"\xff\xfeh\0t\0t\0p\0:\0/\0/\0h\0/\0\xe9\0\n\0"sv, "\xfe\xff\0h\0t\0t\0p\0:\0/\0/\0h\0/\0\xe9\0\n"sv})
    EXPECT_THAT(read_sitemap(utf16, 3).entries, ElementsAre("http://h/\u00e9"));
}

TEST(Sitemap, BytesOfTextThatAreNoUtf8StayTheBytesOfTheUrl) {
  const SitemapReading reading = read_sitemap("http://h/caf\xe9?q=\u00e9\xff\xc3\nhttp://h\xe9/\n");
  EXPECT_THAT(reading.entries, ElementsAre("http://h/caf%E9?q=\u00e9%FF%C3"));
  EXPECT_EQ(reading.skipped, 1u);
}

TEST(Sitemap, OtherDocumentsAreNone) {
  EXPECT_THAT(read_sitemap("<html xmlns='http://www.w3.org/1999/xhtml'><loc>http://h/</loc></html>").error,
              HasSubstr("not a sitemap: its root element is <html>"));
  EXPECT_THAT(read_sitemap("<!doctype html><p>").error, HasSubstr("not a sitemap: its root element is <p>"));
  EXPECT_THAT(read_sitemap("Not Found").error, HasSubstr("not a sitemap"));
  EXPECT_THAT(read_sitemap("").error, HasSubstr("not a sitemap"));
  EXPECT_THAT(read_sitemap(" \n").error, HasSubstr("not a sitemap"));
  EXPECT_THAT(read_sitemap(gzip("")).error, HasSubstr("not a sitemap"));
}

// Of what begins so, before its end has come.
SitemapFormat format_of(std::string_view start) {
  SitemapReader reader([](const SitemapEntry&) {});
  static_cast<void>(reader.write(start));
  return reader.format();
}

TEST(Sitemap, IsToldByItsBeginning) {
  EXPECT_EQ(format_of(kPlain), SitemapFormat::urlset);
  EXPECT_EQ(format_of(kIndex), SitemapFormat::index);
  EXPECT_EQ(format_of(gzip(kPlain)), SitemapFormat::urlset);
  EXPECT_EQ(format_of(kPlain.substr(0, 150)), SitemapFormat::urlset);
  EXPECT_EQ(format_of("<!-- a -->\n" + kIndex), SitemapFormat::index);
  EXPECT_EQ(format_of(kRss), SitemapFormat::rss);
  EXPECT_EQ(format_of(kAtom), SitemapFormat::atom);
  EXPECT_EQ(format_of(kText), SitemapFormat::text);
  for (const std::string_view other : {"<html><urlset></html>", "", " ", "<!-- a"})
    EXPECT_EQ(format_of(other), SitemapFormat::unknown) << other;
}

TEST(Sitemap, TypesThatAreWorthFetching) {
  for (const std::string_view type :
       {"", "text/xml; charset=utf-8", "Application/XML", "text/plain", "application/x-gzip",
        "application/octet-stream", "application/rss+xml"})
    EXPECT_TRUE(may_hold_sitemap(type)) << type;
  for (const std::string_view type : {"text/html", "image/png", "application/pdf", "+xml"})
    EXPECT_FALSE(may_hold_sitemap(type)) << type;
}

}  // namespace
}  // namespace gossamer
