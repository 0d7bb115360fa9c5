#include "crawler/robots_cache.h"

#include <chrono>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <vector>

#include "net/coro/timeout.h"
#include "tests/support/fake_time.h"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

// What hosts answer, by URL; a status of 0 is a host that cannot be reached. Anything else is 404.
struct Web {
  struct Answer {
    int status = 200;
    std::string text;  // the body, or where a redirect leads
    bool complete = true;
  };
  std::map<std::string, Answer> answers{};
  std::vector<std::string> asked{};

  Task<Result<FetchResponse>> fetch(FetchRequest request) {
    const std::string url(request.url.href());
    asked.push_back(url);
    const auto found = answers.find(url);
    const Answer answer = found == answers.end() ? Answer{404, ""} : found->second;
    if (answer.status == 0) co_return fail(ErrorClass::connect, Phase::connect, "connection refused");
    FetchResponse response{.status = answer.status, .body_complete = answer.complete};
    if (answer.status / 100 == 3) {
      if (!answer.text.empty()) response.headers.add("Location", answer.text);
    } else {
      response.body = answer.text;
    }
    co_return response;
  }
};

struct Crawler {
  Web web{};
  WallTime now{std::chrono::days(20'000)};
  std::optional<HostRow> stored{};
  RobotsCache cache{[this](FetchRequest request) { return web.fetch(std::move(request)); },
                    [this](HostId) -> Task<std::optional<HostRow>> { co_return stored; },
                    [this] { return now; },
                    {.product_token = "Foo", .memory = 1 << 20, .some_stored = false}};

  // Asks a.example, unless the answer is known: "allow", "disallow", or "closed" where nothing may be fetched
  // for now.
  Task<std::string> ask(std::string path) {
    if (cache.find(1) == nullptr) co_await cache.load({.id = 1, .origin = "http://a.example"});
    const RobotsCache::Answer* answer = cache.find(1);
    if (answer == nullptr) co_return "unknown";
    cache.on_used(1);
    if (answer->error) co_return "closed";
    co_return answer->rules.check(path).allowed ? "allow" : "disallow";
  }
};

// What a robots.txt that is answered so means for /private.
std::string meaning_of(Web::Answer answer) {
  Crawler crawler;
  crawler.web.answers["http://a.example/robots.txt"] = std::move(answer);
  return run_in_fake_time([&] { return crawler.ask("/private"); });
}

constexpr const char* kRules = "User-agent: *\nDisallow: /private\n";

TEST(RobotsCache, TwoHundredsAreRead) {
  EXPECT_EQ(meaning_of({200, kRules}), "disallow");
  EXPECT_EQ(meaning_of({206, kRules}), "disallow");
  EXPECT_EQ(meaning_of({200, ""}), "allow");
  EXPECT_EQ(meaning_of({204, ""}), "allow");
}

TEST(RobotsCache, OfACutFileTheLastLineDoesNotCount) {
  EXPECT_EQ(meaning_of({200, "User-agent: *\nDisallow: /x\nDisallow: /pri", false}), "allow");
  EXPECT_EQ(meaning_of({200, "User-agent: *\nDisallow: /p\nDisallow: /x", false}), "disallow");
}

TEST(RobotsCache, FourHundredsAllowEverything) {
  for (const int status : {400, 401, 403, 404, 410, 418, 451, 499})
    EXPECT_EQ(meaning_of({status, kRules}), "allow") << status;
}

TEST(RobotsCache, ServerErrorsTooManyRequestsAndSilenceCloseTheHost) {
  for (const int status : {500, 502, 503, 599, 429, 0})
    EXPECT_EQ(meaning_of({status, kRules}), "closed") << status;
}

TEST(RobotsCache, RedirectsAreFollowedFiveHopsAcrossHosts) {
  for (const auto& [hops, meaning] : {std::pair{1, "disallow"}, {5, "disallow"}, {6, "allow"}}) {
    Crawler crawler;
    std::string url = "http://a.example/robots.txt";
    for (int hop = 1; hop <= hops; ++hop) {
      const std::string next = fmt::format("https://h{}.example/robots.txt", hop);
      crawler.web.answers[url] = {301, next};
      url = next;
    }
    crawler.web.answers[url] = {200, kRules};
    EXPECT_EQ(run_in_fake_time([&] { return crawler.ask("/private"); }), meaning) << hops;
  }
}

TEST(RobotsCache, ARedirectMayBeRelativeAndMustLeadSomewhere) {
  Crawler crawler;
  crawler.web.answers["http://a.example/robots.txt"] = {302, "/r?x"};
  crawler.web.answers["http://a.example/r?x"] = {200, kRules};
  EXPECT_EQ(run_in_fake_time([&] { return crawler.ask("/private"); }), "disallow");
  for (const char* location : {"", "mailto:x@y", "http://"}) EXPECT_EQ(meaning_of({307, location}), "allow");
}

TEST(RobotsCache, ARedirectToAServerErrorClosesTheHost) {
  Crawler crawler;
  crawler.web.answers["http://a.example/robots.txt"] = {302, "http://b.example/robots.txt"};
  crawler.web.answers["http://b.example/robots.txt"] = {503, ""};
  EXPECT_EQ(run_in_fake_time([&] { return crawler.ask("/private"); }), "closed");
}

Task<> ask_for_two_days(Crawler* crawler) {
  for (int hour = 0; hour < 48; ++hour) {
    const std::string meaning = co_await crawler->ask("/private");
    EXPECT_EQ(meaning, "disallow");
    co_await sleep_for(1h);
  }
}

TEST(RobotsCache, AnAnswerIsKeptForADay) {
  Crawler crawler;
  crawler.web.answers["http://a.example/robots.txt"] = {200, kRules};
  run_in_fake_time([&] { return ask_for_two_days(&crawler); });
  EXPECT_EQ(crawler.web.asked.size(), 2U);
}

Task<> ask_each_second(Crawler* crawler, int seconds, std::vector<int>* asked_at) {
  std::size_t asked = 0;
  for (int second = 0; second < seconds; ++second) {
    const std::string meaning = co_await crawler->ask("/private");
    EXPECT_EQ(meaning, "closed");
    if (crawler->web.asked.size() > asked) asked_at->push_back(second);
    asked = crawler->web.asked.size();
    co_await sleep_for(1s);
  }
}

// However long a host fails, it stays closed, and is asked ever less often: at last every 17 minutes.
TEST(RobotsCache, AHostThatFailsIsAskedAgainLessAndLess) {
  Crawler crawler;
  crawler.web.answers["http://a.example/robots.txt"] = {503, ""};
  std::vector<int> asked_at;
  run_in_fake_time([&] { return ask_each_second(&crawler, 3600, &asked_at); });
  EXPECT_EQ(asked_at, (std::vector<int>{0, 1, 5, 21, 85, 341, 1365, 2389, 3413}));
}

TEST(RobotsCache, AnEarlierAnswerHoldsWhileTheHostTellsNothing) {
  for (const auto& [status, meaning] :
       {std::pair{500, "disallow"}, {503, "disallow"}, {429, "disallow"}, {0, "closed"}, {404, "allow"}}) {
    Crawler crawler;
    crawler.stored = {.id = 1,
                      .origin = "http://a.example",
                      .robots_fetched_at = crawler.now - 1000h,
                      .robots_status = 200,
                      .robots_body = kRules};
    crawler.web.answers["http://a.example/robots.txt"] = {status, ""};
    EXPECT_EQ(run_in_fake_time([&] { return crawler.ask("/private"); }), meaning) << status;
    if (status >= 500) {
      EXPECT_EQ(run_in_fake_time([&] { return crawler.ask("/"); }), "allow") << status;
    }
  }
}

Task<> ask_for_three_hours(Crawler* crawler) {
  for (int minute = 0; minute < 180; ++minute) {
    const std::string meaning = co_await crawler->ask("/private");
    EXPECT_EQ(meaning, minute < 120 ? "disallow" : "allow") << minute;
    co_await sleep_for(1min);
    if (minute == 90) crawler->web.answers.clear();
  }
}

TEST(RobotsCache, AHostWhoseEarlierAnswerHoldsIsAskedAgainEachHour) {
  Crawler crawler;
  crawler.stored = {
      .id = 1, .origin = "http://a.example", .robots_fetched_at = crawler.now - 1000h, .robots_body = kRules};
  crawler.web.answers["http://a.example/robots.txt"] = {503, ""};
  run_in_fake_time([&] { return ask_for_three_hours(&crawler); });
  EXPECT_EQ(crawler.web.asked.size(), 3U);
}

// The turn of the URL for which the host was asked comes two days later.
TEST(RobotsCache, AnAnswerOfAnyAgeCountsForTheFirstUrl) {
  for (const auto& [status, meaning] : {std::pair{200, "disallow"}, {500, "disallow"}, {0, "closed"}}) {
    Crawler crawler;
    crawler.stored = {.id = 1,
                      .origin = "http://a.example",
                      .robots_fetched_at = crawler.now - 1000h,
                      .robots_body = kRules};
    crawler.web.answers["http://a.example/robots.txt"] = {status, kRules};
    run_in_fake_time([&]() -> Task<> {
      co_await crawler.cache.load({.id = 1, .origin = "http://a.example"});
      co_await sleep_for(48h);
      const std::string first = co_await crawler.ask("/private");
      EXPECT_EQ(first, meaning);
      EXPECT_EQ(crawler.web.asked.size(), 1U) << status;
      co_await crawler.ask("/private");
      EXPECT_EQ(crawler.web.asked.size(), 2U) << status;
    });
  }
}

TEST(RobotsCache, AnOldAnswerThatFellOutOfMemoryCountsForTheFirstUrlToo) {
  Crawler crawler;
  RobotsCache cache([&](FetchRequest request) { return crawler.web.fetch(std::move(request)); },
                    [&](HostId) -> Task<std::optional<HostRow>> { co_return crawler.stored; },
                    [&] { return crawler.now; },
                    {.product_token = "Foo", .memory = 100, .some_stored = false});
  run_in_fake_time([&]() -> Task<> {
    crawler.stored = co_await cache.load({.id = 1, .origin = "http://a.example"});
    cache.on_stored(1);
    co_await cache.load({.id = 2, .origin = "http://b.example"});
    EXPECT_EQ(cache.find(1), nullptr);
    crawler.now += 48h;
    co_await cache.recall(1);
    EXPECT_NE(cache.find(1), nullptr);
    cache.on_used(1);
    EXPECT_EQ(cache.find(1), nullptr);
  });
}

TEST(RobotsCache, OfTheHostsThatNoUrlAskedSinceOnlySoManyAreRemembered) {
  Crawler crawler;
  constexpr HostId kHosts = 1000;
  RobotsCache cache([&](FetchRequest request) { return crawler.web.fetch(std::move(request)); },
                    [&](HostId) -> Task<std::optional<HostRow>> { co_return crawler.stored; },
                    [&] { return crawler.now; },
                    {.product_token = "Foo", .memory = 4800, .some_stored = false});
  run_in_fake_time([&]() -> Task<> {
    for (HostId host = 1; host <= kHosts; ++host) {
      crawler.stored = co_await cache.load({.id = host, .origin = "http://a.example"});
      cache.on_stored(host);
    }
    crawler.now += 48h;
    co_await sleep_for(48h);
    std::size_t remembered = 0;
    for (HostId host = 1; host <= kHosts; ++host) {
      crawler.stored->id = host;
      co_await cache.recall(host);
      remembered += cache.find(host) != nullptr;
    }
    EXPECT_EQ(remembered, 100U);
    EXPECT_NE(cache.find(kHosts), nullptr) << "the last";
  });
}

TEST(RobotsCache, AStoredAnswerCountsForTheRestOfItsDay) {
  const auto meaning_after = [](std::chrono::hours age) {
    Crawler crawler;
    return run_in_fake_time([&]() -> Task<std::string> {
      crawler.cache.restore({.id = 1,
                             .origin = "http://a.example",
                             .robots_fetched_at = crawler.now - age,
                             .robots_status = 200,
                             .robots_body = kRules});
      co_return co_await crawler.ask("/private");
    });
  };
  EXPECT_EQ(meaning_after(23h), "disallow");
  EXPECT_EQ(meaning_after(24h), "allow") << "asked again: 404";
}

}  // namespace
}  // namespace gossamer
