#include <fmt/format.h>
#include <gtest/gtest.h>

#include "crawler/robots.h"
#include "net/http/chunked.h"
#include "net/http/cookie_jar.h"
#include "net/http/http1_response_parser.h"
#include "net/http/url.h"
#include "tests/growth/growth.h"

namespace gossamer {
namespace {

constexpr std::size_t kUnits = 1 << 13;
constexpr HeadLimits kNoLimits{.max_bytes = 1 << 30, .max_fields = 1 << 30};

void read_response(std::string_view bytes, std::size_t piece) {
  Http1ResponseParser parser(false, kNoLimits);
  while (!bytes.empty() && !parser.done()) {
    const auto step = parser.parse(bytes.substr(0, piece));
    if (!step) return;
    bytes.remove_prefix(step->consumed);
  }
}

TEST(Growth, OfAResponseHead) {
  const std::vector<WorstInput> heads = {
      {"HTTP/1.1 200 OK\r\n", "A: b\r\n", "\r\n"},
      {"HTTP/1.1 200 OK\r\nA: b\r\n", " c\r\n", "\r\n"},
      {"HTTP/1.1 200 OK\r\nA: b\r\n", " \r\n", "\r\n"},
      {"HTTP/1.1 200 OK\r\nA: ", "b", "\r\n\r\n"},
      {"HTTP/1.1 200 OK\r\nA: ", "\r", "\r\n\r\n"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 1", ",1", "\r\n\r\n"},
      {"HTTP/1.1 200 OK\r\n", "Content-Length: 1\r\n", "\r\n"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: ", "x,", "chunked\r\n\r\n"},
      {"HTTP/1.1 200 OK\r\nConnection: ", "a,", "close\r\n\r\n"},
      {"HTTP/1.1 200 ", "O", "\r\n\r\n"},
      {"", "\r\n", "HTTP/1.1 200 OK\r\n\r\n"},
      {"HTTP/1.1 200 OK\r\n", "junk\n", "\n"},
  };
  expect_near_linear(heads, kUnits, [](const std::string& head) { read_response(head, head.size()); });
  expect_near_linear(heads, kUnits / 4, [](const std::string& head) { read_response(head, 1); });
}

TEST(Growth, OfAChunkedBody) {
  const std::vector<WorstInput> bodies = {
      {"", "1\r\nx\r\n", "0\r\n\r\n"},  {"", "1;a=b\r\nx\r\n", "0\r\n\r\n"},
      {"", "0", "1\r\nx\r\n0\r\n\r\n"}, {"1", ";a", "\r\nx\r\n0\r\n\r\n"},
      {"0\r\n", "A: b\r\n", "\r\n"},
  };
  expect_near_linear(bodies, kUnits, [](const std::string& body) {
    ChunkedDecoder decoder;
    for (std::string_view rest = body; !rest.empty() && !decoder.done();) {
      const auto step = decoder.decode(rest);
      if (!step) return;
      rest.remove_prefix(step->consumed);
    }
  });
}

TEST(Growth, OfASetCookieField) {
  const std::vector<WorstInput> fields = {
      {"a=b", ";", ""},
      {"a=b", ";Path=/", ""},
      {"a=b", "; ", ""},
      {"a=b;Expires=", "1 ", ""},
      {"a=b;Expires=", "1:", ""},
      {"a=b;Max-Age=", "9", ""},
      {"a=b;Domain=", "a.", ""},
      {"", "=", ""},
      {"", " ", ""},
      {"a=b;Expires=Wed, 21 Oct 2015 07:28:00", " GMT", ""},
  };
  expect_near_linear(fields, kUnits, [](const std::string& field) {
    parse_set_cookie(field, CookieTime{});
    parse_cookie_date(field);
  });
}

// A site that sets ever more cookies, names that are ever longer, and sites that are ever more.
TEST(Growth, OfACookieJar) {
  const auto set_all = [](const std::string& lines, auto url_of, auto cookie_of) {
    CookieJar jar;
    std::vector<CookieJar::Change> changes;
    const std::size_t cookies = lines.size();
    for (std::size_t i = 0; i < cookies; ++i) {
      jar.set(*Url::parse(url_of(i)), cookie_of(i), CookieTime{std::chrono::seconds(i)}, changes);
      changes.clear();
    }
    jar.header_for(*Url::parse(url_of(0)), CookieTime{});
  };
  const auto units = [](std::size_t n) { return std::string(n, 'x'); };
  expect_near_linear("cookies of one site", 1 << 8, units, [&](const std::string& lines) {
    set_all(
        lines, [](std::size_t) { return std::string("http://a.example/"); },
        [](std::size_t i) { return fmt::format("n{}=v", i); });
  });
  expect_near_linear("cookies of hosts of one site", 1 << 8, units, [&](const std::string& lines) {
    set_all(
        lines, [](std::size_t i) { return fmt::format("http://h{}.a.example/", i); },
        [](std::size_t) { return std::string("n=v"); });
  });
  expect_near_linear("cookies of many sites", 1 << 8, units, [&](const std::string& lines) {
    set_all(
        lines, [](std::size_t i) { return fmt::format("http://h{}.example/", i); },
        [](std::size_t) { return std::string("n=v"); });
  });
  expect_near_linear(
      "a long host", 1 << 10, [](std::size_t n) { return WorstInput{"http://", "a.", "example/"}.make(n); },
      [&](const std::string& url) {
        CookieJar jar;
        std::vector<CookieJar::Change> changes;
        jar.set(*Url::parse("http://example.com/"), "a=b", CookieTime{}, changes);
        jar.set(*Url::parse(url), "a=b", CookieTime{}, changes);
        jar.header_for(*Url::parse(url), CookieTime{});
      });
}

TEST(Growth, OfARobotsFile) {
  const std::vector<WorstInput> files = {
      {"", "a", ""},
      {"", "\n", ""},
      {"", "\r", ""},
      {"", ":", ""},
      {"", "#", ""},
      {"", "User-agent: *\n", ""},
      {"", "User-agent: Foo\n", "Disallow: /"},
      {"", "User-agent: Foo\nDisallow: /x\n", ""},
      {"User-agent: *\n", "Disallow: /a\n", ""},
      {"User-agent: *\n", "Disallow: /*a*\n", ""},
      {"User-agent: *\n", "Allow: /a$\n", ""},
      {"User-agent: *\n", "Crawl-delay: 1\n", ""},
      {"User-agent: *\nCrawl-delay: ", "1", ""},
      {"User-agent: *\nDisallow: /", "*", ""},
      {"User-agent: *\nDisallow: /", "%", ""},
      {"User-agent: *\nDisallow: /", "%41", ""},
      {"User-agent: *\nDisallow: /", "?", ""},
      {"User-agent: *\nDisallow: /", "*a", "b$"},
      {"", "Sitemap: x\n", ""},
  };
  const std::string path = "/" + std::string(1000, 'a');
  expect_near_linear(files, 1 << 12,
                     [&](const std::string& body) { RobotsRules::parse(body, "Foo").check(path); });
}

// As many rules as paths to judge by them.
TEST(Growth, OfRobotsRulesAndTheirPaths) {
  const auto lines_of = [](std::string_view format) {
    return [format](std::size_t n) {
      std::string lines;
      for (std::size_t i = 0; i < n; ++i) lines += fmt::format(fmt::runtime(format), i);
      return lines;
    };
  };
  for (const std::string_view rule : {"Disallow: /{}\n", "Allow: /{}/*x\n", "Disallow: /a/{}/b$\n"}) {
    expect_near_linear(std::string(rule), 1 << 10, lines_of(rule), [](const std::string& body) {
      const auto rules = RobotsRules::parse("User-agent: *\n" + body, "Foo");
      for (std::size_t i = 0; i < body.size() / 16; ++i) rules.check(fmt::format("/{}/b", i));
    });
  }
}

// Against the patterns that make backtracking matchers explode.
TEST(Growth, OfAPathAgainstRobotsRules) {
  const auto rules = RobotsRules::parse("User-agent: *\nDisallow: /*a*a*a*a*a*a*a*a*a*b\nDisallow: *" +
                                            std::string(200, 'a') + "b\nDisallow: *" + std::string(300, 'a') +
                                            "b\nAllow: *%41*$\nDisallow: /*?*&*=$",
                                        "Foo");
  const std::vector<WorstInput> paths = {{"/", "a", ""}, {"/", "ab", ""}, {"/", "%41", ""},
                                         {"/", "%", ""}, {"/", "*", "b"}, {"/", "?", ""},
                                         {"/", "/", ""}, {"/?", "&=", ""}};
  expect_near_linear(paths, kUnits, [&](const std::string& path) { rules.check(path); });
}

}  // namespace
}  // namespace gossamer
