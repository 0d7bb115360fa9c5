#include "crawler/found_links.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <set>

#include "plugins/html/html_parser.h"

namespace gossamer {
namespace {

class FoundLinksTest : public testing::Test {
 protected:
  // Of a page at http://h/d/p?q.
  FoundLinks find(const std::string& body, const FindOptions& options = {},
                  std::size_t memory = kPieceBytes) {
    body_ = body;
    page_ = *HtmlParser().parse(
        {.url = "http://h/d/p?q", .content_type = "text/html; charset=utf-8", .body = body_});
    return find_links(page_, *Url::parse("http://h/d/p?q"), 0, memory, options, seen_);
  }

  static std::vector<std::string> urls(const FoundLinks& found) {
    std::vector<std::string> all;
    for (std::size_t i = 0; i < found.links.size(); ++i) all.emplace_back(found.url(i));
    return all;
  }

  std::string body_;
  ParsedPage page_;
  SeenSet seen_{SeenSet::random_secret()};
};

TEST_F(FoundLinksTest, LeaveOutWhatSaysNothingNewButCountIt) {
  const FoundLinks found = find(
      "<a href=x>1</a><a href=x>2</a><a href='x#part'>3</a><a href=#top>4</a><a href=''>5</a><a "
      "href=mailto:a>6</a>"
      "<a href=mailto:a>7</a><a href='http://['>8</a><a href=y>9</a><a href=x>10</a>");
  EXPECT_EQ(urls(found), (std::vector<std::string>{"http://h/d/x", "http://h/d/p?q", "http://h/d/y"}));
  EXPECT_EQ(found.count, 7u);
  EXPECT_EQ(found.others, 3u);
  EXPECT_TRUE(found.last);
}

TEST_F(FoundLinksTest, KeepLinksThatDifferInMoreThanTheFragment) {
  EXPECT_EQ(urls(find("<a href='x '>1</a><a href='x #part'>2</a>")),
            (std::vector<std::string>{"http://h/d/x", "http://h/d/x%20"}));
  const FoundLinks found = find("<a href=x rel=nofollow>1</a><a href=x>2</a><iframe src=x></iframe>");
  ASSERT_EQ(found.links.size(), 3u);
  EXPECT_TRUE(found.links[0].nofollow);
  EXPECT_FALSE(found.links[1].nofollow);
  EXPECT_EQ(found.links[2].tag, LinkTag::iframe);
}

TEST_F(FoundLinksTest, GiveEachLinkWithItsTextIfAsked) {
  const FoundLinks found =
      find("<a href=x>one</a><a href=x>two</a><a href='x#part'>three</a>", {.texts = true});
  ASSERT_EQ(found.links.size(), 3u);
  EXPECT_EQ(found.link_text(0), "one");
  EXPECT_EQ(found.link_text(2), "three");
  EXPECT_EQ(found.count, 3u);
}

// Of many more links than have a place to be remembered.
TEST_F(FoundLinksTest, MissNone) {
  std::string body;
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 5000; ++i) body += fmt::format("<a href='{}#{}'>.</a>", i, round);
  }
  const FoundLinks found = find(body, {}, std::size_t{4} << 20);
  const auto all = urls(found);
  EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), 5000u);
  EXPECT_EQ(found.count, 10'000u);
}

TEST_F(FoundLinksTest, ComeInPiecesOfTheMemoryGiven) {
  std::string body;
  for (int i = 0; i < 5000; ++i) body += fmt::format("<a href={}>.</a>", i);
  const FoundLinks piece = find(body, {}, 64 << 10);
  EXPECT_FALSE(piece.last);
  EXPECT_EQ(piece.end, piece.links.size());
  EXPECT_LE(piece.memory_bytes(), 128u << 10);
  const FoundLinks whole = find(body, {}, 1 << 20);
  EXPECT_TRUE(whole.last);
  EXPECT_EQ(whole.links.size(), 5000u);
}

}  // namespace
}  // namespace gossamer
