// What robots.txt asks for: kept, broken, and what cannot be judged.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "crawler/audit.h"
#include "tests/crawler/request_log.h"

namespace gossamer::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Audit, CrawlDelay) {
  const std::string robots = "User-agent: *\nCrawl-delay: 2";
  EXPECT_THAT(RequestLog(polite(), robots).add({.start = 2'001'000}).broken(), IsEmpty());
  EXPECT_THAT(RequestLog(polite(), robots).add({.start = 2'000'999}).broken(), ElementsAre("crawl-delay"));
}

TEST(Audit, CrawlDelayIsJudgedAsFarAsItCounts) {
  RequestLog kept(polite(), "User-agent: *\nCrawl-delay: 900");
  EXPECT_THAT(kept.add({.start = 300'001'000}).broken(), IsEmpty());
  ASSERT_EQ(kept.hosts.at(1).asked_as.size(), 1u);
  EXPECT_EQ(kept.hosts.at(1).asked_as[0].asked_delay, 900s);
  EXPECT_EQ(kept.hosts.at(1).asked_as[0].crawl_delay, 300s);
  EXPECT_THAT(RequestLog(polite(), "User-agent: *\nCrawl-delay: 900").add({.start = 300'000'999}).broken(),
              ElementsAre("crawl-delay"));
}

TEST(Audit, RobotsTxtIsAskedForFirst) {
  EXPECT_THAT(RequestLog(polite(), "", false).add({.start = 5'000}).broken(), ElementsAre("robots"));
  JobOptions own_site = polite();
  own_site.no_robots = true;
  EXPECT_THAT(RequestLog(own_site, "", false).add({.start = 5'000}).broken(), IsEmpty());
}

TEST(Audit, UrlsThatRobotsTxtRefuses) {
  RequestLog log(polite(), "User-agent: *\nAllow: /\nDisallow: /private/*?x");
  EXPECT_THAT(log.add({.start = 5'000}).broken(), ElementsAre("robots"));
  EXPECT_THAT(log.hosts.at(1).violations.kept()[0].text,
              HasSubstr("for /private/page?x, which line 3 of robots.txt refuses (Disallow: /private/*?x)"));
  EXPECT_THAT(RequestLog(polite(), "User-agent: *\nDisallow: /private/*?y").add({.start = 5'000}).broken(),
              IsEmpty());
  JobOptions own_site = polite();
  own_site.no_robots = true;
  EXPECT_THAT(RequestLog(own_site, "User-agent: *\nDisallow: /").add({.start = 5'000}).broken(), IsEmpty());
}

TEST(Audit, NothingIsAskedWhileRobotsTxtCannotBeRead) {
  const RequestLog::Request failing{.start = 5'000, .duration = 10, .kind = FetchKind::robots, .status = 503};
  const auto never_read = [] { return RequestLog(polite(), "", false); };
  EXPECT_THAT(never_read().add(failing).add({.start = 6'000}).broken(), ElementsAre("robots"));
  const RequestLog::Request again{.start = 7'000, .duration = 10, .kind = FetchKind::robots, .status = 404};
  EXPECT_THAT(never_read().add(failing).add(again).add({.start = 7'010}).broken(), IsEmpty());
}

TEST(Audit, AnEarlierRobotsTxtHoldsWhileItsHostTellsNothing) {
  const auto failing = [](int status) {
    return RequestLog::Request{.start = 5'000, .duration = 10, .kind = FetchKind::robots, .status = status};
  };
  const std::string rules = "User-agent: *\nDisallow: /private\n";
  EXPECT_THAT(RequestLog(polite()).add(failing(503)).add({.start = 6'000}).broken(), IsEmpty());
  EXPECT_THAT(RequestLog(polite(), rules).add(failing(503)).add({.start = 6'000}).broken(),
              ElementsAre("robots"));
  EXPECT_THAT(RequestLog(polite()).add(failing(0)).add({.start = 6'000}).broken(), ElementsAre("robots"))
      << "who cannot be reached has no pages either";
  RequestLog::Request later = failing(503);
  for (const auto& [days, broken] : {std::pair{29, 1U}, {31, 0U}}) {
    later.start = days * 86'400'000'000;
    RequestLog log(polite(), "", false);
    log.add(failing(503)).add(later).add({.start = later.start + 10});
    EXPECT_EQ(log.broken().size(), broken) << days;
  }
  RequestLog replaced(polite());
  replaced.add(failing(429)).add({.start = 6'000});
  replaced.execute(
      fmt::format("UPDATE hosts SET robots_at = {}", kStart.time_since_epoch().count() + 90'000));
  EXPECT_THAT(replaced.broken(), IsEmpty());
}

TEST(Audit, WhatWasAskedUnderAnEarlierRobotsTxtIsNotJudgedByTheLater) {
  RequestLog log(polite(), "User-agent: *\nDisallow: /\nCrawl-delay: 60");
  log.add({.start = 5'000}).add({.start = 90'000, .duration = 10, .kind = FetchKind::robots});
  log.execute(fmt::format("UPDATE hosts SET robots_at = {}", kStart.time_since_epoch().count() + 90'000));
  EXPECT_THAT(log.broken(), IsEmpty());
  EXPECT_EQ(log.hosts.at(1).unjudged_pages, 1u);
}

TEST(Audit, CountsWhatCannotBeJudged) {
  RequestLog log(polite(), "User-agent: *\nDisallow: /secret");
  log.add({.start = 5'000, .kind = FetchKind::spider}).add({.start = 6'000});
  EXPECT_THAT(log.broken(), IsEmpty());
  EXPECT_EQ(log.totals.unjudged, 1u);
  JobOptions own_site = polite();
  own_site.no_robots = true;
  RequestLog free(own_site, "User-agent: *\nDisallow: /secret");
  free.add({.start = 5'000, .kind = FetchKind::spider});
  EXPECT_THAT(free.broken(), IsEmpty());
  EXPECT_EQ(free.totals.unjudged, 0u) << "nothing was to be compared";
}

}  // namespace
}  // namespace gossamer::testing
