#include "plugins/plugin_loader.h"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "plugins/html/html_parser.h"
#include "plugins/parser_registry.h"

namespace gossamer {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

std::string fixture(std::string_view name) { return GOSSAMER_TEST_PLUGINS "/" + std::string(name) + ".so"; }

std::unique_ptr<Parser> load(std::string_view name) {
  auto plugin = load_plugin(fixture(name));
  if (!plugin) throw std::runtime_error(plugin.error().message);
  return *std::move(plugin);
}

Result<ParsedPage> parse(const Parser& parser, std::string_view body,
                         std::string_view content_type = "text/html") {
  return parser.parse({.url = "http://a.test/", .content_type = content_type, .body = body});
}

TEST(PluginLoader, LoadsAndTellsWhatItIs) {
  const auto plugin = load("obedient");
  EXPECT_EQ(plugin->name(), "obedient");
  EXPECT_TRUE(plugin->claims("text/html"));
  EXPECT_TRUE(plugin->claims("application/x-obedient"));
  EXPECT_FALSE(plugin->claims("text/plain"));
}

TEST(PluginLoader, RefusesInOneLineWhatIsNoFittingPlugin) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"missing", "no such file"},
      {"no_entry", "not a gossamer plugin: it exports no gossamer_plugin_entry"},
      {"future_version",
       "built for plugin ABI 2, this gossamer has 1; rebuild it with this version's plugin_api.h"},
      {"refuses_host", "refuses to work with plugin ABI 1"},
      {"too_small", "struct_size is 8, at least"},
      {"no_name", "its description has no name"},
      {"no_types", "it claims no media type"},
      {"no_parse", "its description has no parse function"},
      {"cannot_start", "create() gave no instance"},
  };
  for (const auto& [name, why] : cases) {
    const auto plugin = load_plugin(fixture(name));
    ASSERT_FALSE(plugin.has_value()) << name;
    EXPECT_EQ(plugin.error().error_class, ErrorClass::invalid_input);
    EXPECT_THAT(plugin.error().message, StartsWith("plugin " + fixture(name) + ": " + why));
    EXPECT_EQ(plugin.error().message.find('\n'), std::string::npos);
  }
}

TEST(PluginLoader, RefusesATextFileAndAFolder) {
  const std::string path = testing::TempDir() + "not_a_plugin.so";
  std::ofstream(path) << "this is no shared object\n";
  const auto text = load_plugin(path);
  ASSERT_FALSE(text.has_value());
  EXPECT_THAT(text.error().message, StartsWith("plugin " + path + ": cannot be loaded as a shared object: "));
  EXPECT_EQ(text.error().message.rfind(path), 7U) << "the path comes once";
  std::filesystem::remove(path);

  const auto folder = load_plugin(testing::TempDir());
  ASSERT_FALSE(folder.has_value());
  EXPECT_THAT(folder.error().message, HasSubstr("not a file"));
}

TEST(PluginLoader, TakesItemsThatAreJsonObjectsAndPutsEachOnOneLine) {
  const auto plugin = load("obedient");
  const auto page = parse(*plugin, "emit  {\"a\":\n 1,\r\n\"b\": \"\\n\"}\n");
  ASSERT_TRUE(page.has_value()) << page.error().message;
  EXPECT_THAT(page->items, ElementsAre("{\"a\":  1,  \"b\": \"\\n\"}"));
}

TEST(PluginLoader, FailsThePageForAnItemThatIsNoJsonObject) {
  const auto plugin = load("obedient");
  using namespace std::string_view_literals;
  for (const std::string_view json :
       {""sv, "[1]"sv, "17"sv, "{\"a\":}"sv, "{\"a\":1} {}"sv, "{'a':1}"sv, "{}\0x"sv, "{"sv}) {
    const auto page = parse(*plugin, "emit " + std::string(json));
    ASSERT_FALSE(page.has_value()) << json;
    EXPECT_EQ(page.error().error_class, ErrorClass::parse);
    EXPECT_THAT(page.error().message, StartsWith("an item that is not a JSON object: "));
  }
}

TEST(PluginLoader, BoundsWhatOnePageMayBring) {
  const auto plugin = load("obedient");
  const auto flood = parse(*plugin, "flood");
  ASSERT_FALSE(flood.has_value());
  EXPECT_EQ(flood.error().message, "items and links of more than 67108864 bytes from one page");
  const auto huge = parse(*plugin, "huge");
  ASSERT_FALSE(huge.has_value());
  EXPECT_EQ(huge.error().message, "an item of 1099511627776 bytes, the limit is 1048576");
}

TEST(PluginLoader, PassesOnWhyAPageFailed) {
  const auto plugin = load("obedient");
  EXPECT_EQ(parse(*plugin, "fail").error(),
            (Error{ErrorClass::parse, Phase::parse, "the page asked for it"}));
  EXPECT_EQ(parse(*plugin, "silent").error().message, "failed and did not say why");
  EXPECT_TRUE(parse(*plugin, "nothing").has_value()) << "and the next page is none the worse";
  EXPECT_EQ(parse(*load("throws"), "x").error().message, "let an exception out of parse()");
}

