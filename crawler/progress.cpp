#include "crawler/progress.h"

#include <cmath>
#include <fmt/format.h>
#include <vector>

#include "crawler/cli/units.h"

namespace gossamer {

namespace {

std::string rate(double per_second) {
  return per_second < 99.95
             ? fmt::format("{:.1f}/s", per_second)
             : fmt::format("{}/s", grouped(static_cast<std::uint64_t>(std::llround(per_second))));
}

// "  (http_4xx 3, timeout 1)", or nothing.
template <class Key>
std::string listed(const std::map<Key, std::uint64_t>& counts) {
  std::string list;
  for (const auto& [key, count] : counts) {
    list += fmt::format("{}{} {}", list.empty() ? "  (" : ", ", to_string(key), grouped(count));
  }
  return list.empty() ? list : list + ")";
}

}  // namespace

void Progress::add(const ProgressCounters& counters) {
  window_.push_back(counters);
  // Keeps one that is a window old, to measure from.
  while (window_.size() > 2 && window_[1].elapsed + kWindow <= counters.elapsed) window_.pop_front();
}

double Progress::pages_per_second() const {
  if (window_.size() < 2) return 0;
  const ProgressCounters& from = window_.front();
  const ProgressCounters& to = window_.back();
  const double seconds = std::chrono::duration<double>(to.elapsed - from.elapsed).count();
  return seconds > 0 ? static_cast<double>(to.pages - from.pages) / seconds : 0;
}

std::string Progress::line(std::size_t width) const {
  if (window_.empty()) return {};
  const ProgressCounters& now = window_.back();
  const double speed = pages_per_second();
  std::vector<std::string> fields{
      fmt::format("{} pages", grouped(now.pages)),
      rate(speed),
      fmt::format("{} in flight", grouped(now.in_flight)),
      fmt::format("{} pending", grouped(now.pending)),
      fmt::format("{} failed", grouped(now.failed)),
      human_bytes(now.bytes),
      human_duration(now.elapsed),
  };
  if (now.max_pages && speed > 0 && *now.max_pages > now.pages) {
    const double seconds = static_cast<double>(*now.max_pages - now.pages) / speed;
    if (seconds < 1e9) {
      fields.push_back("ETA " + human_duration(std::chrono::milliseconds(std::llround(seconds * 1000))));
    }
  }
  std::string line;
  for (const std::string& field : fields) {
    const std::size_t gap = line.empty() ? 0 : 2;
    if (line.size() + gap + field.size() > width) break;
    line.append(gap, ' ').append(field);
  }
  return line;
}

std::string Progress::redrawn(std::size_t width) const {
  // A line that fills the last column would wrap in some terminals.
  return "\r" + line(width > 0 ? width - 1 : 0) + "\x1b[K";
}

std::string format_summary(const LedgerCounts& ledger, std::chrono::milliseconds elapsed,
                           std::string_view database) {
  std::string text;
  const auto row = [&](std::string_view name, std::uint64_t count, const std::string& more) {
    text += fmt::format("{:<11}{:>12}{}\n", name, grouped(count), more);
  };
  row("discovered", ledger.discovered, "");
  row("done", ledger.done, fmt::format("  ({} pages)", grouped(ledger.pages)));
  row("failed", ledger.failed_total(), listed(ledger.failed));
  row("filtered", ledger.filtered_total(), listed(ledger.filtered));
  row("pending", ledger.pending, "");
  if (ledger.refresh) row("refresh", ledger.refresh->due, "  due" + listed(ledger.refresh->changes));
  text += fmt::format("{} received in {} fetches of {} hosts; this run took {}\n", human_bytes(ledger.bytes),
                      grouped(ledger.fetches), grouped(ledger.hosts), human_duration(elapsed));
  text += fmt::format("the data is in {}\n", database);
  return text;
}

}  // namespace gossamer
