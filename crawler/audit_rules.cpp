#include "crawler/audit_rules.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <utility>

#include "crawler/wall_time.h"

namespace gossamer {

using std::chrono::microseconds;

std::string_view to_string(AuditRule rule) {
  switch (rule) {
    case AuditRule::robots:
      return "robots";
    case AuditRule::rest:
      return "rest";
    case AuditRule::crawl_delay:
      return "crawl-delay";
    case AuditRule::connections:
      return "per-host";
    case AuditRule::delay:
      return "delay";
    case AuditRule::throttle:
      return "throttle";
    case AuditRule::ip_connections:
      return "per-ip";
    case AuditRule::ip_delay:
      return "ip-delay";
    case AuditRule::rate:
      return "rate";
  }
  return "unknown";
}

void RestRule::leave(const AskedAt& request, microseconds rest, std::size_t excused) {
  if (rest <= microseconds::zero()) return;
  const WallTime due = (from_ == From::end ? request.ended_at : request.started_at) + rest;
  if (due < due_) return;
  due_ = due;
  request_ = request;
  excused_ = excused;
}

void RestRule::judge(const AskedAt& next, Violations& violations) {
  if (next.started_at >= due_) return;
  if (excused_ > 0) {
    --excused_;
    return;
  }
  violations.add(rule_, request_.id, next.id, [&] {
    const WallTime from = from_ == From::end ? request_.ended_at : request_.started_at;
    return fmt::format("fetch {} began {}, {} after the {} of fetch {}; {} were due", next.id,
                       format_wall_time(next.started_at), exact_duration(next.started_at - from),
                       from_ == From::end ? "end" : "start", request_.id, exact_duration(due_ - from));
  });
}

RateRule::RateRule(double per_second)
    : window_(static_cast<std::int64_t>(1e6 / std::min(per_second, 1.0))),
      allowed_(static_cast<std::size_t>(std::max(1.0, std::ceil(per_second)))) {}

void RateRule::judge(const AskedAt& next, Violations& violations) {
  if (last_.size() < allowed_) {
    last_.push_back(next);
    return;
  }
  const AskedAt before = std::exchange(last_[next_], next);  // `allowed_` requests ago
  next_ = (next_ + 1) % allowed_;
  if (next.started_at - before.started_at >= window_) return;
  violations.add(AuditRule::rate, before.id, next.id, [&] {
    return fmt::format("fetch {} began {}, the {}th in {} since fetch {}; {} in {} are allowed", next.id,
                       format_wall_time(next.started_at), allowed_ + 1,
                       exact_duration(next.started_at - before.started_at), before.id, allowed_,
                       exact_duration(window_));
  });
}

}  // namespace gossamer
