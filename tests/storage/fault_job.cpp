#include "tests/storage/fault_job.h"

#include <algorithm>
#include <atomic>

namespace gossamer::testing {
namespace {

constexpr UrlId kSeeds = 8;
constexpr std::size_t kBatch = 3;

std::unexpected<Error> forward(Error& error) { return std::unexpected(std::move(error)); }

UrlRow found_url(UrlId id, UrlId parent) {
  UrlRow row = url_row(id);
  row.parent = parent;
  row.via = Via::link;
  row.depth = 1;
  return row;
}

Outcome retry_outcome(UrlId i) {
  Outcome outcome;
  outcome.fetches.push_back(fetch_row(i, 503));
  outcome.fetches.back().error = ErrorClass::http_5xx;
  outcome.retries.push_back({.url = i, .attempts = 1, .not_before = WallTime(std::chrono::microseconds(i))});
  return outcome;
}

Outcome redirect_outcome(UrlId i, UrlId& last_url) {
  Outcome outcome;
  outcome.changes.push_back(url_change(i, UrlState::done));
  outcome.changes.back().redirect_to = last_url + 1;
  outcome.fetches.push_back(fetch_row(i, 301));
  outcome.urls.push_back(found_url(++last_url, i));
  outcome.urls.back().via = Via::redirect;
  outcome.urls.back().hops = 1;
  return outcome;
}

Outcome gone_outcome(UrlId i) {
  Outcome outcome = failed_outcome(i, ErrorClass::http_4xx, 410);
  outcome.changes.back().drop_page = true;
  outcome.fetches.back().change = PageChange::gone;
  return outcome;
}

// Of the URL i; `step` only makes contents differ.
Outcome rich_page(UrlId i, UrlId step, UrlId& last_url) {
  Outcome page = page_outcome(i);
  page.page->body = std::string(step * 517 % 9000, static_cast<char>('a' + step % 26));
  for (std::uint32_t k = 0; k < 3; ++k) {
    page.urls.push_back(found_url(++last_url, i));
    page.links.push_back({.from = i, .to = last_url, .tag = "a", .text = "next", .nofollow = k == 2});
    page.items.push_back(fmt::format(R"({{"url":{},"part":{}}})", i, step + k));
  }
  page.urls.back().state = UrlState::filtered;
  page.urls.back().reason = FilterReason::pattern;
  page.urls.back().rule = static_cast<RuleId>(step);
  page.rules.push_back(
      {.id = static_cast<RuleId>(step), .reason = FilterReason::pattern, .rule = "--exclude x"});
  page.cookies.push_back({.domain = "example.test",
                          .name = fmt::format("c{}", step % 4),
                          .value = std::to_string(step),
                          .removed = step % 5 == 0});
  HostRow host;
  host.id = 1;
  host.origin = "http://example.test";
  host.seed = true;
  host.robots_fetched_at = WallTime(std::chrono::microseconds(step));
  host.robots_status = 200;
  host.robots_body = std::string(step * 37 % 700, '#');
  page.hosts.push_back(host);
  return page;
}

Outcome refreshed_page(UrlId i, UrlId step, UrlId& last_url) {
  Outcome page = rich_page(i, step, last_url);
  page.page->version = 2;
  page.fetches.back().change = PageChange::changed;
  return page;
}

// In six parts, which the writer gets one by one: one transaction.
std::vector<Outcome> page_in_parts(UrlId i, UrlId step, UrlId& last_url) {
  std::vector<Outcome> parts = {rich_page(i, step, last_url)};
  while (parts.size() < 6) {
    Outcome& part = parts.emplace_back();
    for (int k = 0; k < 4; ++k) part.urls.push_back(found_url(++last_url, i));
    part.items = {fmt::format(R"({{"url":{},"more":{}}})", i, parts.size())};
    part.item_url = i;
  }
  for (Outcome& part : parts) {
    part.part_of = i;
    part.partial = &part != &parts.back();
  }
  return parts;
}

// Each outcome has one fetch row.
std::vector<Outcome> make_outcome(std::size_t step, UrlId& last_url) {
  const UrlId i = step;
  switch (step % 9) {
    case 2:
      return {failed_outcome(i, ErrorClass::http_4xx, 404)};
    case 3:
      return {redirect_outcome(i, last_url)};
    case 4:
      return {retry_outcome(i)};
    case 5:
      return {rich_page(i - 1, step, last_url)};  // after the retry
    case 6:
      return {refreshed_page(i - 2, step, last_url)};
    case 7:
      return page_in_parts(i, step, last_url);
    case 8:
      return {gone_outcome(i - 4)};
    default:
      return {rich_page(i, step, last_url)};
  }
}

std::size_t committed_outcomes(CrawlDb& db) {
  return static_cast<std::size_t>(must(db.database().query_integer("SELECT count(*) FROM fetches")));
}

Result<CrawlDb> open_with_small_log(const std::string& path) {
  auto db = CrawlDb::open_for_crawl(path);
  if (!db) return db;
  // Checkpoints every few transactions, of both kinds.
  if (auto ok = db->database().execute("PRAGMA wal_autocheckpoint = 12"); !ok) return forward(ok.error());
  db->limit_wal({.bytes = 150'000, .patience = std::chrono::seconds(1)});
  return db;
}

Result<void> seed_job(CrawlDb& db) {
  auto transaction = db.begin_seeding();
  if (!transaction) return forward(transaction.error());
  HostRow host;
  host.id = 1;
  host.origin = "http://example.test";
  host.seed = true;
  if (auto ok = transaction->add(host); !ok) return ok;
  for (UrlId id = 1; id <= kSeeds; ++id) {
    if (auto ok = transaction->add(url_row(id)); !ok) return ok;
  }
  return transaction->commit();
}

}  // namespace

std::string dump(Database& database) {
  std::vector<std::string> tables;
  auto names = must(database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1"));
  while (must(names.step())) tables.emplace_back(names.text(0));
  std::string all;
  for (const std::string& table : tables) {
    std::string columns;
    auto info =
        must(database.prepare(fmt::format("SELECT name FROM pragma_table_info('{}') ORDER BY cid", table)));
    while (must(info.step()))
      columns += fmt::format("{}quote({})", columns.empty() ? "" : "||','||", info.text(0));
    auto rows = must(database.prepare(fmt::format(
        "SELECT {} FROM {}{} ORDER BY 1", columns, table,
        table == "meta" ? " WHERE key NOT LIKE 'items\\_%' ESCAPE '\\' AND key <> 'created_at'" : "")));
    while (must(rows.step())) (all += table) += fmt::format(" {}\n", rows.text(0));
  }
  return all;
}

FaultJob::FaultJob(std::size_t outcomes) {
  UrlId last_url = kSeeds;
  MemoryDir dir;
  auto db = must(CrawlDb::open_for_crawl(dir.file("crawl.db")));
  must(db.database().execute("PRAGMA synchronous = OFF"));
  must(seed_job(db));
  states_.push_back(dump(db.database()));
  lines_.emplace_back();
  for (std::size_t step = 1; step <= outcomes; ++step) {
    const auto parts = make_outcome(step, last_url);
    must(db.commit(parts));
    first_part_.push_back(parts_.size());
    parts_.insert(parts_.end(), parts.begin(), parts.end());
    states_.push_back(dump(db.database()));
    lines_.push_back(lines_.back());
    for (const Outcome& part : parts) {
      for (const std::string& item : part.items) lines_.back() += item + "\n";
    }
  }
  first_part_.push_back(parts_.size());
  must(db.check());
}

void FaultJob::take_note(std::uint64_t value, Progress& progress) {
  progress.seeded = true;
  progress.committed = std::max<std::size_t>(progress.committed, value);
}

Result<void> FaultJob::run(const std::string& folder, Progress& progress) const {
  for (const std::size_t until : {size() / 2, size()}) {
    if (auto ok = run_part(folder, until, progress); !ok) return ok;
  }
  return {};
}

Result<void> FaultJob::run_part(const std::string& folder, std::size_t until, Progress& progress) const {
  const auto tell = [&progress](std::uint64_t value) {
    take_note(value, progress);
    if (FaultDisk::active() != nullptr) FaultDisk::active()->note(value);
  };
  auto db = open_with_small_log(folder + "/crawl.db");
  if (!db) return forward(db.error());
  if (db->is_new()) {
    if (auto ok = seed_job(*db); !ok) return ok;
    tell(0);
  }
  if (auto ok = use_items_file(*db, folder + "/items.jsonl"); !ok) return ok;
  auto known = db->database().query_integer("SELECT count(*) FROM fetches");
  if (!known) return forward(known.error());
  const auto first = static_cast<std::size_t>(*known);
  tell(first);

  // Batches are the same in every run: the next parts come when the last ones have been written.
  std::atomic<std::size_t> written = 0;
  std::atomic<bool> refused = false;
  std::size_t told = first_part_[first];
  CrawlWriter writer(
      std::move(*db), {.max_batch = kBatch, .linger = std::chrono::hours(1)},
      [&](std::size_t count, const Result<void>& result) {
        told += count;
        if (!result) refused = true;
        if (result)
          tell(static_cast<std::size_t>(std::ranges::lower_bound(first_part_, told) - first_part_.begin()));
      },
      [&](std::size_t bytes) {
        written += bytes;
        written.notify_one();
      });
  std::size_t submitted = 0;
  std::size_t in_batch = 0;
  for (std::size_t i = first_part_[first]; i < first_part_[until] && !refused; ++i) {
    submitted += writer.submit(parts_[i]);
    if (++in_batch < kBatch && !parts_[i].partial) continue;  // a part is written at once
    in_batch = 0;
    for (std::size_t now = written; now < submitted; now = written) written.wait(now);
  }
  auto closed = writer.close();
  if (written != submitted) throw std::runtime_error("the writer has not told of every outcome");
  if (!closed) return forward(closed.error());
  return {};
}

std::string FaultJob::judge(const std::string& folder, const Progress& progress) const {
  const std::string path = folder + "/crawl.db";
  const std::string items = folder + "/items.jsonl";
  try {
    if (progress.seeded) must(must(CrawlDb::open_read_only(path)).check());
    auto db = must(CrawlDb::open_for_crawl(path));
    must(db.database().execute("PRAGMA synchronous = OFF"));
    if (db.is_new() && progress.seeded) return "the job is gone";
    if (db.is_new()) must(seed_job(db));
    if (must(db.database().query_integer("SELECT count(*) = 1 AND min(integrity_check) = 'ok' FROM "
                                         "pragma_integrity_check")) != 1) {
      return "integrity_check fails";
    }
    must(db.check());
    const std::size_t k = committed_outcomes(db);
    if (k < progress.committed) {
      return fmt::format("{} outcomes, but {} were told to be on disk", k, progress.committed);
    }
    if (k > size() || dump(db.database()) != states_[k])
      return fmt::format("not the state after {} outcomes", k);
    must(use_items_file(db, items));
    if (read_file(items) != lines_[k]) return fmt::format("not the items after {} outcomes", k);
    must(db.commit(std::span(parts_).subspan(first_part_[k])));
    if (dump(db.database()) != states_.back())
      return "the rest of the job has not the effects of an undisturbed one";
    if (read_file(items) != lines_.back())
      return "the rest of the job has not the items of an undisturbed one";
  } catch (const std::exception& error) {
    return error.what();
  }
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path() != path && entry.path() != items) return "left behind: " + entry.path().string();
  }
  return "";
}

}  // namespace gossamer::testing
