#include "crawler/sitemap_list.h"

#include <gtest/gtest.h>

#include "crawler/sitemap_intake.h"
#include "tests/support/temporary_directory.h"

namespace gossamer {
namespace {

TEST(SitemapList, IsReadInWindows) {
  const TemporaryDirectory directory;
  auto list = SitemapList::create(directory.path());
  ASSERT_TRUE(list);
  constexpr std::size_t kCount = 500;
  for (std::size_t i = 0; i < kCount; ++i) {
    list->add(std::string(i * 4, 'x') + std::to_string(i), i % 2 ? LinkTag::url : LinkTag::sitemap);
  }
  ASSERT_TRUE(list->finish("broken"));
  std::size_t windows = 0;
  for (std::size_t next = 0; next < kCount; ++windows) {
    const auto page = list->links(next);
    ASSERT_TRUE(page);
    EXPECT_EQ(page->damage, "broken");
    EXPECT_EQ(page->link_count, kCount);
    EXPECT_EQ(page->first_link, next);
    ASSERT_FALSE(page->links.empty());
    for (const Link& link : page->links) {
      EXPECT_EQ(link.url, std::string(next * 4, 'x') + std::to_string(next));
      EXPECT_EQ(link.tag, next % 2 ? LinkTag::url : LinkTag::sitemap);
      ++next;
    }
  }
  EXPECT_EQ(windows, 8u);
  EXPECT_EQ(list->links(7)->links.front().url, std::string(28, 'x') + "7");
  EXPECT_TRUE(list->links(kCount)->links.empty());
}

TEST(SitemapList, MayBeEmpty) {
  auto list = SitemapList::create("");
  ASSERT_TRUE(list && list->finish(""));
  const auto page = list->links(0);
  ASSERT_TRUE(page);
  EXPECT_EQ(page->link_count, 0u);
  EXPECT_TRUE(page->links.empty());
}

TEST(SitemapList, SaysWhereItCannotBeWritten) {
  const auto list = SitemapList::create("/no/such/directory");
  ASSERT_FALSE(list);
  EXPECT_TRUE(list.error().message.starts_with("/no/such/directory: ")) << list.error().message;
  EXPECT_EQ(list.error().error_class, ErrorClass::storage);
}

// What is left of the bodies of a type, in pieces of `piece` bytes, and what they list.
struct Taken {
  std::string left;
  std::size_t size = 0;
  std::vector<std::string> listed;
  bool is_sitemap = false;
};

Taken take(std::string_view bytes, std::size_t piece, std::size_t keep_body = 0) {
  const ParserRegistry parsers;
  SitemapIntake intake(parsers, *Url::parse("http://h/"), {.scratch_directory = {}, .keep_body = keep_body});
  Taken taken;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
    taken.left += bytes.substr(0, piece);
    EXPECT_TRUE(intake.take("text/plain", taken.left));
  }
  const auto list = intake.finish("text/plain");
  EXPECT_TRUE(list);
  taken.is_sitemap = *list != nullptr;
  if (!taken.is_sitemap) return taken;
  taken.size = intake.size();
  for (const Link& link : (*list)->links(0)->links) taken.listed.emplace_back(link.url);
  return taken;
}

TEST(SitemapIntake, TakesASitemapHoweverItComes) {
  std::string bytes;
  for (int i = 0; i < 3000; ++i) bytes += "http://h/" + std::to_string(i) + "\n";
  for (const std::size_t piece : {1u, 1000u, 16u << 10, 1u << 20}) {
    const Taken taken = take(bytes, piece);
    EXPECT_TRUE(taken.is_sitemap);
    EXPECT_EQ(taken.left, "");
    EXPECT_EQ(taken.size, bytes.size());
    EXPECT_EQ(taken.listed.size(), 3000u);
    for (const std::size_t keep : {bytes.size() + 1, bytes.size(), bytes.size() / 2}) {
      const Taken kept = take(bytes, piece, keep);
      EXPECT_EQ(kept.left, keep > bytes.size() ? bytes : "");
      EXPECT_EQ(kept.listed, taken.listed);
      EXPECT_EQ(kept.size, bytes.size());
    }
  }
  EXPECT_EQ(take("http://h/1", 1).listed, std::vector<std::string>{"http://h/1"});
}

TEST(SitemapIntake, WaitsForTheRootElement) {
  const std::string bytes =
      "<!--" + std::string(100'000, 'x') + "--><urlset><url><loc>http://h/1</loc></url></urlset>";
  for (const std::size_t piece : {1000u, 64u << 10, 1u << 20}) {
    const Taken taken = take(bytes, piece);
    EXPECT_EQ(taken.listed, std::vector<std::string>{"http://h/1"});
    EXPECT_EQ(taken.left, "");
    EXPECT_EQ(taken.size, bytes.size());
  }
}

TEST(SitemapIntake, OfOneThatBrokeOffComesWhatCameWhole) {
  const ParserRegistry parsers;
  const Error broken{ErrorClass::truncated, Phase::body, "closed"};
  for (const std::string_view bytes :
       {"http://h/1\nhttp://h/2", "<urlset><url><loc>http://h/1</loc></url><url>"}) {
    SitemapIntake intake(parsers, *Url::parse("http://h/"), {.scratch_directory = {}});
    std::string body(bytes);
    EXPECT_TRUE(intake.take("", body));
    const auto list = intake.finish("", &broken);
    ASSERT_TRUE(list && *list) << bytes;
    const auto page = (*list)->links(0);
    ASSERT_TRUE(page);
    ASSERT_EQ(page->links.size(), 1u);
    EXPECT_EQ(page->links[0].url, "http://h/1");
    EXPECT_EQ(page->damage, "sitemap: closed");
  }
  SitemapIntake intake(parsers, *Url::parse("http://h/"), {.scratch_directory = {}});
  std::string body = "http://h/2";
  EXPECT_TRUE(intake.take("", body));
  const auto list = intake.finish("", &broken);
  EXPECT_TRUE(list && !*list) << "no URL came whole";
}

TEST(SitemapIntake, TellsWhyItIsNone) {
  const ParserRegistry parsers;
  for (const auto& [bytes, why] :
       {std::pair("<html>", "its root element is <html>"), std::pair("", "it is empty"),
        std::pair("Not found", "it begins with neither XML nor a URL")}) {
    SitemapIntake intake(parsers, *Url::parse("http://h/"), {.scratch_directory = {}});
    std::string body = bytes;
    EXPECT_TRUE(intake.take("", body));
    const auto list = intake.finish("");
    EXPECT_TRUE(list && !*list);
    EXPECT_EQ(intake.refusal(), std::string("not a sitemap: ") + why);
  }
}

TEST(SitemapIntake, LeavesOtherBodiesAlone) {
  for (const std::string& bytes : {std::string(), std::string(100'000, 'x'), std::string("Not found")}) {
    for (const std::size_t piece : {1u, 1u << 20}) {
      const Taken taken = take(bytes, piece);
      EXPECT_FALSE(taken.is_sitemap);
      EXPECT_EQ(taken.left, bytes);
    }
  }
}

}  // namespace
}  // namespace gossamer
