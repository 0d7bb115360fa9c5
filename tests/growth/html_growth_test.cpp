#include <gtest/gtest.h>

#include "plugins/charset.h"
#include "plugins/html/html_parser.h"
#include "plugins/html/tokenizer.h"
#include "plugins/meta_prescan.h"
#include "tests/growth/growth.h"
#include "tests/support/plain_links.h"

namespace gossamer {
namespace {

constexpr std::size_t kUnits = 1 << 14;

const std::vector<WorstInput> kPages = {
    {"", "<div>", ""},
    {"", "<a href=x>", ""},
    {"", "<a href=x>t", "</a>"},
    {"", "<svg>", ""},
    {"", "<svg><desc>", ""},
    {"", "<svg></p>", ""},
    {"", "<math><mi><svg>", ""},
    {"", "<template>", ""},
    {"", "<template></template>", ""},
    {"", "<template><svg>", ""},
    {"", "</div>", ""},
    {"", "<", ""},
    {"", "</", ""},
    {"", "<!", ""},
    {"", "<?", ""},
    {"", "<a", ""},
    {"", "<a ", ""},
    {"", "<a b=", ""},
    {"", "<a b=\"", ""},
    {"", "<a href='>", ""},
    {"<a ", "b ", ">"},
    {"<a ", "/", ">"},
    {"<a ", "href=x ", ">"},
    {"<meta ", "http-equiv ", "content=1>"},
    {"", "<meta property=og:title content=x>", ""},
    {"", "<link rel=alternate hreflang=de href=x>", ""},
    {"<script type=application/ld+json>", "\r", "</script>"},
    {"<script type=application/ld+json>", "<b>&amp;", "</script>"},
    {"", "<script type=application/ld+json>x</script>", ""},
    {"<", "a", ""},
    {"<a ", "a", ""},
    {"", "<!--", ""},
    {"", "<!-->", ""},
    {"<!--", "--!", ""},
    {"<!--", ">", ""},
    {"<!--", "->", ""},
    {"<!--", "--!>", ""},
    {"", "<![CDATA[", ""},
    {"<svg>", "<![CDATA[", ""},
    {"<svg><![CDATA[", "]>", ""},
    {"<svg>", "<![CDATA[]]>", ""},
    {"", "<!DOCTYPE", ""},
    {"", "<!DOCTYPE x PUBLIC '", ""},
    {"<!DOCTYPE ", " ", ""},
    {"<script>", "<!--", ""},
    {"<script><!--", "<script>", ""},
    {"<script><!--", "<script></script>", ""},
    {"<script>", "</script", ""},
    {"<script><!--", "-", ""},
    {"", "<script><!--<script>", ""},
    {"", "<script></script>", ""},
    {"<title>", "</title", ""},
    {"<title>", " ", "</title>"},
    {"<title>", "<", ""},
    {"<textarea>", "</textareaa>", ""},
    {"<style>", "</styl", ""},
    {"<plaintext>", "</plaintext>", ""},
    {"<a href=x>", " <b>", "</a>"},
    {"<a href=x>", "&", "</a>"},
    {"<a href=x>", "&amp", "</a>"},
    {"<a href=x>", "&#", "</a>"},
    {"<a href=x>&#", "9", "</a>"},
    {"<a href=x>&#x", "0", "</a>"},
    {"<a href=\"", "&", "\">"},
    {"<a href=\"", "&amp;", "\">"},
    {"<a href=\"", "&ampx", "\">"},
    {"<a href=\"", "&CounterClockwiseContourIntegral", "\">"},
    {"<a href=\"", "&CounterClockwiseContourIntegral;", "\">"},
    {"<a href=\"", "&#", "\">"},
    {"<a href=\"&#", "9", "\">"},
    {"<a href=\"", "&#x10FFFF;", "\">"},
    {"<a href=\"", "\r", "\">"},
    {"<a href=x rel=\"", "x ", "\">"},
    {"<a href=x ping=\"", "x ", "\">"},
    {"<img srcset=\"", ",", "\">"},
    {"<img srcset=\"", "a,", "\">"},
    {"<img srcset=\"", "a, ", "\">"},
    {"<img srcset=\"", "a (", "\">"},
    {"<img srcset=\"", "a (),", "\">"},
    {"<img srcset=\"", " ", "\">"},
    {"", "<base href=x>", ""},
    {"", "<link rel=canonical href=x>", ""},
    {"", "<meta name=robots content=none>", ""},
    {"<meta name=robots content=\"", ",", "\">"},
    {"<meta name=description content=\"", " ", "\">"},
    {"", "<meta name=description content=' '>", ""},
    {"<meta http-equiv=refresh content=\"", "0", "\">"},
    {"<meta http-equiv=refresh content=\"0", ".", "\">"},
    {"<meta http-equiv=refresh content=\"0;url", " ", "\">"},
    {"", "<meta http-equiv=refresh content=x>", ""},
};

TEST(Growth, OfAPageScannedForLinks) {
  expect_near_linear(kPages, kUnits, [](const std::string& page) {
    ASSERT_TRUE(HtmlParser().parse({"https://example.com/", "text/html;charset=utf-8", page}));
  });
}

TEST(Growth, OfAPageScannedAsXhtml) {
  expect_near_linear(kPages, kUnits / 4, [](const std::string& page) {
    ASSERT_TRUE(HtmlParser().parse({"https://example.com/", "application/xhtml+xml", page}));
  });
}

TEST(Growth, OfEveryTokenDecoded) {
  expect_near_linear(kPages, kUnits / 4, [](const std::string& page) {
    PlainTokenSink sink(false);
    Tokenizer(std::string_view(page), sink).run();
    sink.finish();
  });
}

TEST(Growth, OfACharsetPrescan) {
  const std::vector<WorstInput> inputs = {
      {"", "<", ""},
      {"", "<!--", ""},
      {"", "<meta ", ""},
      {"", "<meta a=\"", ""},
      {"<meta content=\"", "charset", "\">"},
      {"<meta content=\"", "charset=\"", "\">"},
      {"", "<a ", ""},
      {"<?xml ", "encoding", "?>"},
  };
  expect_near_linear(inputs, 1 << 4, [](const std::string& page) { prescan_encoding(page); });
  expect_near_linear(inputs, kUnits, [](const std::string& page) { charset_in_content(page); });
}

TEST(Growth, OfAContentTypeHeader) {
  const std::vector<WorstInput> inputs = {{"text/html", ";", ""},
                                          {"text/html", ";charset", ""},
                                          {"text/html", ";charset=\"", ""},
                                          {"text/html;charset=\"", "\\", ""},
                                          {"text/html;a=\"", "\\\"", "\";charset=x"},
                                          {"text/html", ";=", ""},
                                          {"text/html", " ", ""}};
  expect_near_linear(inputs, kUnits, [](const std::string& header) {
    charset_parameter(header);
    media_type_of(header);
  });
}

TEST(Growth, OfATextDecoded) {
  for (const std::string_view charset :
       {"utf-8", "windows-1251", "shift_jis", "euc-kr", "gb18030", "big5", "iso-2022-jp", "utf-16le"}) {
    expect_near_linear(
        {{"", "\xFF", ""}, {"", "\x81", ""}, {"", "\xE0\x80", ""}, {"", "\x1B$B", ""}, {"", "\x80z", ""}},
        kUnits, [&](const std::string& body) {
          decode_body(body, std::string("text/html;charset=").append(charset));
        });
  }
}

}  // namespace
}  // namespace gossamer
