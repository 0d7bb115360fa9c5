#include "plugins/base_url.h"

#include <gtest/gtest.h>
#include <string>

namespace gossamer {
namespace {

std::string base_of(std::string_view href) {
  const auto base = document_base_url(href, *Url::parse("http://h.example/dir/page"));
  return base ? std::string(base->href()) : "none";
}

TEST(DocumentBaseUrl, IsTheHrefResolved) {
  EXPECT_EQ(base_of(""), "http://h.example/dir/page");
  EXPECT_EQ(base_of("/other/"), "http://h.example/other/");
  EXPECT_EQ(base_of("https://b.example/x"), "https://b.example/x");
}

TEST(DocumentBaseUrl, OfAnUnusableHrefIsThePage) {
  for (const auto* href : {"http://", "data:text/html,x", "javascript:x"})
    EXPECT_EQ(base_of(href), "http://h.example/dir/page") << href;
}

TEST(DocumentBaseUrl, OfAnEndlessHrefIsThePage) {
  const std::string longest(kMaxBaseHref, 'a');
  EXPECT_EQ(base_of(longest), "http://h.example/dir/" + longest);
  EXPECT_EQ(base_of(longest + "a"), "http://h.example/dir/page");
}

TEST(DocumentBaseUrl, WithoutAPageMustBeAbsolute) {
  EXPECT_FALSE(document_base_url("x", std::nullopt));
  EXPECT_EQ(document_base_url("http://b.example/", std::nullopt)->href(), "http://b.example/");
}

}  // namespace
}  // namespace gossamer
