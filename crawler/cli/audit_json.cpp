#include <nlohmann/json.hpp>

#include "crawler/cli/audit_text.h"
#include "crawler/wall_time.h"

namespace gossamer {
namespace {

using Json = nlohmann::ordered_json;

double seconds(std::chrono::microseconds duration) { return static_cast<double>(duration.count()) / 1e6; }

template <class T>
Json optional_seconds(const std::optional<T>& duration) {
  return duration ? Json(seconds(*duration)) : Json(nullptr);
}

void add(Json& json, const Pace& pace) {
  json["requests"] = pace.requests;
  json["first_at"] = format_wall_time(pace.first_at);
  json["last_at"] = format_wall_time(pace.last_at);
  json["at_once"] = pace.most_at_once;
  json["least_gap"] = pace.gaps == 0 ? Json(nullptr) : Json(seconds(pace.least_gap));
  json["mean_gap"] =
      pace.gaps == 0 ? Json(nullptr) : Json(seconds(pace.gap_sum) / static_cast<double>(pace.gaps));
}

void add(Json& json, const Violations& violations) {
  json["violations"] = violations.count();
  Json listed = Json::array();
  for (const Violation& violation : violations.kept()) {
    Json entry{{"rule", to_string(violation.rule)}};
    if (violation.first != 0) entry["first"] = violation.first;
    entry["second"] = violation.second;
    entry["text"] = violation.text;
    listed.push_back(std::move(entry));
  }
  json["first_violations"] = std::move(listed);
}

std::string text(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

std::string audit_json(const HostReport& report) {
  Json json{{"report", "host"}, {"host", report.origin}};
  add(json, report.pace);
  json["robots_requests"] = report.robots_requests;
  json["spider_requests"] = report.spider_requests;
  json["unjudged_pages"] = report.unjudged_pages;
  json["unjudged"] = report.unjudged;
  json["robots"] = nullptr;
  if (report.robots_at) {
    json["robots"] = {{"fetched_at", format_wall_time(*report.robots_at)},
                      {"status", report.robots_status},
                      {"bytes", report.robots_bytes}};
  }
  Json asked_as = Json::array();
  for (const AskedAs& as : report.asked_as) {
    asked_as.push_back({{"from", format_wall_time(as.from)},
                        {"requests", as.requests},
                        {"user_agent", as.user_agent},
                        {"obeys_robots", as.obeys_robots},
                        {"own_groups", as.own_groups},
                        {"asked_crawl_delay", optional_seconds(as.asked_delay)},
                        {"crawl_delay", optional_seconds(as.crawl_delay)}});
  }
  json["asked_as"] = std::move(asked_as);
  json["retry_after"] = report.retry_after.times;
  json["longest_retry_after"] = seconds(report.retry_after.longest);
  json["back_off"] = report.back_off.times;
  json["longest_back_off"] = seconds(report.back_off.longest);
  add(json, report.violations);
  return text(json);
}

std::string audit_json(const AddressReport& report) {
  Json json{{"report", "address"}, {"address", report.address}, {"hosts", report.hosts.size()}};
  add(json, report.pace);
  add(json, report.violations);
  return text(json);
}

std::string audit_json(const CrawlReport& report) {
  Json json{{"report", "crawl"}, {"requests", report.requests}};
  json["first_at"] = report.requests == 0 ? Json(nullptr) : Json(format_wall_time(report.first_at));
  json["last_at"] = report.requests == 0 ? Json(nullptr) : Json(format_wall_time(report.last_at));
  json["busiest_second"] = report.busiest_second;
  add(json, report.violations);
  return text(json);
}

}  // namespace gossamer
