#include "plugins/document_base.h"

#include <gtest/gtest.h>
#include <string>

namespace gossamer {
namespace {

ParsedPage page_with(std::string_view base_href, std::string_view encoding = "UTF-8") {
  ParsedPage page;
  page.base = base_href;
  page.encoding = encoding;
  return page;
}

std::string base_of(std::string_view href) {
  const DocumentBase base(page_with(href), *Url::parse("http://h.example/dir/page"));
  return std::string(base.url()->href());
}

std::string resolved(std::string_view reference, std::string_view encoding) {
  const auto url =
      DocumentBase(page_with("", encoding), *Url::parse("http://h.example/dir/page")).resolve(reference);
  return url ? std::string(url->href()) : "none";
}

TEST(DocumentBase, IsTheHrefResolved) {
  EXPECT_EQ(base_of(""), "http://h.example/dir/page");
  EXPECT_EQ(base_of("/other/"), "http://h.example/other/");
  EXPECT_EQ(base_of("https://b.example/x"), "https://b.example/x");
}

TEST(DocumentBase, OfAnUnusableHrefIsThePage) {
  for (const auto* href : {"http://", "data:text/html,x", "javascript:x"})
    EXPECT_EQ(base_of(href), "http://h.example/dir/page") << href;
}

TEST(DocumentBase, OfAnEndlessHrefIsThePage) {
  const std::string longest(kMaxBaseHref, 'a');
  EXPECT_EQ(base_of(longest), "http://h.example/dir/" + longest);
  EXPECT_EQ(base_of(longest + "a"), "http://h.example/dir/page");
}

TEST(DocumentBase, WithoutAPageMustBeAbsolute) {
  EXPECT_FALSE(DocumentBase(page_with("x"), std::nullopt).url());
  EXPECT_EQ(DocumentBase(page_with("http://b.example/"), std::nullopt).url()->href(), "http://b.example/");
  EXPECT_EQ(DocumentBase(page_with("http://b.example/?é", "windows-1252"), std::nullopt).url()->href(),
            "http://b.example/?%E9");
}

TEST(DocumentBase, EncodesQueriesAsThePageIs) {
  EXPECT_EQ(resolved("?é", "UTF-8"), "http://h.example/dir/page?%C3%A9");
  EXPECT_EQ(resolved("?é", ""), "http://h.example/dir/page?%C3%A9");
  EXPECT_EQ(resolved("?é", "UTF-16LE"), "http://h.example/dir/page?%C3%A9");
  EXPECT_EQ(resolved("?é", "replacement"), "http://h.example/dir/page?%C3%A9");
  EXPECT_EQ(resolved("?é", "windows-1252"), "http://h.example/dir/page?%E9");
  EXPECT_EQ(resolved("//o.example/x?q=é&r=ü", "windows-1252"), "http://o.example/x?q=%E9&r=%FC");
  EXPECT_EQ(resolved("?q=日本", "Shift_JIS"), "http://h.example/dir/page?q=%93%FA%96{");
  EXPECT_EQ(resolved("?q=日本", "EUC-JP"), "http://h.example/dir/page?q=%C6%FC%CB%DC");
}

TEST(DocumentBase, EncodesPathFragmentAndHostAsUtf8WhateverThePageIs) {
  EXPECT_EQ(resolved("/é?é#é", "windows-1252"), "http://h.example/%C3%A9?%E9#%C3%A9");
  EXPECT_EQ(resolved("#é?é", "windows-1252"), "http://h.example/dir/page#%C3%A9?%C3%A9");
  EXPECT_EQ(resolved("http://é.example?é", "windows-1252"), "http://xn--9ca.example/?%E9");
}

TEST(DocumentBase, EncodesOnlyQueriesOfSchemesThatHttpServersKnow) {
  EXPECT_EQ(resolved("ftp://f.example/?é", "windows-1252"), "ftp://f.example/?%E9");
  EXPECT_EQ(resolved("ws://f.example/?é", "windows-1252"), "ws://f.example/?%C3%A9");
  EXPECT_EQ(resolved("mailto:x?é", "windows-1252"), "mailto:x?%C3%A9");
}

TEST(DocumentBase, WhatTheEncodingLacksIsACharacterReference) {
  EXPECT_EQ(resolved("?a=Я&b=é", "windows-1252"), "http://h.example/dir/page?a=%26%231071%3B&b=%E9");
  EXPECT_EQ(resolved("?😀", "Shift_JIS"), "http://h.example/dir/page?%26%23128512%3B");
  EXPECT_EQ(resolved("?\uFFFD", "windows-1253"), "http://h.example/dir/page?%26%2365533%3B");
}

TEST(DocumentBase, NoQueryBringsItsOwnEscapesOfIso2022Jp) {
  EXPECT_EQ(resolved("?\x1B"
                     "a",
                     "ISO-2022-JP"),
            "http://h.example/dir/page?%26%2365533%3Ba");
  EXPECT_EQ(resolved("?\x1B#\x1B", "ISO-2022-JP"), "http://h.example/dir/page?%26%2365533%3B#");
  EXPECT_EQ(resolved("?\x1B"
                     "a\x0E ",
                     "ISO-2022-JP"),
            "http://h.example/dir/page?%26%2365533%3Ba")
      << "controls at the end are no part of a URL";
  EXPECT_EQ(resolved("?\x1B"
                     "a",
                     "Shift_JIS"),
            "http://h.example/dir/page?%1Ba");
}

}  // namespace
}  // namespace gossamer
