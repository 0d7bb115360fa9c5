#include "crawler/cli/audit_text.h"

#include <fmt/format.h>

#include "crawler/wall_time.h"

namespace gossamer {
namespace {

using std::chrono::microseconds;

std::string line(std::string_view name, const std::string& value) {
  return fmt::format("  {:<12}  {}\n", name, value);
}

std::string counted(std::uint64_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string period(WallTime first, WallTime last) {
  return fmt::format("{} to {}", format_wall_time(first), format_wall_time(last));
}

std::string robots_line(const HostReport& report) {
  if (!report.obeys_robots) return "not asked for (--no-robots)";
  if (!report.robots_at) return "never read";
  std::string text = fmt::format("fetched {}, status {}, {}", format_wall_time(*report.robots_at),
                                 report.robots_status, counted(report.robots_bytes, "byte", "bytes"));
  if (report.robots_bytes == 0) return text + ": no rules";
  return text + (report.own_groups ? ": the groups that name this crawler" : ": the groups of *");
}

std::string crawl_delay_line(const HostReport& report) {
  if (!report.crawl_delay) return "none asked for";
  if (*report.crawl_delay == *report.asked_delay) return exact_duration(*report.crawl_delay);
  return fmt::format("{}: the cap of {} applied", exact_duration(*report.asked_delay),
                     exact_duration(*report.crawl_delay));
}

std::string gap_lines(const Pace& pace) {
  std::string text;
  if (pace.gaps > 0) {
    text = line("gap", fmt::format("{} least, {} mean, from the end of a request to the next",
                                   exact_duration(pace.least_gap),
                                   exact_duration(pace.gap_sum / static_cast<std::int64_t>(pace.gaps))));
  }
  return text + line("at once", fmt::format("{} at most", pace.most_at_once));
}

std::string violation_lines(const Violations& violations) {
  if (violations.count() == 0) return line("violations", "none");
  std::string text = line("violations", std::to_string(violations.count()));
  for (const Violation& violation : violations.kept()) {
    text += fmt::format("    {}: {}\n", to_string(violation.rule), violation.text);
  }
  if (violations.count() > violations.kept().size()) {
    text += fmt::format("    and {} more\n", violations.count() - violations.kept().size());
  }
  return text;
}

}  // namespace

std::string audit_text(const HostReport& report) {
  std::string requests = std::to_string(report.pace.requests);
  if (report.robots_requests > 0) requests += fmt::format(", {} for robots.txt", report.robots_requests);
  if (report.spider_requests > 0) {
    requests += fmt::format(", {} of a spider, whose URLs are not on record", report.spider_requests);
  }
  if (report.unjudged_pages > 0) {
    requests +=
        fmt::format(", {} under an earlier robots.txt, which is not on record", report.unjudged_pages);
  }
  std::string text = fmt::format("host {}\n", report.origin);
  text += line("user agent", report.user_agent);
  text += line("requests", requests);
  text += line("period", period(report.pace.first_at, report.pace.last_at));
  text += gap_lines(report.pace);
  text += line("robots.txt", robots_line(report));
  if (report.obeys_robots) text += line("crawl-delay", crawl_delay_line(report));
  text += line("rest asked", report.rests == 0
                                 ? "never"
                                 : fmt::format("{}, {} the longest", counted(report.rests, "time", "times"),
                                               exact_duration(report.longest_rest)));
  return text + violation_lines(report.violations);
}

std::string audit_text(const AddressReport& report) {
  std::string text = fmt::format("address {}\n", report.address);
  text += line("requests",
               fmt::format("{} to {}", report.pace.requests, counted(report.hosts.size(), "host", "hosts")));
  text += line("period", period(report.pace.first_at, report.pace.last_at));
  return text + gap_lines(report.pace) + violation_lines(report.violations);
}

std::string audit_text(const CrawlReport& report) {
  std::string text = "crawl\n";
  text += line("requests", std::to_string(report.requests));
  if (report.requests > 0) {
    text += line("period", period(report.first_at, report.last_at));
    text += line("a second", fmt::format("{} at most", report.busiest_second));
  }
  return text + violation_lines(report.violations);
}

}  // namespace gossamer
