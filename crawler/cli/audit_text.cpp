#include "crawler/cli/audit_text.h"

#include <fmt/format.h>

#include "crawler/cli/units.h"
#include "crawler/wall_time.h"

namespace gossamer {
namespace {

using std::chrono::microseconds;

std::string line(std::string_view name, const std::string& value) {
  return fmt::format("  {:<12}  {}\n", name, value);
}

std::string period(WallTime first, WallTime last) {
  return fmt::format("{} to {}", format_wall_time(first), format_wall_time(last));
}

std::string robots_line(const HostReport& report) {
  if (!report.robots_at) return "never read";
  const std::string text = fmt::format("fetched {}, status {}, {}", format_wall_time(*report.robots_at),
                                       report.robots_status, counted(report.robots_bytes, "byte"));
  return report.robots_bytes == 0 ? text + ": no rules" : text;
}

std::string crawl_delay_text(const AskedAs& as) {
  if (!as.crawl_delay) return "no crawl-delay";
  if (*as.crawl_delay == *as.asked_delay) return "crawl-delay " + exact_duration(*as.crawl_delay);
  return fmt::format("crawl-delay {}, the cap of {} applied", exact_duration(*as.asked_delay),
                     exact_duration(*as.crawl_delay));
}

// The user agents with the rules that held for them; of a host that was asked in one way without the counts.
std::string asked_as_lines(const HostReport& report) {
  std::string text;
  for (const AskedAs& as : report.asked_as) {
    std::string value = as.user_agent;
    if (report.asked_as.size() > 1) {
      value += fmt::format(", {}", counted(as.requests, "request"));
      if (as.from != WallTime::min()) value += " since " + format_wall_time(as.from);
    }
    if (!as.obeys_robots) {
      value += "; robots.txt is not obeyed (--no-robots)";
    } else if (report.robots_bytes > 0) {
      value +=
          fmt::format("; of robots.txt {}; {}", as.own_groups ? "the groups that name it" : "the groups of *",
                      crawl_delay_text(as));
    }
    text += line("user agent", value);
  }
  return text;
}

std::string rests_text(const Rests& rests) {
  if (rests.times == 0) return "never";
  return fmt::format("{}, {} the longest", counted(rests.times, "time"), exact_duration(rests.longest));
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
  text += asked_as_lines(report);
  text += line("requests", requests);
  text += line("period", period(report.pace.first_at, report.pace.last_at));
  text += gap_lines(report.pace);
  text += line("robots.txt", robots_line(report));
  text += line("retry-after", rests_text(report.retry_after));
  if (report.back_off.times > 0) text += line("back-off", rests_text(report.back_off));
  return text + violation_lines(report.violations);
}

std::string audit_text(const AddressReport& report) {
  std::string text = fmt::format("address {}\n", report.address);
  text +=
      line("requests", fmt::format("{} to {}", report.pace.requests, counted(report.hosts.size(), "host")));
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
