#include "storage/why.h"

#include <algorithm>
#include <fmt/format.h>
#include <functional>
#include <set>
#include <utility>

#include "storage/host_select.h"
#include "storage/sqlite.h"

namespace gossamer {
namespace {

using std::chrono::microseconds;

std::unexpected<Error> forward(Error& error) { return std::unexpected(std::move(error)); }

WallTime time_of(const Statement& row, int column) { return WallTime(microseconds(row.integer(column))); }

std::optional<microseconds> duration_of(const Statement& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return microseconds(row.integer(column));
}

template <class T>
std::optional<T> optional_of(const Statement& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return static_cast<T>(row.integer(column));
}

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return text;
}

class StoryReader {
 public:
  explicit StoryReader(Database& database) : database_(database) {}

  // One row for each match; `id` is bound to ?1.
  Result<void> each(std::string_view sql, std::int64_t id,
                    const std::function<Result<void>(Statement&)>& row) {
    auto rows = database_.prepare(sql);
    if (!rows) return forward(rows.error());
    rows->bind(1, id);
    while (true) {
      auto more = rows->step();
      if (!more) return forward(more.error());
      if (!*more) return {};
      if (auto ok = row(*rows); !ok) return ok;
    }
  }

  Result<std::optional<UrlFacts>> facts(UrlId id) {
    std::optional<UrlFacts> found;
    auto ok = each(
        "SELECT u.id, u.host, u.url, u.state, u.reason, u.status, u.depth, u.hops, u.via, u.parent, "
        "u.redirect_to,"
        " u.score, r.rule FROM urls u LEFT JOIN rules r ON r.id = u.rule WHERE u.id = ?1",
        static_cast<std::int64_t>(id), [&](Statement& row) -> Result<void> {
          found = UrlFacts{.id = id,
                           .host = static_cast<HostId>(row.integer(1)),
                           .url = std::string(row.text(2)),
                           .state = std::string(row.text(3)),
                           .reason = std::string(row.text(4)),
                           .status = static_cast<int>(row.integer(5)),
                           .depth = static_cast<int>(row.integer(6)),
                           .hops = static_cast<int>(row.integer(7)),
                           .via = std::string(row.text(8)),
                           .parent = optional_of<UrlId>(row, 9),
                           .redirect_to = optional_of<UrlId>(row, 10),
                           .score = optional_of<std::int64_t>(row, 11),
                           .rule = std::string(row.text(12))};
          return {};
        });
    if (!ok) return forward(ok.error());
    return found;
  }

  Result<std::string> url_of(UrlId id) {
    auto found = facts(id);
    if (!found) return forward(found.error());
    return *found ? (*found)->url : fmt::format("URL {}, which has no row", id);
  }

  // Follows `next` from `from` to its end, or until it comes back.
  Result<std::vector<UrlFacts>> chain(const UrlFacts& from, std::optional<UrlId> UrlFacts::* next) {
    std::vector<UrlFacts> chain;
    std::set<UrlId> seen{from.id};
    for (auto id = from.*next; id && seen.insert(*id).second;) {
      auto found = facts(*id);
      if (!found) return forward(found.error());
      if (!*found) break;
      id = (**found).*next;
      chain.push_back(std::move(**found));
    }
    return chain;
  }

  // `which`: WHERE and ORDER BY, with `id` as ?1.
  Result<std::vector<AttemptFacts>> attempts(std::string_view which, std::int64_t id) {
    std::vector<AttemptFacts> attempts;
    auto ok =
        each(fmt::format("SELECT id, attempt, started_at, duration, status, error, phase, message, address,"
                         " content_type, wire_bytes, rest, change, retry_after FROM fetches {}",
                         which),
             id, [&](Statement& row) -> Result<void> {
               attempts.push_back({.id = static_cast<std::uint64_t>(row.integer(0)),
                                   .attempt = static_cast<int>(row.integer(1)),
                                   .started_at = time_of(row, 2),
                                   .duration = microseconds(row.integer(3)),
                                   .status = static_cast<int>(row.integer(4)),
                                   .error = std::string(row.text(5)),
                                   .phase = std::string(row.text(6)),
                                   .message = std::string(row.text(7)),
                                   .address = std::string(row.text(8)),
                                   .content_type = std::string(row.text(9)),
                                   .bytes = static_cast<std::uint64_t>(row.integer(10)),
                                   .rest = duration_of(row, 11),
                                   .change = std::string(row.text(12)),
                                   .retry_after = duration_of(row, 13)});
               return {};
             });
    if (!ok) return forward(ok.error());
    return attempts;
  }