TEST(PluginLoader, HandsOverTextAsUtf8) {
  const auto plugin = load("obedient");
  const auto page = parse(*plugin, "encoding{\"a\":\"\xE9\"}", "text/html; charset=iso-8859-1");
  ASSERT_TRUE(page.has_value()) << page.error().message;
  EXPECT_THAT(page->items, ElementsAre("{\"a\":\"\xC3\xA9\"}"));
}

TEST(PluginLoader, HandsOverNoTextOfWhatIsNone) {
  const auto page = parse(*load("obedient"), "fail", "application/x-obedient");
  EXPECT_TRUE(page.has_value()) << "it reads `text`, not `body`";
}

TEST(PluginLoader, ServesSeveralThreadsAtOnce) {
  const auto plugin = load("obedient");
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&plugin] {
      for (int page = 0; page < 500; ++page) {
        const auto parsed = parse(*plugin, "emit {\"a\":1}");
        EXPECT_TRUE(parsed.has_value() && parsed->items.size() == 1);
      }
    });
  }
}

TEST(ParserRegistry, ShowsAPageToEveryParserThatClaimsItAndMergesTheirFindings) {
  ParserRegistry registry;
  EXPECT_TRUE(registry.empty());
  registry.add(load("obedient"));
  registry.add(std::make_unique<HtmlParser>());
  EXPECT_TRUE(registry.claims("Text/HTML ; charset=utf-8"));
  EXPECT_FALSE(registry.claims("text/css"));

  const PageBytes bytes{
      .url = "http://a.test/",
      .content_type = "text/html",
      .body = "link <title>Own</title><meta name=robots content=noindex><a href=own.html>x</a>"};
  const auto page = registry.parse("text/html", bytes);
  ASSERT_TRUE(page.has_value()) << page.error().message;
  EXPECT_EQ(page->title, "From the plugin");
  EXPECT_TRUE(page->robots.noindex);
  EXPECT_EQ(page->encoding, "UTF-8");
  ASSERT_EQ(page->links.size(), 2U);
  EXPECT_EQ(page->links[0].url, "next.html");
  EXPECT_EQ(page->links[0].text, "The next");
  EXPECT_TRUE(page->links[0].nofollow);
  EXPECT_TRUE(is_followed(page->links[0]));
  EXPECT_EQ(page->links[1].url, "own.html");
}

TEST(ParserRegistry, APageReadInSeveralCallsGivesEachLinkOnce) {
  ParserRegistry registry;
  registry.add(load("obedient"));
  registry.add(std::make_unique<HtmlParser>());
  const std::string body = "link <base href=/b/><a href=1>1</a><a href=2>2&amp;</a><a href='3&amp;'>3</a>";
  for (const std::size_t links_at_once : {1, 2, 3, 4}) {
    std::vector<std::string> urls;
    std::size_t calls = 0;
    for (std::size_t first = 0, count = 1; first < count; ++calls) {
      const auto page = registry.parse("text/html", {.url = "http://a.test/",
                                                     .content_type = "text/html",
                                                     .body = body,
                                                     .first_link = first,
                                                     .link_memory = links_at_once * sizeof(Link)});
      ASSERT_TRUE(page.has_value());
      ASSERT_LT(0U, page->links.size());
      EXPECT_EQ(page->base, "/b/");
      EXPECT_EQ(page->first_link, first);
      for (const Link& link : page->links) urls.emplace_back(link.url);
      first += page->links.size();
      count = page->link_count;
    }
    EXPECT_THAT(urls, ElementsAre("next.html", "1", "2", "3&"));
    EXPECT_LE(4 / links_at_once, calls);
  }
}

TEST(ParserRegistry, FailsThePageUnderTheNameOfTheParserThatFailed) {
  ParserRegistry registry;
  registry.add(std::make_unique<HtmlParser>());
  registry.add(load("obedient"));
  const auto page = registry.parse("text/html", {.url = "", .content_type = "text/html", .body = "fail"});
  ASSERT_FALSE(page.has_value());
  EXPECT_EQ(page.error(), (Error{ErrorClass::parse, Phase::parse, "obedient: the page asked for it"}));
}

TEST(ParserRegistry, HasNoAnswerForWhatNoParserTakes) {
  ParserRegistry registry;
  registry.add(std::make_unique<HtmlParser>());
  const auto page = registry.parse("image/png", {.url = "", .content_type = "image/png", .body = ""});
  ASSERT_FALSE(page.has_value());
  EXPECT_EQ(page.error().message, "no parser takes the media type 'image/png'");
}

}  // namespace
}  // namespace gossamer
