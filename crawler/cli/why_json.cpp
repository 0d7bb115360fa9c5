#include <nlohmann/json.hpp>

#include "crawler/cli/why_report.h"
#include "crawler/wall_time.h"
#include "crawler/why_verdict.h"

namespace gossamer {
namespace {

using Json = nlohmann::ordered_json;

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }
Json number_or_null(int number) { return number == 0 ? Json(nullptr) : Json(number); }
Json time_or_null(const std::optional<WallTime>& time) {
  return time ? Json(format_wall_time(*time)) : Json(nullptr);
}
double seconds(std::chrono::microseconds duration) { return static_cast<double>(duration.count()) / 1e6; }

Json to_json(const UrlFacts& url) {
  return {{"url", url.url},
          {"state", url.state},
          {"reason", text_or_null(url.reason)},
          {"status", number_or_null(url.status)},
          {"depth", url.depth},
          {"hops", url.hops},
          {"via", url.via}};
}

Json to_json(const AttemptFacts& attempt) {
  return {{"attempt", attempt.attempt},
          {"started_at", format_wall_time(attempt.started_at)},
          {"duration", seconds(attempt.duration)},
          {"status", number_or_null(attempt.status)},
          {"error", text_or_null(attempt.error)},
          {"phase", text_or_null(attempt.phase)},
          {"message", text_or_null(attempt.message)},
          {"address", text_or_null(attempt.address)},
          {"content_type", text_or_null(attempt.content_type)},
          {"bytes", attempt.bytes},
          {"rest", attempt.rest ? Json(seconds(*attempt.rest)) : Json(nullptr)},
          {"retry_after", attempt.retry_after ? Json(seconds(*attempt.retry_after)) : Json(nullptr)},
          {"change", text_or_null(attempt.change)}};
}

Json to_json(const LinkFacts& link) {
  return {{"from", link.from}, {"tag", link.tag}, {"text", link.text}, {"nofollow", link.nofollow}};
}

Json to_json(const std::string& text) { return text; }

Json to_json(const PageFacts& page) {
  return {{"fetched_at", format_wall_time(page.fetched_at)},
          {"content_type", page.content_type},
          {"title", page.title},
          {"canonical", text_or_null(page.canonical)},
          {"bytes", page.bytes},
          {"complete", page.complete},
          {"links", page.links},
          {"digest", text_or_null(page.digest)},
          {"etag", text_or_null(page.etag)},
          {"last_modified", text_or_null(page.last_modified)},
          {"version", page.version}};
}

template <class T>
Json array(const std::vector<T>& values) {
  Json json = Json::array();
  for (const T& value : values) json.push_back(to_json(value));
  return json;
}

template <class T>
Json counted(const Sample<T>& sample) {
  return {{"count", sample.count}, {"first", array(sample.first)}};
}

Json host_json(const UrlStory& story, const JobOptions& options) {
  const HostRow& host = story.host;
  Json robots{{"fetched_at", time_or_null(host.robots_fetched_at)},
              {"status", number_or_null(host.robots_status)}};
  if (const auto verdict = robots_verdict(host, story.url.url, options)) {
    robots["allowed"] = verdict->allowed;
    robots["line"] = verdict->line ? Json(*verdict->line) : Json(nullptr);
    robots["rule"] = text_or_null(verdict->rule);
  }
  return {{"origin", host.origin},
          {"seed", host.seed},
          {"address", text_or_null(host.address)},
          {"rest_until", time_or_null(rest_until(host))},
          {"robots", std::move(robots)}};
}

}  // namespace

std::string why_json(const UrlStory& story, const JobOptions& options, const std::optional<LiveCrawl>& live) {
  Json json = to_json(story.url);
  json["score"] = story.url.score ? Json(*story.url.score) : Json(nullptr);
  json["rule"] = text_or_null(story.url.rule);
  json["because"] = because(story, options, live);
  json["parents"] = array(story.parents);
  json["attempts"] = array(story.attempts);
  json["robots_attempts"] = array(story.robots_attempts);
  json["retry"] = story.tries == 0
                      ? Json(nullptr)
                      : Json{{"tries", story.tries}, {"not_before", time_or_null(story.not_before)}};
  json["redirects_to"] = array(story.redirects);
  json["redirected_from"] = counted(story.redirected_from);
  json["page"] = story.page ? to_json(*story.page) : Json(nullptr);
  json["twin_of"] = text_or_null(story.twin_of);
  json["twins"] = counted(story.twins);
  json["host"] = host_json(story, options);
  json["linked_from"] = counted(story.links);
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace gossamer
