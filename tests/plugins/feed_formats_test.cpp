// The fields of entries in every format.
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/test_feed.h"

namespace gossamer {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using testing::TestFeed;

// The item of an RSS feed that has only this one.
json rss_item(std::string_view fields) {
  return TestFeed(
             "<rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/' "
             "xmlns:media='http://search.yahoo.com/mrss/' "
             "xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel><item>" +
             std::string(fields) + "</item></channel></rss>")
      .item(0);
}

json atom_entry(std::string_view fields) {
  return TestFeed("<feed xmlns='http://www.w3.org/2005/Atom'><entry>" + std::string(fields) +
                  "</entry></feed>")
      .item(0);
}

TEST(FeedParser, ReadsRss2) {
  const TestFeed feed(R"(<?xml version="1.0"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
  <title>News &amp;
   more</title><link>https://example.com/</link><description>All &lt;b&gt;of it&lt;/b&gt;</description>
  <language>en-gb</language><atom:link rel="self" href="feed.xml"/><atom:link rel="next" href="?page=2"/>
  <image><title>no</title><link>https://example.com/no</link><url>logo.png</url></image>
  <item>
    <title><![CDATA[First <em>one</em> &amp; only]]></title><link> /1 </link><guid isPermaLink="false">tag:1</guid>
    <pubDate>Tue, 10 Jun 2003 04:00:00 GMT</pubDate><author>a@example.com (A)</author>
    <category>x</category><category domain="d"> y z </category><comments>https://example.com/no</comments>
    <description>&lt;p&gt;One&lt;/p&gt;&lt;p&gt;two &amp;amp; three&lt;/p&gt;&lt;script&gt;no&lt;/script&gt;</description>
    <enclosure url="1.mp3" length="1" type="audio/mpeg"/><source url="https://example.com/no">no</source>
  </item>
  <item><guid>https://example.com/2</guid></item>
</channel></rss>)",
                      "application/rss+xml; charset=utf-8");
  EXPECT_EQ(feed.page.damage, "");
  EXPECT_EQ(feed.page.title, "News & more");
  EXPECT_EQ(feed.page.description, "All of it");
  EXPECT_EQ(feed.page.language, "en-gb");
  EXPECT_EQ(feed.page.encoding, "UTF-8");
  EXPECT_EQ(feed.item(0), (json{{"type", "entry"},
                                {"title", "First one & only"},
                                {"link", "https://example.com/1"},
                                {"id", "tag:1"},
                                {"published", "Tue, 10 Jun 2003 04:00:00 GMT"},
                                {"updated", nullptr},
                                {"author", "a@example.com (A)"},
                                {"summary", "One two & three"},
                                {"content", nullptr},
                                {"categories", {"x", "y z"}}}));
  EXPECT_EQ(feed.item(1)["link"], "https://example.com/2");
  EXPECT_EQ(feed.item(1)["id"], "https://example.com/2");
  EXPECT_EQ(feed.page.items.size(), 2U);
  EXPECT_THAT(
      feed.links(),
      ElementsAre("alternate https://example.com/1", "enclosure https://example.com/f/1.mp3",
                  "alternate https://example.com/2", "alternate https://example.com/",
                  "self https://example.com/f/feed.xml", "next https://example.com/f/feed.xml?page=2"));
  EXPECT_EQ(feed.page.links[0].text, "First one & only");
  EXPECT_EQ(feed.page.links[0].tag, LinkTag::link);
  EXPECT_EQ(feed.page.link_count, 6U);
}

