#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/http/headers.h"

namespace gossamer {
namespace {

using ::testing::ElementsAre;

TEST(Headers, NamesCompareWithoutCaseAndOrderIsKept) {
  Headers headers{{"Content-Type", "text/html"}, {"Set-Cookie", "a=1"}};
  headers.add("set-cookie", "b=2");
  EXPECT_EQ(headers.get("content-type"), "text/html");
  EXPECT_THAT(headers.get_all("SET-COOKIE"), ElementsAre("a=1", "b=2"));
  EXPECT_EQ(headers.get("set-cookies"), std::nullopt);
  std::string names;
  for (const auto field : headers) names += std::string(field.name) + ";";
  EXPECT_EQ(names, "Content-Type;Set-Cookie;set-cookie;");
}

TEST(Headers, SetReplacesEveryFieldOfTheName) {
  Headers headers{{"A", "1"}, {"B", "2"}, {"a", "3"}};
  headers.set("A", "4");
  EXPECT_EQ(headers.size(), 2u);
  EXPECT_THAT(headers.get_all("a"), ElementsAre("4"));
  headers.remove("b");
  EXPECT_FALSE(headers.contains("B"));
}

TEST(Headers, ListsSpanFieldsAndDropEmptyMembers) {
  const Headers headers{{"Connection", "Keep-Alive, ,foo"}, {"connection", " CLOSE"}, {"X", ""}};
  EXPECT_THAT(headers.list("connection"), ElementsAre("Keep-Alive", "foo", "CLOSE"));
  EXPECT_TRUE(headers.has_token("Connection", "close"));
  EXPECT_FALSE(headers.has_token("Connection", "keep"));
  EXPECT_THAT(headers.list("X"), ElementsAre());
}

TEST(Headers, CopiesAndMovesOwnTheirBytes) {
  Headers original{{"A", "1"}};
  Headers copy = original;
  Headers moved = std::move(original);
  copy.add("B", "2");
  EXPECT_EQ(copy.get("A"), "1");
  EXPECT_EQ(moved.get("A"), "1");
  EXPECT_FALSE(moved.contains("B"));
}

TEST(Headers, WhatMayBeSentIsChecked) {
  EXPECT_TRUE(is_token("X-Foo_1"));
  EXPECT_FALSE(is_token(""));
  EXPECT_FALSE(is_token("a b"));
  EXPECT_FALSE(is_token("a:"));
  EXPECT_TRUE(is_field_value("text\twith \xc3\xa4"));
  EXPECT_FALSE(is_field_value("a\r\nInjected: 1"));
  EXPECT_FALSE(is_field_value(std::string_view("\0", 1)));
}

}  // namespace
}  // namespace gossamer