  Result<void> attempts(UrlStory& story) {
    auto found = attempts("WHERE url = ?1 AND kind = 'page' ORDER BY id", id(story));
    if (!found) return forward(found.error());
    story.attempts = std::move(*found);
    return {};
  }

  Result<void> robots_attempts(UrlStory& story) {
    auto found = attempts("WHERE host = ?1 AND kind = 'robots' ORDER BY id DESC LIMIT 10", story.url.host);
    if (!found) return forward(found.error());
    if (found->empty()) return {};
    const AttemptFacts& last = found->front();
    const bool unreadable = !last.error.empty() || last.status >= 500 || last.status == 429;
    if (unreadable) story.robots_attempts.assign(found->rbegin(), found->rend());
    return each("SELECT min(started_at) FROM fetches WHERE host = ?1 AND kind = 'robots'", story.url.host,
                [&](Statement& row) -> Result<void> {
                  story.robots_first_asked = time_of(row, 0);
                  return {};
                });
  }

  // What budgets of pages are counted by.
  Result<void> pages(UrlStory& story) {
    if (story.url.state != "pending") return {};
    auto ok = each("SELECT count(*) FROM pages WHERE ?1 IS NOT NULL", 0, [&](Statement& row) -> Result<void> {
      story.pages = static_cast<std::uint64_t>(row.integer(0));
      return {};
    });
    if (!ok) return ok;
    return each("SELECT count(*) FROM pages p JOIN urls u ON u.id = p.url WHERE u.host = ?1", story.url.host,
                [&](Statement& row) -> Result<void> {
                  story.host_pages = static_cast<std::uint64_t>(row.integer(0));
                  return {};
                });
  }

  Result<void> page(UrlStory& story) {
    auto ok = each(
        "SELECT fetched_at, content_type, title, canonical, digest, etag, last_modified, body_bytes,"
        " body_complete, version, links, twin_of FROM pages WHERE url = ?1",
        id(story), [&](Statement& row) -> Result<void> {
          story.page = PageFacts{.fetched_at = time_of(row, 0),
                                 .content_type = std::string(row.text(1)),
                                 .title = std::string(row.text(2)),
                                 .canonical = std::string(row.text(3)),
                                 .digest = row.integer(8) != 0 ? hex(row.blob(4)) : "",
                                 .etag = std::string(row.text(5)),
                                 .last_modified = std::string(row.text(6)),
                                 .bytes = static_cast<std::uint64_t>(row.integer(7)),
                                 .complete = row.integer(8) != 0,
                                 .version = static_cast<std::uint64_t>(row.integer(9)),
                                 .links = static_cast<std::uint64_t>(row.integer(10)),
                                 .twin_of = optional_of<UrlId>(row, 11)};
          return {};
        });
    if (!ok || !story.page) return ok;
    if (story.page->twin_of) {
      auto url = url_of(*story.page->twin_of);
      if (!url) return forward(url.error());
      story.twin_of = std::move(*url);
    }
    return sample("SELECT url FROM pages WHERE twin_of = ?1", id(story), story.twins);
  }

  Result<void> retry(UrlStory& story) {
    return each("SELECT attempts, not_before FROM retries WHERE url = ?1", id(story),
                [&](Statement& row) -> Result<void> {
                  story.tries = static_cast<std::uint64_t>(row.integer(0));
                  story.reread = story.tries == 0;
                  if (!row.is_null(1)) story.not_before = time_of(row, 1);
                  return {};
                });
  }

