#include "crawler/why_verdict.h"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <utility>

#include "crawler/crawl_scope.h"
#include "crawler/robots.h"
#include "crawler/wall_time.h"
#include "net/http/url.h"
#include "storage/crawl_db.h"

namespace gossamer {
namespace {

std::string robots_text(const RobotsVerdict& verdict) {
  return fmt::format("robots.txt, line {}: {}", verdict.line.value_or(0), verdict.rule);
}

std::string why_filtered(const UrlStory& story, const JobOptions& options) {
  const UrlFacts& url = story.url;
  if (!url.rule.empty()) return url.rule;
  const std::string found_on = story.parents.empty() ? "it" : "the link on " + story.parents.front().url;
  if (url.reason == "nofollow") return fmt::format("{} says nofollow", found_on);
  if (url.reason == "depth") {
    // The limit is not in the row. A resume with another one judges the URL by that.
    const bool holds = options.depth && url.depth > *options.depth;
    return fmt::format("{} leads to depth {}, beyond {}", found_on, url.depth,
                       holds ? fmt::format("--depth {}", *options.depth) : "the --depth of that time");
  }
  if (url.reason == "robots") {
    const auto verdict = robots_verdict(story.host, url.url, options);
    if (verdict && !verdict->allowed) return robots_text(*verdict);
    return "a robots.txt that was replaced since; the stored one allows it";
  }
  if (url.reason == "content_type" && !story.attempts.empty()) {
    return fmt::format("no parser takes {}", story.attempts.back().content_type);
  }
  return "the rule was not recorded";
}

std::string why_pending(const UrlStory& story, const JobOptions& options,
                        const std::optional<LiveCrawl>& live) {
  if (live && live->waits_for) return fmt::format("in flight, it waits for: {}", *live->waits_for);
  const WallTime now = wall_now();
  std::vector<std::string> holds;
  if (live && live->paused) holds.emplace_back("the crawl is paused; `gossamer ctl` lets it go on");
  if (live && live->host_paused) {
    holds.push_back(fmt::format("{} is paused; `gossamer ctl` lets it go on", story.host.origin));
  }
  if (options.max_pages && story.pages >= *options.max_pages) {
    holds.push_back(fmt::format("--max-pages {} is reached", *options.max_pages));
  }
  if (options.max_pages_per_host && story.host_pages >= *options.max_pages_per_host) {
    holds.push_back(fmt::format("--max-pages-per-host {} is reached at {}", *options.max_pages_per_host,
                                story.host.origin));
  }
  if (story.not_before && *story.not_before > now) {
    holds.push_back(
        fmt::format("tried {} times, again after {}", story.tries, format_wall_time(*story.not_before)));
  }
  if (const auto until = rest_until(story.host)) {
    holds.push_back(
        fmt::format("{} asked not to be asked before {}", story.host.origin, format_wall_time(*until)));
  }
  if (!story.robots_attempts.empty() && !options.no_robots && !may_pass_silent_robots(story)) {
    const AttemptFacts& last = story.robots_attempts.back();
    holds.push_back(fmt::format("the robots.txt of {} could not be read: {}", story.host.origin,
                                last.message.empty() ? fmt::format("status {}", last.status) : last.message));
  }
  if (!holds.empty()) return fmt::format("{}", fmt::join(holds, "; "));
  const std::string_view next = live ? "waits for its turn" : "waits for the next run of the crawl";
  return story.tries > 0 ? fmt::format("tried {} times; {}", story.tries, next)
                         : fmt::format("not asked for yet; {}", next);
}

}  // namespace

std::optional<RobotsVerdict> robots_verdict(const HostRow& host, std::string_view canonical,
                                            const JobOptions& options) {
  const auto url = Url::parse(canonical);
  if (options.no_robots || !host.robots_fetched_at || !url) return std::nullopt;
  const auto rules = RobotsRules::parse(host.robots_body, product_token(options.network.user_agent));
  const auto verdict = rules.check(url->request_target());
  return RobotsVerdict{.allowed = verdict.allowed, .line = verdict.line, .rule = std::string(verdict.rule)};
}

bool may_pass_silent_robots(const UrlStory& story) {
  if (story.robots_attempts.empty() || !story.robots_attempts.back().error.empty()) return false;
  return story.host.robots_fetched_at ||
         story.robots_attempts.back().started_at - *story.robots_first_asked > RobotsRules::kLongUnread;
}

std::optional<WallTime> rest_until(const HostRow& host) {
  return host.rest_until && *host.rest_until > wall_now() ? host.rest_until : std::nullopt;
}

std::string because(const UrlStory& story, const JobOptions& options, const std::optional<LiveCrawl>& live) {
  const UrlFacts& url = story.url;
  if (url.state == "filtered") return why_filtered(story, options);
  if (url.state == "pending") return why_pending(story, options, live);
  if (url.state == "failed" && !story.attempts.empty()) {
    const AttemptFacts& last = story.attempts.back();
    if (!last.message.empty()) return last.message;
  }
  if (url.reason == "redirect") return "its redirects form a loop";
  if (!story.redirects.empty()) {
    return fmt::format("status {}, redirects to {}", url.status, story.redirects.front().url);
  }
  if (url.status == 0) return "no response";
  const bool again = story.reread && !options.no_sitemaps;
  return fmt::format("status {}{}", url.status, again ? "; to be asked for again, as a sitemap" : "");
}

std::vector<std::string> similar_spellings(std::string_view canonical) {
  const std::size_t authority = canonical.find("://") + 3;
  std::string_view rest = canonical.substr(authority);
  const bool www = rest.starts_with("www.");
  if (www) rest.remove_prefix(4);
  const bool slash = rest.ends_with('/') && rest.find('/') + 1 < rest.size();
  if (slash) rest.remove_suffix(1);
  std::vector<std::string> spellings;
  for (const std::string_view scheme : {"https://", "http://"}) {
    for (const std::string_view name : {"", "www."}) {
      for (const std::string_view end : {"", "/"}) {
        if (!end.empty() && (rest.ends_with('/') || rest.find('?') != std::string_view::npos)) continue;
        std::string spelling = fmt::format("{}{}{}{}", scheme, name, rest, end);
        if (spelling != canonical) spellings.push_back(std::move(spelling));
      }
    }
  }
  return spellings;
}

Result<std::string> unknown_because(CrawlDb& db, std::string_view canonical, const JobOptions& options) {
  auto scope = make_scope(options);
  if (!scope) return std::unexpected(std::move(scope.error()));
  // Seeds, and the pages that seeds finally redirect to, open the scope; traps count what was taken.
  auto read = db.for_each_url([&](const UrlView& url) {
    if (was_let_pass(url)) scope->observe(url.url);
    if (opens_scope(url)) scope->add_seed(url.url);
  });
  if (!read) return std::unexpected(std::move(read.error()));
  if (const auto refusal = scope->refuses(canonical)) {
    return fmt::format("never discovered; it would be filtered({}): {}", to_string(refusal->reason),
                       refusal->rule);
  }
  std::optional<RobotsVerdict> verdict;
  auto hosts = db.for_each_host([&](const HostRow& host) {
    if (canonical.starts_with(host.origin) && canonical.substr(host.origin.size()).starts_with('/'))
      verdict = robots_verdict(host, canonical, options);
  });
  if (!hosts) return std::unexpected(std::move(hosts.error()));
  if (verdict && !verdict->allowed) {
    return fmt::format("never discovered; it would be filtered(robots): {}", robots_text(*verdict));
  }
  return "never discovered: no page that was read links to it";
}

}  // namespace gossamer
