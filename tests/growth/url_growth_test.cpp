#include <gtest/gtest.h>

#include "net/http/canonical_url.h"
#include "net/http/public_suffix.h"
#include "net/http/url.h"
#include "plugins/document_base.h"
#include "tests/growth/growth.h"

namespace gossamer {
namespace {

constexpr std::size_t kUnits = 1 << 14;

const std::vector<WorstInput> kUrls = {
    {"http://h/", "../", ""},
    {"http://h/", "a/../", ""},
    {"http://h/", "a/", "x"},
    {"http://h/", "./", ""},
    {"http://h/", "%2e%2E/", ""},
    {"http://h/", "%2e", ""},
    {"http://h/", "%", ""},
    {"http://h/", "%25", ""},
    {"http://h/", "%41", ""},
    {"http://h/", "%4%31", ""},
    {"http://h/", "\\", ""},
    {"http://h/?", "'", ""},
    {"http://h/?", "&", ""},
    {"http://h/#", "`", ""},
    {"http://h/", "\t", ""},
    {"http://h/", "\xC3\xA9", ""},
    {"http://h/", "\xFF", ""},
    {"", " ", "http://h/"},
    {"http:", "/", "h"},
    {"http://", "@", "h/"},
    {"http://", "a@", "h/"},
    {"http://", ":", "@h/"},
    {"http://", "a.", "example/"},
    {"http://", ".", "/"},
    {"http://", "a", "/"},
    {"http://", "A", "/"},
    {"http://", "%65", "/"},
    {"http://", "%C3%A9", "/"},
    {"http://", "\xC3\xA9", "/"},
    {"http://", "\xC3\xA9.", "/"},
    {"http://", "xn--", "/"},
    {"http://", "1.", "/"},
    {"http://", "0", "/"},
    {"http://0x", "0", "/"},
    {"http://", "0x", "/"},
    {"http://[", ":", "]/"},
    {"http://[", "1:", "]/"},
    {"http://[::1.", "1.", "]/"},
    {"http://[", "[", ""},
    {"http://h:", "0", "/"},
    {"http://h:", "1", "/"},
    {"file:///", "C|/", ""},
    {"file:///C:/", "../", ""},
    {"file:", "/", ""},
    {"x:/", "/.", ""},
    {"x:/", ".//", ""},
    {"x://", "a", "/"},
    {"x:", " ", "#"},
    {"", "a:", ""},
    {"", "a", ""},
};

TEST(Growth, OfAUrlParsedAndMadeCanonical) {
  expect_near_linear(kUrls, kUnits, [](const std::string& text) {
    const auto url = Url::parse(text);
    if (!url) return;
    canonical_url(*url);
    registrable_domain(url->hostname());
  });
}

TEST(Growth, OfAUrlResolved) {
  const Url base = *Url::parse(WorstInput{"http://h/", "a/", "?q"}.make(kUnits));
  expect_near_linear(kUrls, kUnits, [&](const std::string& text) {
    static_cast<void>(Url::parse(text, base));
    static_cast<void>(Url::parse(text.substr(text.find_first_of("/:") + 1), base));
  });
}

// International host names, which cost more by the byte, up to the longest that is taken.
TEST(Growth, OfAnInternationalHost) {
  const std::vector<WorstInput> hosts = {{"http://", "\xC3\xA9", "/"},
                                         {"http://", "\xC3\xA9.", "/"},
                                         {"http://xn--", "a", "-e9a/"},
                                         {"http://", "\xE4\xB8\x80\xE4\xB8\x81", "/"}};
  expect_near_linear(hosts, 1 << 5, [](const std::string& text) { static_cast<void>(Url::parse(text)); });
}

// Every relative link of a page holds what its base says.
TEST(Growth, OfTheLinksOfAPageWithALongBase) {
  const Url page = *Url::parse("http://h/page");
  expect_near_linear(
      "relative links under a long base", 1 << 13,
      [](std::size_t n) { return "http://h/" + std::string(16 * n, 'a') + "/"; },
      [&](const std::string& href) {
        ParsedPage parsed;
        parsed.base = href;
        const DocumentBase base(parsed, page);
        for (std::size_t link = 0; link < href.size() / 16; ++link) static_cast<void>(base.resolve("x"));
      });
}

TEST(Growth, OfAQueryInTheEncodingOfItsPage) {
  for (const std::string_view encoding : {"windows-1252", "gb18030", "Big5", "ISO-2022-JP"}) {
    ParsedPage page;
    page.encoding = encoding;
    const DocumentBase base(page, *Url::parse("http://h/"));
    expect_near_linear(
        std::string(encoding), 1 << 11,
        [](std::size_t n) {
          std::string query = "?";
          for (std::size_t i = 0; i < n; ++i) query += "一😀¥a";
          return query;
        },
        [&](const std::string& query) { static_cast<void>(base.resolve(query)); });
  }
}

}  // namespace
}  // namespace gossamer
