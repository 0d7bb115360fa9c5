#include <gtest/gtest.h>

#include "crawler/robots.h"
#include "tests/crawler/crawl_site.h"

namespace gossamer {
namespace {

// What a crawl makes of bodies longer than --max-body.
TEST(BodyLimit, RobotsTxtOfAnySizeIsObeyedByItsFirst500KiB) {
  CrawlSite site;
  site.bounds.client.max_body = 4096;
  std::string robots = "User-agent: *\nDisallow: /private/\n#";
  const std::string half = "\nDisallow: /";  // where the part that counts ends
  robots.append(RobotsRules::kMaxBytes - robots.size() - half.size(), 'x');
  robots.append(half).append("secret\nDisallow: /late\n").append(1 << 20, '\n');
  site.add("/robots.txt", {.body = robots, .content_type = "text/plain"});
  site.add("/", "<a href=/private/x>p</a><a href=/late>l</a>");
  site.add("/late", "l");
  const auto crawled = site.crawl();
  ASSERT_TRUE(crawled.has_value()) << crawled.error().message;
  EXPECT_EQ(site.state("/"), "done");
  EXPECT_EQ(site.state("/private/x"), "filtered robots");
  EXPECT_EQ(site.state("/late"), "done");
  EXPECT_EQ(site.query("SELECT length(robots_body) FROM hosts"),
            std::to_string(RobotsRules::kMaxBytes - half.size() + 1));
}

TEST(BodyLimit, AFetchThatFailsInTheBodyKeepsWhatCameBefore) {
  CrawlSite site;
  site.bounds.client.max_body = 1000;
  site.add("/", "<a href=/large>l</a>");
  site.add("/large", std::string(2000, 'x') + "<a href=/never>n</a>");
  ASSERT_TRUE(site.crawl().has_value());
  EXPECT_EQ(site.state("/large"), "failed too_large");
  const std::string fetch = "FROM fetches WHERE error = 'too_large' AND phase = 'body'";
  EXPECT_EQ(site.query("SELECT count(*) " + fetch), "1");  // not tried again
  EXPECT_EQ(site.query("SELECT status " + fetch), "200");
  EXPECT_EQ(site.query("SELECT content_type " + fetch), "text/html");
  EXPECT_EQ(site.query("SELECT address LIKE '127.0.0.1:%' " + fetch), "1");
  EXPECT_EQ(site.query("SELECT wire_bytes > 0 " + fetch), "1");
  EXPECT_EQ(site.query("SELECT status FROM urls WHERE state = 'failed'"), "200");
  EXPECT_EQ(site.query("SELECT count(*) FROM pages"), "1");
}

}  // namespace
}  // namespace gossamer