TEST(FeedParser, ReadsAtom) {
  const TestFeed feed(
      R"(<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de" xml:base="https://b.example/x/">
  <title type="html">A &amp;lt;&lt;b&gt;b&lt;/b&gt;</title><subtitle>S</subtitle><link href="."/>
  <link rel="self" href="self"/>
  <entry xml:base="e/"><title>1 &lt;b&gt; 2</title><link rel="alternate" href="one"/>
    <link rel="enclosure" href="/a.mp3"/><id>urn:1</id><published>2024-01-02T03:04:05Z</published>
    <updated>2024-02-02T03:04:05Z</updated><author><uri>u</uri><name> Ann </name><email>e</email></author>
    <contributor><name>no</name></contributor><category term="t1"/><category term="t2" label="no">no</category>
    <source><title>no</title><id>no</id><link href="no"/></source>
    <summary type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>a &lt; b</p><p>c<b>d</b></p></div></summary>
    <content type="html">&lt;ul&gt;&lt;li&gt;x&lt;li&gt;y&lt;/ul&gt;</content></entry>
  <entry><link href="two"/><content type="image/png">iVBORw0KGgo=</content></entry></feed>)",
      "application/atom+xml");
  EXPECT_EQ(feed.page.damage, "");
  EXPECT_EQ(feed.page.title, "A <b");
  EXPECT_EQ(feed.page.description, "S");
  EXPECT_EQ(feed.page.language, "de");
  EXPECT_EQ(feed.item(0), (json{{"type", "entry"},
                                {"title", "1 <b> 2"},
                                {"link", "https://b.example/x/e/one"},
                                {"id", "urn:1"},
                                {"published", "2024-01-02T03:04:05Z"},
                                {"updated", "2024-02-02T03:04:05Z"},
                                {"author", "Ann"},
                                {"summary", "a < b cd"},
                                {"content", "x y"},
                                {"categories", {"t1", "t2"}}}));
  EXPECT_EQ(feed.item(1)["link"], "https://b.example/x/two");
  EXPECT_EQ(feed.item(1)["content"], nullptr);
  EXPECT_THAT(feed.links(),
              ElementsAre("alternate https://b.example/x/e/one", "enclosure https://b.example/a.mp3",
                          "alternate https://b.example/x/two", "alternate https://b.example/x/",
                          "self https://b.example/x/self"));
}

TEST(FeedParser, ReadsRss1AndWhatCameBefore) {
  const TestFeed rdf(R"(<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
      xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
    <channel rdf:about="x"><title>T</title><link>https://example.com/</link></channel>
    <textinput rdf:about="y"><title>no</title><link>https://example.com/no</link></textinput>
    <item rdf:about="https://example.com/1"><title>One</title><link>https://example.com/1</link>
      <dc:creator>Ann</dc:creator><dc:date>2003-06-10</dc:date><dc:subject>s</dc:subject></item></rdf:RDF>)");
  EXPECT_EQ(rdf.page.title, "T");
  EXPECT_EQ(rdf.item(0)["author"], "Ann");
  EXPECT_EQ(rdf.item(0)["published"], "2003-06-10");
  EXPECT_EQ(rdf.item(0)["categories"], json({"s"}));
  EXPECT_THAT(rdf.links(), ElementsAre("alternate https://example.com/1", "alternate https://example.com/"));

  const TestFeed old(
      "<rss version='0.91'><channel><title>T</title><item><title>One</title><link>1</link>"
      "</item></channel></rss>");
  EXPECT_EQ(old.item(0)["title"], "One");
  EXPECT_EQ(old.item(0)["link"], "https://example.com/f/1");

  const TestFeed atom(
      "<feed version='0.3' xmlns='http://purl.org/atom/ns#'><entry><title mode='escaped' "
      "type='text/html'>a &lt;i&gt;b&lt;/i&gt;</title><issued>2003</issued><modified>2004</modified>"
      "<content type='text/html' mode='xml'><p>x</p>y</content></entry></feed>");
  EXPECT_EQ(atom.item(0)["title"], "a b");
  EXPECT_EQ(atom.item(0)["published"], "2003");
  EXPECT_EQ(atom.item(0)["updated"], "2004");
  EXPECT_EQ(atom.item(0)["content"], "x y");
}

TEST(FeedParser, ElementsOfOtherVocabulariesAreNoFields) {
  EXPECT_EQ(rss_item("<media:title>no</media:title><title>yes</title>")["title"], "yes");
  EXPECT_EQ(rss_item("<media:content><media:description>no</media:description></media:content>")["summary"],
            nullptr);
  EXPECT_EQ(rss_item("<content:encoded>&lt;p&gt;yes</content:encoded>")["content"], "yes");
  EXPECT_EQ(rss_item("<title>first</title><title>second</title>")["title"], "first");
  EXPECT_EQ(rss_item("<dc:creator>Ann</dc:creator>")["author"], "Ann");
  EXPECT_EQ(atom_entry("<title type='text'>&lt;b&gt;</title>")["title"], "<b>");
  EXPECT_EQ(atom_entry("<title>a</title>")["categories"], json::array());
}

