#include <fmt/format.h>

#include "crawler/cli/why_report.h"
#include "crawler/wall_time.h"
#include "crawler/why_verdict.h"

namespace gossamer {
namespace {

class Lines {
 public:
  void add(std::string_view name, std::string_view value) { text_ += fmt::format("{:<16}{}\n", name, value); }
  template <class T, class Text>
  void add(std::string_view name, const Sample<T>& sample, Text text) {
    for (const T& each : sample.first) add(name, text(each));
    if (sample.count > sample.first.size())
      add(name, fmt::format("and {} more", sample.count - sample.first.size()));
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

// "failed(http_4xx)"
std::string state_of(const UrlFacts& url) {
  return url.reason.empty() ? url.state : fmt::format("{}({})", url.state, url.reason);
}

std::string step(const UrlFacts& url) {
  return fmt::format("{}  {}, depth {}, {}{}", url.url, url.via, url.depth, state_of(url),
                     url.status == 0 ? "" : fmt::format(", status {}", url.status));
}

std::string attempt_line(const AttemptFacts& attempt) {
  std::string text =
      fmt::format("{}, {}", format_wall_time(attempt.started_at), exact_duration(attempt.duration));
  if (attempt.status != 0) text += fmt::format(", status {}", attempt.status);
  if (!attempt.address.empty()) text += ", " + attempt.address;
  if (attempt.bytes > 0) text += fmt::format(", {} bytes", attempt.bytes);
  if (!attempt.content_type.empty()) text += ", " + attempt.content_type;
  if (!attempt.change.empty()) text += ", " + attempt.change;
  if (attempt.retry_after) text += fmt::format(", Retry-After {}", exact_duration(*attempt.retry_after));
  if (attempt.rest) text += fmt::format(", host left alone for {}", exact_duration(*attempt.rest));
  if (!attempt.error.empty()) {
    text += fmt::format(", {} in {}: {}", attempt.error, attempt.phase, attempt.message);
  } else if (!attempt.message.empty()) {
    text += ", " + attempt.message;
  }
  return text;
}

std::string_view cut_of(const PageFacts& page) {
  if (page.complete) return "";
  return page.bytes == 0 ? " (cut off after the headers)" : " (the rest was cut off)";
}

void add_page(const PageFacts& page, Lines& lines) {
  lines.add("title", page.title.empty() ? "none" : page.title);
  lines.add("page", fmt::format("version {} of {}, {} bytes{}, {} links, {}", page.version,
                                format_wall_time(page.fetched_at), page.bytes, cut_of(page), page.links,
                                page.content_type.empty() ? "no type" : page.content_type));
  if (!page.digest.empty()) lines.add("digest", page.digest);
  if (!page.etag.empty()) lines.add("etag", page.etag);
  if (!page.last_modified.empty()) lines.add("last-modified", page.last_modified);
  if (!page.canonical.empty()) lines.add("canonical", page.canonical);
}

std::string robots_line(const UrlStory& story, const JobOptions& options) {
  const HostRow& host = story.host;
  if (options.no_robots) return "not asked for (--no-robots)";
  const auto verdict = robots_verdict(host, story.url.url, options);
  const bool silent = may_pass_silent_robots(story);
  if (!verdict) return silent ? "not to be read for 30 days: allows all" : "not read yet, or unreachable";
  std::string text = verdict->allowed ? "allows it" : "refuses it";
  if (verdict->line) text += fmt::format(", line {}: {}", *verdict->line, verdict->rule);
  return text + fmt::format(" (status {}, {}{})", host.robots_status,
                            format_wall_time(*host.robots_fetched_at),
                            silent ? "; not to be read since, so it holds on" : "");
}

}  // namespace

std::string why_text(const UrlStory& story, const JobOptions& options, const std::optional<LiveCrawl>& live) {
  const UrlFacts& url = story.url;
  const auto same = [](const std::string& text) { return text; };
  Lines lines;
  lines.add("url", url.url);
  lines.add("state", state_of(url));
  lines.add("because", because(story, options, live));
  lines.add("found", fmt::format("{}, depth {}{}{}", url.via, url.depth,
                                 url.hops == 0 ? "" : fmt::format(", {} redirects", url.hops),
                                 url.score ? fmt::format(", score {}", *url.score) : ""));
  for (const UrlFacts& parent : story.parents) lines.add("parent", step(parent));
  for (const AttemptFacts& attempt : story.attempts)
    lines.add(fmt::format("attempt {}", attempt.attempt), attempt_line(attempt));
  if (story.tries > 0 && story.not_before) lines.add("next attempt", format_wall_time(*story.not_before));
  for (const UrlFacts& target : story.redirects) lines.add("redirects to", step(target));
  lines.add("redirected from", story.redirected_from, same);
  if (story.page) add_page(*story.page, lines);
  if (!story.twin_of.empty()) lines.add("twin of", story.twin_of);
  lines.add("twin", story.twins, same);
  lines.add("host", fmt::format("{}{}", story.host.origin, story.host.seed ? ", of a seed" : ""));
  if (const auto until = rest_until(story.host)) lines.add("rest until", format_wall_time(*until));
  lines.add("robots.txt", robots_line(story, options));
  for (const AttemptFacts& attempt : story.robots_attempts)
    lines.add("robots attempt", attempt_line(attempt));
  lines.add("linked from", story.links, [](const LinkFacts& link) {
    return fmt::format("{}  {}{}{}", link.from, link.tag, link.nofollow ? ", nofollow" : "",
                       link.text.empty() ? "" : fmt::format(", \"{}\"", link.text));
  });
  return lines.take();
}

}  // namespace gossamer
