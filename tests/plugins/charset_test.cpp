#include "plugins/charset.h"

#include <gtest/gtest.h>
#include <string>

#include "net/base/utf8.h"
#include "plugins/meta_prescan.h"

namespace gossamer {
namespace {

using namespace std::string_literals;

std::string_view sniffed(std::string_view body, std::string_view content_type = "text/html") {
  return sniff_encoding(body, content_type).name;
}

std::string decoded(std::string_view body, std::string_view charset) {
  return std::string(decode_body(body, "text/html; charset=" + std::string(charset)).text);
}

TEST(Charset, LabelsLeadToNames) {
  const auto name = [](std::string_view label) {
    const Encoding* encoding = encoding_for_label(label);
    return encoding == nullptr ? "none" : encoding->name;
  };
  EXPECT_EQ(name("utf8"), "UTF-8");
  EXPECT_EQ(name(" \tUTF-8\n"), "UTF-8");
  EXPECT_EQ(name("Latin1"), "windows-1252");
  EXPECT_EQ(name("us-ascii"), "windows-1252");
  EXPECT_EQ(name("iso-8859-9"), "windows-1254");
  EXPECT_EQ(name("tis-620"), "windows-874");
  EXPECT_EQ(name("gb2312"), "GBK");
  EXPECT_EQ(name("ks_c_5601-1987"), "EUC-KR");
  EXPECT_EQ(name("sjis"), "Shift_JIS");
  EXPECT_EQ(name("utf-16"), "UTF-16LE");
  EXPECT_EQ(name("hz-gb-2312"), "replacement");
  EXPECT_EQ(name("utf-7"), "none");
  EXPECT_EQ(name("utf-8 utf8"), "none");
  EXPECT_EQ(name(""), "none");
}

TEST(Charset, ParameterOfContentType) {
  EXPECT_EQ(charset_parameter("text/html; charset=utf-8"), "utf-8");
  EXPECT_EQ(charset_parameter("text/html;x=\"a;charset=b\";CHARSET=\"Big5\"; y=1"), "Big5");
  EXPECT_EQ(charset_parameter("text/html; charset = koi8-r ; a=b"), "koi8-r");
  EXPECT_EQ(charset_parameter("text/html; charset; charset=x"), "x");
  EXPECT_EQ(charset_parameter("text/html; charset=\"open"), "open");
  EXPECT_EQ(charset_parameter(R"(text/html; x="a\";charset=b"; charset="koi8\-r"; charset=c)"), "koi8-r");
  EXPECT_EQ(charset_parameter(R"(text/html; charset="open\)"), R"(open\)");
  EXPECT_EQ(charset_parameter("text/html; charset=; charset=koi8-r"), "koi8-r") << "an empty one is none";
  EXPECT_EQ(charset_parameter("text/html; charset=\"\"; charset=koi8-r"), "") << "but for one in quotes";
  EXPECT_EQ(charset_parameter("text/html; charset"), "");
  EXPECT_EQ(charset_parameter("charset=utf-8"), "");
  EXPECT_EQ(charset_parameter(""), "");
}

TEST(Charset, ByteOrderMarkBeatsTransportBeatsDeclaration) {
  const std::string_view meta = "<meta charset=koi8-r>\xE9";
  EXPECT_EQ(sniffed("\xEF\xBB\xBF"s + std::string(meta), "text/html; charset=big5"), "UTF-8");
  EXPECT_EQ(sniffed("\xFE\xFF\0a"s, "text/html; charset=utf-8"), "UTF-16BE");
  EXPECT_EQ(sniffed("\xFF\xFE"s + "a\0"s, "text/html; charset=utf-8"), "UTF-16LE");
  EXPECT_EQ(sniffed(meta, "text/html; charset=big5"), "Big5");
  EXPECT_EQ(sniffed(meta, "text/html; charset=nonsense"), "KOI8-R");
}

TEST(Charset, UndeclaredUtf8IsRecognisedAndTheRestIsWindows1252) {
  EXPECT_EQ(sniffed("plain"), "UTF-8");
  EXPECT_EQ(sniffed(""), "UTF-8");
  EXPECT_EQ(sniffed("caf\xC3\xA9"), "UTF-8");
  EXPECT_EQ(sniffed("caf\xE9"), "windows-1252");
  EXPECT_EQ(sniffed("caf\xE9", "application/xhtml+xml"), "UTF-8");
}

TEST(Charset, PrescanReadsMetaAsTheStandardDoes) {
  const auto declared = [](std::string_view body) {
    const Encoding* encoding = prescan_encoding(body);
    return encoding == nullptr ? "none" : encoding->name;
  };
  EXPECT_EQ(declared("<meta charset=Big5>"), "Big5");
  EXPECT_EQ(declared("<META/charset='Big5' >"), "Big5");
  EXPECT_EQ(declared("<meta http-equiv=Content-Type content='text/html; charset=Big5'>"), "Big5");
  EXPECT_EQ(declared("<meta content=\"text/html; charset = 'Big5'\" http-equiv=content-type>"), "Big5");
  EXPECT_EQ(declared("<meta content='text/html; charset=Big5'>"), "none");
  EXPECT_EQ(declared("<metal charset=Big5>"), "none");
  EXPECT_EQ(declared("<!-- <meta charset=Big5> --><meta charset=koi8-r>"), "KOI8-R");
  EXPECT_EQ(declared("<!--><meta charset=Big5>"), "Big5");
  EXPECT_EQ(declared("<a title='<meta charset=Big5>'><meta charset=koi8-r>"), "KOI8-R");
  EXPECT_EQ(declared("<? <meta charset=koi8-r> ?><meta charset=Big5>"), "Big5");
  EXPECT_EQ(declared("<meta charset=utf-16le>"), "UTF-8");
  EXPECT_EQ(declared("<meta charset=x-user-defined>"), "windows-1252");
  EXPECT_EQ(declared("<meta charset=bogus content='text/html; charset=Big5' http-equiv=content-type>"),
            "none");
  EXPECT_EQ(declared("<meta charset=bogus><meta charset=Big5>"), "Big5");
  EXPECT_EQ(declared("<meta charset=Big5"), "none");
  EXPECT_EQ(declared("<?xml version='1.0' encoding=\"koi8-r\"?><html>"), "KOI8-R");
  EXPECT_EQ(declared("<?xml version='1.0' encoding=koi8-r?><html>"), "none");
  EXPECT_EQ(declared("<?xml version='1.0'?><html encoding='koi8-r'>"), "none");
  EXPECT_EQ(declared("<\0?\0x\0m\0l\0"s), "UTF-16LE");
  EXPECT_EQ(declared("\0<\0?\0x\0m\0l"s), "UTF-16BE");
}

TEST(Charset, PrescanStopsAfter1024Bytes) {
  const std::string meta = "<meta charset=Big5>";
  EXPECT_NE(prescan_encoding(std::string(1024 - meta.size(), ' ') + meta), nullptr);
  EXPECT_EQ(prescan_encoding(std::string(1025 - meta.size(), ' ') + meta), nullptr);
}

TEST(Charset, DecodesEveryFamilyOfEncodings) {
  EXPECT_EQ(decoded("caf\xE9 \x80 \x81", "iso-8859-1"), "café € \xC2\x81");
  EXPECT_EQ(decoded("\xCF\xF0\xE8\xE2\xE5\xF2", "windows-1251"), "Привет");
  EXPECT_EQ(decoded("\xAA\xBA", "iso-8859-16"), "Șș");
  EXPECT_EQ(decoded("\xAE\xBE\xB4", "koi8-u"), "ўЎЄ");
  EXPECT_EQ(decoded("\x82\xA0\x5C\xB1", "shift_jis"), "あ\\ｱ");
  EXPECT_EQ(decoded("\xA4\xA2", "euc-jp"), "あ");
  EXPECT_EQ(decoded("\x1B$B$\"\x1B(B!", "iso-2022-jp"), "あ!");
  EXPECT_EQ(decoded("\xC4\xE3\xBA\xC3", "gb2312"), "你好");
  EXPECT_EQ(decoded("\xA7\x41\xA6\x6E", "big5"), "你好");
  EXPECT_EQ(decoded("\xB0\xA1\xC8\xE5", "euc-kr"), "가흐");
  EXPECT_EQ(decoded("a\0\xE9\0"s, "utf-16"), "aé");
  EXPECT_EQ(decoded("\0a\xD8\x3D\xDE\x00"s, "utf-16be"), "a😀");
  EXPECT_EQ(decoded("a\x80\xFF", "x-user-defined"), "a\xEF\x9E\x80\xEF\x9F\xBF");
  EXPECT_EQ(decoded("anything", "iso-2022-kr"), "\uFFFD");
}

TEST(Charset, WhatNeedsNoDecodingIsNotCopied) {
  const std::string ascii(5000, 'a');
  for (const std::string_view charset : {"utf-8", "windows-1252", "shift_jis", "gb18030"}) {
    const DecodedBody body = decode_body(ascii, "text/html;charset=" + std::string(charset));
    EXPECT_EQ(body.text.data(), ascii.data()) << charset;
    EXPECT_EQ(body.storage, nullptr);
  }
  const std::string utf8 =
      "\xEF\xBB\xBF"
      "caf\xC3\xA9";
  EXPECT_EQ(decode_body(utf8, "").text.data(), utf8.data() + 3);
}

TEST(Charset, LongLegacyTextIsDecodedWhole) {
  std::string bytes;
  std::string expected;
  for (int i = 0; i < 20000; ++i) {
    bytes += "x\x82\xA0";
    expected += "xあ";
  }
  EXPECT_EQ(decoded(bytes, "shift_jis"), expected);
}

TEST(Charset, TextBeyondTheLimitIsAnError) {
  struct Case {
    std::string_view body;
    std::string_view charset;
    std::size_t text;  // bytes in UTF-8
  };
  for (const Case& of : {Case{"a\x80\x80z", "windows-1252", 8}, Case{"a\x80z\x80", "utf-8", 8},
                         Case{"x\x82\xA0", "shift_jis", 4}, Case{"\x80\xFFzz", "x-user-defined", 8}}) {
    const std::string type = "text/html; charset=" + std::string(of.charset);
    const auto fits = decode_body(of.body, type, of.text);
    ASSERT_TRUE(fits.has_value()) << of.charset;
    EXPECT_EQ(fits->text.size(), of.text) << of.charset;
    const auto exceeds = decode_body(of.body, type, of.text - 1);
    ASSERT_FALSE(exceeds.has_value()) << of.charset;
    EXPECT_EQ(exceeds.error().error_class, ErrorClass::too_large);
  }
  EXPECT_TRUE(decode_body("as it is", "text/html", 1).has_value()) << "not decoded, so it takes no memory";
}

TEST(Charset, IllFormedUtf8BecomesReplacementCharacters) {
  EXPECT_EQ(decoded("a\x80z", "utf-8"), "a\uFFFDz");
  EXPECT_EQ(decoded("\xE2\x82z", "utf-8"), "\uFFFDz");                // a cut sequence is one
  EXPECT_EQ(decoded("\xF0\x9F\x98", "utf-8"), "\uFFFD");              // also at the end
  EXPECT_EQ(decoded("\xC0\xAF", "utf-8"), "\uFFFD\uFFFD");            // overlong
  EXPECT_EQ(decoded("\xED\xA0\x80", "utf-8"), "\uFFFD\uFFFD\uFFFD");  // a surrogate
  EXPECT_EQ(decoded("\xF4\x90\x80\x80", "utf-8"), "\uFFFD\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(decoded("\xF0\x9F\x98\x80 \xEF\xBF\xBF", "utf-8"), "😀 \xEF\xBF\xBF");
}

TEST(Charset, PrefixIsCutBetweenCharacters) {
  EXPECT_EQ(utf8_prefix("añb", 1), "a");
  EXPECT_EQ(utf8_prefix("añb", 2), "a");
  EXPECT_EQ(utf8_prefix("añb", 3), "añ");
  EXPECT_EQ(utf8_prefix("añb", 9), "añb");
}

}  // namespace
}  // namespace gossamer