TEST(FeedParser, AnItemIsAboutItsOwnLinkRatherThanAnAtomLink) {
  const TestFeed feed(
      "<rss xmlns:a='http://www.w3.org/2005/Atom'><channel><item><a:link "
      "href='a'/><link>b</link><link>c</link>"
      "</item><item><a:link href='d'/></item></channel></rss>");
  EXPECT_EQ(feed.item(0)["link"], "https://example.com/f/b");
  EXPECT_EQ(feed.item(1)["link"], "https://example.com/f/d");
  EXPECT_THAT(feed.links(),
              ElementsAre("alternate https://example.com/f/b", "alternate https://example.com/f/a",
                          "alternate https://example.com/f/c", "alternate https://example.com/f/d"));
}

TEST(FeedParser, ARelMayBeWrittenAsItsIri) {
  const TestFeed feed(
      "<feed xmlns='http://www.w3.org/2005/Atom'><entry>"
      "<link rel='http://www.iana.org/assignments/relation/enclosure' href='1.mp3'/>"
      "<link rel='http://www.iana.org/assignments/relation/alternate' href='2'/></entry></feed>");
  EXPECT_EQ(feed.item(0)["link"], "https://example.com/f/2");
  EXPECT_THAT(feed.links(),
              ElementsAre("enclosure https://example.com/f/1.mp3", "alternate https://example.com/f/2"));
}

TEST(FeedParser, AnAtomEntryWithoutAuthorHasThatOfItsSourceOrItsFeed) {
  const TestFeed feed(
      "<feed "
      "xmlns='http://www.w3.org/2005/Atom'><author><name>F</name></author><entry><title>1</title></entry>"
      "<entry><source><author><name>S</name></author><title>no</title></source><title>2</title></entry>"
      "<entry><source><author><name>S</name></author></source><author><name>E</name></author></entry>"
      "<entry><source><id>x</id></source><x><author><name>no</name></author></x></entry></feed>");
  EXPECT_EQ(feed.item(0)["author"], "F");
  EXPECT_EQ(feed.item(1)["author"], "S");
  EXPECT_EQ(feed.item(1)["title"], "2");
  EXPECT_EQ(feed.item(2)["author"], "E");
  EXPECT_EQ(feed.item(3)["author"], "F");
}

TEST(FeedParser, AnEntryWithoutALinkIsAboutItsContentElsewhere) {
  const TestFeed feed(
      "<feed xmlns='http://www.w3.org/2005/Atom'><entry><content xml:base='a/' src='1.mp4' "
      "type='video/mp4'/></entry>"
      "<entry><content src='no'/><link href='2'/></entry><entry><content "
      "src=''>text</content></entry></feed>");
  EXPECT_EQ(feed.item(0)["link"], "https://example.com/f/a/1.mp4");
  EXPECT_EQ(feed.item(0)["content"], nullptr);
  EXPECT_EQ(feed.item(1)["link"], "https://example.com/f/2");
  EXPECT_EQ(feed.item(2)["content"], "text");
  EXPECT_EQ(feed.item(2)["link"], nullptr);
}

TEST(FeedParser, XhtmlMayHaveAPrefix) {
  const json entry = atom_entry(
      "<content type='xhtml'><x:div xmlns:x='http://www.w3.org/1999/xhtml'>a<x:br/>b<x:script>no</x:script>"
      "<x:p>c</x:p></x:div></content>");
  EXPECT_EQ(entry["content"], "a b c");
}

TEST(FeedParser, PrefixesNeedNotBeTheUsualOnes) {
  const TestFeed feed(
      "<a:feed xmlns:a='http://www.w3.org/2005/Atom'><a:entry><a:title>T</a:title>"
      "<a:link href='1'/></a:entry></a:feed>");
  EXPECT_EQ(feed.item(0)["title"], "T");
  EXPECT_THAT(feed.links(), ElementsAre("alternate https://example.com/f/1"));
}

}  // namespace
}  // namespace gossamer
