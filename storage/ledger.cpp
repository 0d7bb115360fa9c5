#include "storage/ledger.h"

#include <algorithm>
#include <fmt/core.h>
#include <functional>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "storage/ledger_rows.h"
#include "storage/sqlite.h"

namespace gossamer {
namespace {

constexpr std::string_view kMeta = "SELECT value FROM meta WHERE key = '{}'";

bool count_url(LedgerCounts& counts, UrlState state, std::string_view reason) {
  switch (state) {
    case UrlState::pending:
      ++counts.pending;
      return true;
    case UrlState::done:
      ++counts.done;
      return true;
    case UrlState::failed:
      if (const auto failure = parse_failure(reason)) return ++counts.failed[*failure] > 0;
      return false;
    case UrlState::filtered:
      if (const auto rule = parse_filter_reason(reason)) return ++counts.filtered[*rule] > 0;
      return false;
  }
  return false;
}

std::unexpected<Error> forward(Error& error) { return std::unexpected(std::move(error)); }

// What the passes over the tables share.
struct Pass {
  Database& database;
  LedgerCounts& counts;
  UrlSet fetched;                      // URLs with a fetch row of the kind `page`
  UrlSet refreshed;                    // with one of the refresh pass
  UrlSet pages;                        // with a page row
  Offence stray_pages;                 // page rows of no URL done with a 2xx
  PageVersions versions;               // pages there are or were
  std::int64_t refresh_started = 0;    // of the pass, if counts.refresh
  std::int64_t refresh_before = 0;     // a page is due if no fetch of it since ended its pass
  std::int64_t refresh_ended = 0;      // the start of a pass that is over: no page is due
  std::int64_t urls_without_rule = 0;  // the last URL of before there were rules
};

Result<void> for_each(Database& database, std::string_view sql,
                      const std::function<Result<void>(const Statement&)>& callback) {
  auto rows = database.prepare(sql);
  if (!rows) return forward(rows.error());
  while (true) {
    auto row = rows->step();
    if (!row) return forward(row.error());
    if (!*row) return {};
    if (auto ok = callback(*rows); !ok) return ok;
  }
}

Result<void> count_fetches(Pass& pass) {
  Offence strays;
  Offence unknown;
  auto ok = for_each(pass.database, "SELECT url, wire_bytes, started_at, kind, change FROM fetches",
                     [&](const Statement& row) -> Result<void> {
                       const std::int64_t url = row.integer(0);
                       const auto kind = parse_fetch_kind(row.text(3));
                       ++pass.counts.fetches;
                       pass.counts.bytes += static_cast<std::uint64_t>(row.integer(1));
                       if (!kind) {
                         unknown.add(url);
                         return {};
                       }
                       ++pass.counts.kinds[*kind];
                       if (*kind == FetchKind::page ? !pass.fetched.insert(url) : url != 0) strays.add(url);
                       if (!pass.counts.refresh || *kind != FetchKind::page) return {};
                       // Since the pass began only what ended with a finding; a retry may follow the others.
                       const bool ended = row.integer(2) < pass.refresh_started || !row.is_null(4);
                       if (row.integer(2) >= pass.refresh_before && ended) pass.refreshed.insert(url);
                       if (row.is_null(4) || row.integer(2) < pass.refresh_started) return {};
                       if (const auto change = parse_page_change(row.text(4))) {
                         ++pass.counts.refresh->changes[*change];
                       } else {
                         unknown.add(url);
                       }
                       return {};
                     });
  strays.report("fetch rows belong to no URL", pass.counts.mismatches);
  unknown.report("fetch rows have an unknown kind or change", pass.counts.mismatches);
  return ok;
}

bool needs_rule(std::string_view reason) {
  return reason == to_string(FilterReason::scope) || reason == to_string(FilterReason::pattern) ||
         reason == to_string(FilterReason::trap);
}

Result<void> count_pages(Pass& pass) {
  std::set<std::int64_t> twins;  // of which others are
  Offence repeated, stray_twins;
  const bool refreshing = pass.counts.refresh && pass.refresh_ended != pass.refresh_started;
  auto ok = for_each(pass.database, "SELECT url, version, twin_of FROM pages",
                     [&](const Statement& row) -> Result<void> {
                       const std::int64_t url = row.integer(0);
                       ++pass.counts.pages;
                       pass.versions.add(url, row.integer(1));
                       if (!row.is_null(2)) twins.insert(row.integer(2));
                       if (refreshing && !pass.refreshed.contains(url)) ++pass.counts.refresh->due;
                       if (pass.pages.contains(url)) {
                         repeated.add(url);
                       } else if (!pass.pages.insert(url)) {
                         pass.stray_pages.add(url);
                       }
                       return {};
                     });
  for (const std::int64_t url : twins) {
    if (!pass.versions.had(url)) stray_twins.add(url);
  }
  repeated.report("page rows are of URLs that have one already", pass.counts.mismatches);
  stray_twins.report("URLs that pages name as their twin never had a page", pass.counts.mismatches);
  return ok;
}

Result<void> count_urls(Pass& pass) {
  LedgerCounts& counts = pass.counts;
  std::unordered_map<std::int64_t, RuleHits> rules;
  auto ok = for_each(pass.database, "SELECT id, reason, rule FROM rules",
                     [&](const Statement& row) -> Result<void> {
                       const auto reason = parse_filter_reason(row.text(1)).value_or(FilterReason::scope);
                       rules.emplace(row.integer(0), RuleHits{reason, std::string(row.text(2))});
                       return {};
                     });
  if (!ok) return ok;
  auto retry_rows = pass.database.prepare("SELECT url FROM retries WHERE attempts > 0 ORDER BY url");
  if (!retry_rows) return forward(retry_rows.error());
  auto reread_rows = pass.database.prepare("SELECT url FROM retries WHERE attempts = 0 ORDER BY url");
  if (!reread_rows) return forward(reread_rows.error());
  RowsByUrl retries(std::move(*retry_rows)), rereads(std::move(*reread_rows));
  Offence unknown, unfetched, pageless, ruleless, stray_retries, stray_rereads;
  ok = for_each(pass.database, "SELECT id, state, reason, status, rule FROM urls ORDER BY id",
                [&](const Statement& row) -> Result<void> {
                  const std::int64_t id = row.integer(0);
                  const auto state = parse_url_state(row.text(1));
                  if (!state || !count_url(counts, *state, row.text(2))) {
                    unknown.add(id);
                    return {};
                  }
                  if (*state == UrlState::pending) {
                    auto found = retries.contains(id, stray_retries);
                    if (!found) return forward(found.error());
                    return {};
                  }
                  if (*state == UrlState::filtered) {
                    const auto rule = row.is_null(4) ? rules.end() : rules.find(row.integer(4));
                    if (rule != rules.end()) {
                      ++rule->second.urls;
                    } else if (needs_rule(row.text(2)) && id > pass.urls_without_rule) {
                      ruleless.add(id);
                    }
                    return {};
                  }
                  if (!pass.fetched.contains(id)) unfetched.add(id);
                  if (*state == UrlState::done) {
                    auto found = rereads.contains(id, stray_rereads);
                    if (!found) return forward(found.error());
                  }
                  const auto status = static_cast<int>(row.integer(3));
                  if (status != 0) ++counts.status[status];
                  if (*state != UrlState::done || status < 200 || status > 299) return {};
                  if (!pass.pages.erase(id)) pageless.add(id);
                  return {};
                });
  pass.pages.for_each([&](std::int64_t url) { pass.stray_pages.add(url); });
  if (ok) ok = retries.finish(stray_retries);
  if (ok) ok = rereads.finish(stray_rereads);
  if (!ok) return ok;
  for (auto& [id, rule] : rules) {
    if (rule.urls > 0) counts.rules.push_back(std::move(rule));
  }
  std::ranges::sort(counts.rules, [](const auto& a, const auto& b) {
    return std::tie(b.urls, a.reason, a.rule) < std::tie(a.urls, b.reason, b.rule);
  });
  unknown.report("URL rows have an unknown state or reason", counts.mismatches);
  unfetched.report("done or failed URLs have no fetch row", counts.mismatches);
  pageless.report("URLs done with a 2xx have no page row", counts.mismatches);
  pass.stray_pages.report("page rows belong to no URL done with a 2xx", counts.mismatches);
  ruleless.report("filtered URLs have no row of their rule", counts.mismatches);
  stray_retries.report("retries are of URLs that are not pending", counts.mismatches);
  stray_rereads.report("URLs to be read as sitemaps are not done", counts.mismatches);
  return ok;
}

Result<void> count_items(Pass& pass) {
  Offence strays;
  auto ok =
      for_each(pass.database, "SELECT url, version FROM items", [&](const Statement& row) -> Result<void> {
        ++pass.counts.items;
        if (!pass.versions.had(row.integer(0), row.integer(1))) strays.add(row.integer(0));
        return {};
      });
  strays.report("items belong to no version of a page", pass.counts.mismatches);
  return ok;
}

template <class Key>
std::uint64_t total(const std::map<Key, std::uint64_t>& counts) {
  std::uint64_t sum = 0;
  for (const auto& [key, count] : counts) sum += count;
  return sum;
}

}  // namespace

std::uint64_t LedgerCounts::failed_total() const { return total(failed); }
std::uint64_t LedgerCounts::filtered_total() const { return total(filtered); }

Result<LedgerCounts> count_ledger(Database& database) {
  auto snapshot = Transaction::begin(database, Transaction::Kind::read);
  if (!snapshot) return forward(snapshot.error());
  LedgerCounts counts;
  const auto read = [&database](std::string_view sql) { return database.query_integer(sql); };
  const auto last_url = read("SELECT max(id) FROM urls");
  if (!last_url) return std::unexpected(last_url.error());
  if (*last_url < 0 || *last_url > std::int64_t{1} << 36) {
    return database.damaged(fmt::format("the row {} of urls cannot be", *last_url));
  }
  Pass pass{database, counts, UrlSet(*last_url), UrlSet(0), UrlSet(*last_url), {}, PageVersions(*last_url)};
  std::int64_t discovered = 0;
  std::int64_t hosts = 0;
  for (const auto& [sql, target] :
       {std::pair{fmt::format(fmt::runtime(kMeta), "discovered"), &discovered},
        {std::string("SELECT count(*) FROM hosts"), &hosts},
        {fmt::format(fmt::runtime(kMeta), "urls_without_rule"), &pass.urls_without_rule},
        {fmt::format(fmt::runtime(kMeta), "refresh_started"), &pass.refresh_started},
        {fmt::format(fmt::runtime(kMeta), "refresh_before"), &pass.refresh_before},
        {fmt::format(fmt::runtime(kMeta), "refresh_ended"), &pass.refresh_ended}}) {
    const auto value = read(sql);
    if (!value) return std::unexpected(value.error());
    *target = *value;
  }
  counts.discovered = static_cast<std::uint64_t>(discovered);
  counts.hosts = static_cast<std::uint64_t>(hosts);
  if (pass.refresh_started > 0) {
    pass.refreshed = UrlSet(*last_url);
    counts.refresh.emplace();
    for (int change = 0; change <= static_cast<int>(PageChange::kept); ++change) {
      counts.refresh->changes[static_cast<PageChange>(change)] = 0;
    }
  }
  auto ok =
      for_each(database, "SELECT url, version FROM dropped_pages", [&](const Statement& row) -> Result<void> {
        pass.versions.add(row.integer(0), row.integer(1));
        return {};
      });
  if (ok) ok = count_fetches(pass);
  if (ok) ok = count_pages(pass);
  if (ok) ok = count_urls(pass);
  if (ok) ok = count_items(pass);
  if (!ok) return forward(ok.error());

  const std::uint64_t sum = counts.done + counts.failed_total() + counts.filtered_total() + counts.pending;
  if (counts.discovered != sum) {
    counts.mismatches.insert(
        counts.mismatches.begin(),
        fmt::format("{} discovered, but {} done + {} failed + {} filtered + {} pending = {}",
                    counts.discovered, counts.done, counts.failed_total(), counts.filtered_total(),
                    counts.pending, sum));
  }
  return counts;
}

}  // namespace gossamer
