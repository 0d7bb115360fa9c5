#include "plugins/json_document.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <string>

namespace gossamer {
namespace {

std::string error_of(std::string_view body) {
  const auto document = JsonDocument::parse(body);
  return document ? "none" : document.error().message;
}

// What `pointer` leads to in the example of RFC 6901, section 5, and some more.
std::string found(std::string_view pointer) {
  static const auto document = JsonDocument::parse(R"({"foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2,
    "e^f": 3, "g|h": 4, "i\\j": 5, "k\"l": 6, " ": 7, "m~n": 8, "null": null, "list": [[1], {"01": 2}]})");
  const auto value = document->find(pointer);
  if (!value) return value.error().message;
  return *value == nullptr ? "nothing" : (*value)->dump();
}

TEST(JsonDocument, PointersLeadToValues) {
  EXPECT_EQ(found("/foo"), R"(["bar","baz"])");
  EXPECT_EQ(found("/foo/0"), R"("bar")");
  EXPECT_EQ(found("/"), "0");
  EXPECT_EQ(found("/a~1b"), "1");
  EXPECT_EQ(found("/c%d"), "2");
  EXPECT_EQ(found("/e^f"), "3");
  EXPECT_EQ(found("/g|h"), "4");
  EXPECT_EQ(found("/i\\j"), "5");
  EXPECT_EQ(found("/k\"l"), "6");
  EXPECT_EQ(found("/ "), "7");
  EXPECT_EQ(found("/m~0n"), "8");
  EXPECT_EQ(found("/null"), "null");
  EXPECT_EQ(found("/list/1/01"), "2");
  EXPECT_EQ(found("").substr(0, 5), R"({"":0)");
}

TEST(JsonDocument, APointerMayLeadNowhere) {
  for (const std::string_view pointer :
       {"/fo", "/foo/2", "/foo/-", "/foo/00", "/foo/01", "/foo/1e0", "/foo/", "/foo/+1", "/foo/0/x",
        "/null/x", "/foo/99999999999999999999999", "//", "/list/0/0/0/0"})
    EXPECT_EQ(found(pointer), "nothing") << pointer;
}

TEST(JsonDocument, AWrongPointerIsToldByItsColumn) {
  EXPECT_EQ(found("foo"), "json pointer: expected '/' at column 1 of `foo`");
  EXPECT_EQ(found("/a~b"), "json pointer: expected 0 or 1 behind '~' at column 4 of `/a~b`");
  EXPECT_EQ(found("/nothing/here/~"),
            "json pointer: expected 0 or 1 behind '~' at column 16 of `/nothing/here/~`");
}

TEST(JsonDocument, ABodyThatIsNoJsonIsToldByItsPlace) {
  EXPECT_EQ(error_of("{\"a\": 1,\n \"b\" 2}").substr(0, 22), "json: line 2, column 6");
  EXPECT_EQ(error_of("").substr(0, 22), "json: line 1, column 1");
  EXPECT_EQ(error_of("[1, 2").substr(0, 22), "json: line 1, column 6");
  EXPECT_NE(error_of("[1] 2"), "none");
  EXPECT_NE(error_of("[1,]"), "none");
  EXPECT_NE(error_of("[1e999]"), "none");
  EXPECT_NE(error_of("'a'"), "none");
  EXPECT_LT(error_of("[\"" + std::string(5000, 'x')).size(), 300U);
}

TEST(JsonDocument, EncodingIsUtf8) {
  EXPECT_EQ(JsonDocument::parse("\xEF\xBB\xBF\"caf\xC3\xA9\"")->root(), "café");
  EXPECT_EQ(JsonDocument::parse("\"caf\xE9\"")->root(), "caf\uFFFD");
}

TEST(JsonDocument, ALoneSurrogateIsAReplacementCharacter) {
  const auto text = [](std::string_view escapes) {
    const auto document = JsonDocument::parse("[\"" + std::string(escapes) + "\"]");
    return document ? document->root()[0].get<std::string>() : document.error().message;
  };
  EXPECT_EQ(text(R"(\ud83d\ude00)"), "😀");
  EXPECT_EQ(text(R"(\uD83D)"), "\uFFFD");
  EXPECT_EQ(text(R"(a\ud83d b)"), "a\uFFFD b");
  EXPECT_EQ(text(R"(\ude00\ud83d)"), "\uFFFD\uFFFD");
  EXPECT_EQ(text(R"(\ud83d\ud83d\ude00)"), "\uFFFD😀");
  EXPECT_EQ(text(R"(\\ud83d)"), R"(\ud83d)") << "an escaped backslash";
  EXPECT_EQ(text("\xE9\\ud83d"), "\uFFFD\uFFFD") << "in a body that is not UTF-8 either";
  EXPECT_NE(text(R"(\u-83d)").find("column 5"), std::string::npos);
  EXPECT_NE(text(R"(\ud83)").find("column 8"), std::string::npos);
}

TEST(JsonDocument, NumbersAreThoseOfJavaScript) {
  EXPECT_EQ(JsonDocument::parse("[-0, 18446744073709551615, 1e-400]")->root().dump(),
            "[0,18446744073709551615,0.0]");
  EXPECT_EQ(JsonDocument::parse("100000000000000000000000")->root(), 1e23);
  EXPECT_EQ(error_of("{\"1e400\": 1,\n \"b\": 1e400}"),
            "json: line 2, column 7: number overflow parsing '1e400'");
}

TEST(JsonDocument, IsBounded) {
  const auto nested = [](std::size_t depth) {
    std::string text;
    for (std::size_t i = 0; i < depth; ++i) text += i % 2 == 0 ? "[" : "{\"a\":";
    return text + "1" + [depth] {
      std::string end;
      for (std::size_t i = depth; i-- > 0;) end += i % 2 == 0 ? "]" : "}";
      return end;
    }();
  };
  EXPECT_EQ(error_of(nested(JsonDocument::kMaxDepth)), "none");
  EXPECT_EQ(error_of(nested(JsonDocument::kMaxDepth + 1)),
            "json: line 1, column 1537: nested more than 512 deep");
  EXPECT_EQ(error_of("[\"" + std::string(5000, '[') + "\\\"[\"]"), "none");
  EXPECT_EQ(error_of(std::string(1 << 20, '[')), "json: line 1, column 513: nested more than 512 deep");

  std::string many = "[0";
  while (many.size() < 3 << 20) many += ",0";
  EXPECT_EQ(error_of(many + "]"), "json: more than 1048576 values");
  EXPECT_EQ(error_of(std::string(JsonDocument::kMaxBytes + 1, ' ')),
            "json: 10485761 bytes, the limit is 10485760");
}

// With a linear look-up of keys this would take minutes.
TEST(JsonDocument, AnObjectMayHaveManyKeys) {
  std::string text = "{";
  for (int i = 0; i < 400'000; ++i) text += "\"" + std::to_string(i) + "\":1,";
  const auto document = JsonDocument::parse(text + "\"last\":2}");
  ASSERT_TRUE(document.has_value());
  EXPECT_EQ(**document->find("/last"), 2);
}

TEST(JsonDocument, TypesOfJson) {
  for (const std::string_view type : {"application/json", "text/json", "Application/LD+JSON"})
    EXPECT_TRUE(is_json_type(type)) << type;
  for (const std::string_view type : {"text/html", "application/jsonp", "json", ""})
    EXPECT_FALSE(is_json_type(type)) << type;
}

}  // namespace
}  // namespace gossamer