  Result<void> host(UrlStory& story) {
    return each(fmt::format("{} WHERE id = ?1", kSelectHosts), story.url.host,
                [&](Statement& row) -> Result<void> {
                  story.host = read_host(row);
                  return {};
                });
  }

  Result<void> links(UrlStory& story) {
    return each("SELECT from_url, tag, text, nofollow FROM links WHERE to_url = ?1", id(story),
                [&](Statement& row) -> Result<void> {
                  if (story.links.count++ >= story.links.kKept) return {};
                  auto from = url_of(static_cast<UrlId>(row.integer(0)));
                  if (!from) return forward(from.error());
                  story.links.first.push_back({.from = std::move(*from),
                                               .tag = std::string(row.text(1)),
                                               .text = std::string(row.text(2)),
                                               .nofollow = row.integer(3) != 0});
                  return {};
                });
  }

  Result<void> sample(std::string_view ids, std::int64_t id, Sample<std::string>& sample) {
    return each(ids, id, [&](Statement& row) -> Result<void> {
      if (sample.count++ >= sample.kKept) return {};
      auto url = url_of(static_cast<UrlId>(row.integer(0)));
      if (!url) return forward(url.error());
      sample.first.push_back(std::move(*url));
      return {};
    });
  }

  Result<UrlStory> story(UrlId found) {
    UrlStory story;
    auto url = facts(found);
    if (!url) return forward(url.error());
    story.url = std::move(**url);
    auto parents = chain(story.url, &UrlFacts::parent);
    if (!parents) return forward(parents.error());
    story.parents = std::move(*parents);
    auto redirects = chain(story.url, &UrlFacts::redirect_to);
    if (!redirects) return forward(redirects.error());
    story.redirects = std::move(*redirects);
    if (auto ok = attempts(story); !ok) return forward(ok.error());
    for (auto part : {&StoryReader::robots_attempts, &StoryReader::page, &StoryReader::pages,
                      &StoryReader::retry, &StoryReader::host, &StoryReader::links}) {
      if (auto ok = (this->*part)(story); !ok) return forward(ok.error());
    }
    if (auto ok = sample("SELECT id FROM urls WHERE redirect_to = ?1", id(story), story.redirected_from); !ok)
      return forward(ok.error());
    return story;
  }

 private:
  static std::int64_t id(const UrlStory& story) { return static_cast<std::int64_t>(story.url.id); }

  Database& database_;
};

}  // namespace

Result<FoundUrl> find_url(Database& database, std::string_view canonical,
                          const std::vector<std::string>& spellings) {
  auto snapshot = Transaction::begin(database, Transaction::Kind::read);
  if (!snapshot) return forward(snapshot.error());
  auto rows = database.prepare("SELECT id FROM urls WHERE url = ?1 LIMIT 1");
  if (!rows) return forward(rows.error());
  auto row = rows->bind(1, canonical).step();
  if (!row) return forward(row.error());
  FoundUrl found;
  if (*row) {
    auto story = StoryReader(database).story(static_cast<UrlId>(rows->integer(0)));
    if (!story) return forward(story.error());
    found.story = std::move(*story);
    return found;
  }
  if (spellings.empty()) return found;
  std::string marks;
  for (std::size_t i = 1; i <= spellings.size(); ++i) marks += fmt::format("{}?{}", i > 1 ? "," : "", i);
  auto similar = database.prepare(fmt::format("SELECT url FROM urls WHERE url IN ({})", marks));
  if (!similar) return forward(similar.error());
  for (std::size_t i = 0; i < spellings.size(); ++i) similar->bind(static_cast<int>(i) + 1, spellings[i]);
  while (true) {
    auto more = similar->step();
    if (!more) return forward(more.error());
    if (!*more) return found;
    found.similar.emplace_back(similar->text(0));
  }
}

}  // namespace gossamer
