// What a spider reads of a page: JSON, metadata, queries in the page's encoding.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "crawler/spider.h"
#include "tests/crawler/crawl_site.h"

namespace gossamer {
namespace {

// Reads JSON: names are items, URLs are requests.
struct JsonSpider : Spider {
  AsyncGenerator<Output> parse(Page page) override {
    for (const auto& entry : page.json("/items")) {
      co_yield Item{{"name", entry["name"]}, {"of", page.json("/of")}, {"none", page.json("/no/such")}};
      co_yield Request{entry["url"].get<std::string>()};
    }
  }
};

TEST(Spider, JsonOfAnySuffixReachesItAndPointersFindValues) {
  CrawlSite site;
  site.add("/", {.body = R"({"of": 2, "items": [{"name": "a", "url": "/a"}, {"name": "b", "url": "/b"}]})",
                 .content_type = "application/json"});
  site.add("/a",
           {.body = R"({"items": [{"name": "c", "url": "/"}]})", .content_type = "application/hal+json"});
  site.add("/b", {.body = "{\"items\":\n [}", .content_type = "application/json"});
  JsonSpider spider;
  ASSERT_TRUE(site.crawl(&spider).has_value());
  EXPECT_EQ(
      site.query("SELECT group_concat(item, ' ') FROM (SELECT item FROM items ORDER BY item)"),
      R"({"name":"a","of":2,"none":null} {"name":"b","of":2,"none":null} {"name":"c","of":null,"none":null})");
  EXPECT_EQ(site.state("/a"), "done");
  EXPECT_EQ(site.state("/b"), "failed parse");
  EXPECT_TRUE(site.query("SELECT message FROM fetches WHERE error = 'parse'")
                  .starts_with("spider: " + site.url("/b") + ": json: line 2, column 3: "));
}

TEST(Spider, ALargeJsonBodyIsReadTooAndNoneIsTooDeep) {
  CrawlSite site;
  std::string large =
      R"({"items": [{"name": ")" + std::string(2 * kLargeDocument, 'x') + R"(", "url": "/deep"}]})";
  site.add("/", {.body = std::move(large), .content_type = "application/json; charset=utf-8"});
  site.add("/deep", {.body = std::string(100'000, '['), .content_type = "application/json"});
  JsonSpider spider;
  ASSERT_TRUE(site.crawl(&spider).has_value());
  EXPECT_EQ(site.query("SELECT length(item ->> 'name') FROM items"), std::to_string(2 * kLargeDocument));
  EXPECT_EQ(site.state("/deep"), "failed parse");
}

// Shows what each page says of itself, and one that it fetches itself.
struct MetadataSpider : Spider {
  AsyncGenerator<Output> parse(Page page) override {
    co_yield item_of(page);
    if (page.url().ends_with("/")) co_yield item_of(*co_await page.fetch("/other"));
  }
  static Item item_of(const Page& page) {
    const ParsedPage& found = page.metadata();
    Item item{{"title", page.title()}, {"description", found.description}, {"noindex", found.robots.noindex}};
    for (const auto& [language, url] : found.hreflang)
      item.fields[std::string(language)] = *page.resolve(url);
    for (const auto& [name, content] : found.open_graph) item.fields[std::string(name)] = content;
    for (const std::string_view block : found.json_ld) item.fields["json_ld"] = block;
    return item;
  }
};

// Asks for what a link of the page would lead to, in each of the ways there are.
struct QuerySpider : Spider {
  AsyncGenerator<Output> parse(Page page) override {
    if (page.url().find('?') != std::string_view::npos) co_return;
    co_yield Item{{"link", page.links().at(0).url}, {"resolved", *page.resolve("?r=é")}};
    co_yield Request{.url = "?s=é"};
    const auto fetched = co_await page.fetch("?f=é");
    co_yield Item{{"fetched", std::string(fetched->url())}};
  }
};

TEST(Spider, QueriesAreInTheEncodingOfThePage) {
  CrawlSite site;
  site.add("/", {.body = "<link rel=canonical href='?c=\xE9'><a href='?a=\xE9'>x</a>",
                 .content_type = "text/html; charset=iso-8859-1"});
  for (const char name : std::string_view("acfs")) site.add(fmt::format("/?{}=%E9", name), "found");
  QuerySpider spider;
  ASSERT_TRUE(site.crawl(&spider).has_value());
  EXPECT_EQ(site.state("/?a=%E9"), "done");
  EXPECT_EQ(site.state("/?s=%E9"), "done");
  EXPECT_EQ(site.query("SELECT canonical FROM pages WHERE canonical <> ''"), site.url("/?c=%E9"));
  EXPECT_EQ(site.query("SELECT item ->> 'link' FROM items WHERE item ->> 'link' <> ''"), site.url("/?c=%E9"));
  EXPECT_EQ(site.query("SELECT item ->> 'resolved' FROM items WHERE item ->> 'resolved' <> ''"),
            site.url("/?r=%E9"));
  EXPECT_EQ(site.query("SELECT item ->> 'fetched' FROM items WHERE item ->> 'fetched' <> ''"),
            site.url("/?f=%E9"));
}

TEST(Spider, SeesTheMetadataOfAPageHoweverManyLinksItHas) {
  CrawlSite site;
  std::string links;
  for (int i = 0; i < 3000; ++i) links += fmt::format("<a href=/ rel=x>link {0}</a>", i);
  const std::string head =
      "<base href=/b/><link rel=alternate hreflang=de href=de><meta property=og:type content='a &amp; b'>"
      "<script type=application/ld+json>{}</script><meta name=description content=d><title>";
  site.add("/", head + "many</title>" + links);
  site.add("/other", {.body = head + "other</title>", .x_robots_tag = "noindex"});
  site.options.max_pages = 1;
  MetadataSpider spider;
  ASSERT_TRUE(site.crawl(&spider).has_value());
  const std::string rest =
      fmt::format(R"("de":"{}","og:type":"a & b","json_ld":"{{}}"}})", site.url("/b/de"));
  EXPECT_EQ(site.query("SELECT item FROM items WHERE item ->> 'title' = 'many'"),
            R"({"title":"many","description":"d","noindex":false,)" + rest);
  EXPECT_EQ(site.query("SELECT item FROM items WHERE item ->> 'title' = 'other'"),
            R"({"title":"other","description":"d","noindex":true,)" + rest);
}

}  // namespace
}  // namespace gossamer
