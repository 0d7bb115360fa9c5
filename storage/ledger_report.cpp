#include "storage/ledger_report.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace gossamer {
namespace {

std::string word(ErrorClass value) { return std::string(to_string(value)); }
std::string word(FilterReason value) { return std::string(to_string(value)); }
std::string word(FetchKind value) { return std::string(to_string(value)); }
std::string word(PageChange value) { return std::string(to_string(value)); }
std::string word(int value) { return std::to_string(value); }

// "http_4xx 3, timeout 1"
template <class Key>
std::string listing(const std::map<Key, std::uint64_t>& counts) {
  std::string text;
  for (const auto& [key, count] : counts) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", word(key), count);
  }
  return text;
}

template <class Key>
nlohmann::ordered_json object(const std::map<Key, std::uint64_t>& counts) {
  auto json = nlohmann::ordered_json::object();
  for (const auto& [key, count] : counts) json[word(key)] = count;
  return json;
}

std::string readable_size(std::uint64_t bytes) {
  static constexpr std::array<const char*, 5> kUnits = {"kB", "MB", "GB", "TB", "PB"};
  if (bytes < 1000) return fmt::format("{} bytes", bytes);
  double size = static_cast<double>(bytes) / 1000;
  std::size_t unit = 0;
  while (size >= 999.95 && unit + 1 < kUnits.size()) {
    size /= 1000;
    ++unit;
  }
  return fmt::format("{:.1f} {}", size, kUnits[unit]);
}

double seconds(std::chrono::milliseconds delay) { return static_cast<double>(delay.count()) / 1000; }

nlohmann::ordered_json seconds_or_null(const std::optional<std::chrono::milliseconds>& delay) {
  return delay ? nlohmann::ordered_json(seconds(*delay)) : nlohmann::ordered_json(nullptr);
}

std::string delay_text(const HostCounts& host) {
  if (!host.crawl_delay) return "";
  if (host.asked_delay == host.crawl_delay)
    return fmt::format("  crawl-delay {} s", seconds(*host.crawl_delay));
  return fmt::format("  crawl-delay {} s asked for, {} s kept",
                     seconds(host.asked_delay.value_or(*host.crawl_delay)), seconds(*host.crawl_delay));
}

}  // namespace

std::string ledger_table(const LedgerCounts& counts) {
  std::string out;
  const auto line = [&out](std::string_view name, std::uint64_t count, const std::string& detail) {
    out += fmt::format("{:<10} {:>10}{}{}\n", name, count, detail.empty() ? "" : "  ", detail);
  };
  line("discovered", counts.discovered, "");
  line("  done", counts.done, "");
  line("  failed", counts.failed_total(), listing(counts.failed));
  line("  filtered", counts.filtered_total(), listing(counts.filtered));
  line("  pending", counts.pending, "");
  line("pages", counts.pages, "");
  line("items", counts.items, "");
  line("hosts", counts.hosts, "");
  line("fetches", counts.fetches,
       fmt::format("{} received; {}", readable_size(counts.bytes), listing(counts.kinds)));
  if (!counts.status.empty()) {
    std::uint64_t answered = 0;
    for (const auto& [code, count] : counts.status) answered += count;
    line("status", answered, listing(counts.status));
  }
  if (counts.refresh) {
    line("refresh", counts.refresh->due, "due; " + listing(counts.refresh->changes));
  }
  constexpr std::size_t kTopRules = 10;
  for (std::size_t i = 0; i < std::min(counts.rules.size(), kTopRules); ++i) {
    const auto& rule = counts.rules[i];
    line("rule", rule.urls, fmt::format("{}: {}", word(rule.reason), rule.rule));
  }
  if (counts.rules.size() > kTopRules) {
    out += fmt::format("and {} rules more: --jsonl has them all\n", counts.rules.size() - kTopRules);
  }
  return out;
}

std::string ledger_json(const LedgerCounts& counts, const std::vector<HostCounts>* by_host) {
  nlohmann::ordered_json json;
  json["discovered"] = counts.discovered;
  json["done"] = counts.done;
  json["failed"] = object(counts.failed);
  json["filtered"] = object(counts.filtered);
  json["pending"] = counts.pending;
  json["pages"] = counts.pages;
  json["fetches"] = counts.fetches;
  json["bytes"] = counts.bytes;
  json["hosts"] = counts.hosts;
  json["status"] = object(counts.status);
  json["items"] = counts.items;
  json["kinds"] = object(counts.kinds);
  json["rules"] = nlohmann::ordered_json::array();
  for (const auto& rule : counts.rules) {
    json["rules"].push_back({{"reason", word(rule.reason)}, {"rule", rule.rule}, {"urls", rule.urls}});
  }
  if (counts.refresh) {
    json["refresh"] = object(counts.refresh->changes);
    json["refresh"]["due"] = counts.refresh->due;
  }
  if (by_host) {
    json["by_host"] = nlohmann::ordered_json::array();
    for (const HostCounts& host : *by_host) {
      json["by_host"].push_back({{"host", host.origin},
                                 {"urls", host.urls},
                                 {"pages", host.pages},
                                 {"failed", host.failed},
                                 {"filtered", host.filtered},
                                 {"pending", host.pending},
                                 {"address", host.address}});
      if (host.address.empty()) json["by_host"].back()["address"] = nullptr;
      json["by_host"].back()["asked_crawl_delay"] = seconds_or_null(host.asked_delay);
      json["by_host"].back()["crawl_delay"] = seconds_or_null(host.crawl_delay);
    }
  }
  return json.dump();
}

std::string host_table(const std::vector<HostCounts>& hosts) {
  std::string out = fmt::format("{:>10} {:>10} {:>10} {:>10} {:>10}  {}\n", "urls", "pages", "failed",
                                "filtered", "pending", "host");
  for (const HostCounts& host : hosts) {
    out += fmt::format("{:>10} {:>10} {:>10} {:>10} {:>10}  {}{}{}\n", host.urls, host.pages, host.failed,
                       host.filtered, host.pending, host.origin,
                       host.address.empty() ? "" : "  " + host.address, delay_text(host));
  }
  return out;
}

}  // namespace gossamer
