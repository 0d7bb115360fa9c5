// Steps 5 to 7 of a page's way: the spider, links to URLs, and the whole outcome as one record.
#include <fmt/format.h>
#include <utility>

#include "crawler/crawl.h"
#include "net/http/fetch_following.h"
#include "net/http/message.h"
#include "plugins/document_base.h"
#include "plugins/sitemap/sitemap_type.h"

namespace gossamer {
namespace {

constexpr std::size_t kRowsOfPart = 4096;

std::unexpected<Error> spider_failed(std::string_view what) {
  return fail(ErrorClass::parse, Phase::parse, fmt::format("spider: {}", what));
}

}  // namespace

Task<> Crawl::finish_pages() {
  while (auto visit = co_await finish_queue_.receive()) co_await finish(std::move(*visit));
}

// Brings one URL to its end: everything its response says becomes one outcome.
Task<> Crawl::finish(Visit visit) {
  std::optional<Findings> findings;
  visit.flight.enter(CrawlPhase::spider, loop_->now());
  if (!visit.error && visit.page && is_success(visit.fetch.status) && !same_page(visit)) {
    auto read = co_await read_unless_stopped(visit);
    if (!read) co_return;  // given up while a spider waited: the URL stays pending
    if (*read) {
      findings = std::move(**read);
    } else {
      visit.error = std::move(read->error());
    }
  }
  if (findings) co_await warm(visit.links);
  visit.flight.enter(CrawlPhase::commit, loop_->now());
  Permit permit = co_await commit_permits_.acquire();
  co_await room_to_write();
  Outcome outcome;
  const UrlId id = visit.entry.id;
  if (visit.entry.refresh && enter_refreshed(visit, outcome)) {
    // The page stays, or is gone.
  } else if (visit.filtered) {
    visit.filtered == FilterReason::pattern ? registry_.finish_dropped(id, visit.entry.url, outcome)
                                            : registry_.finish_filtered(id, *visit.filtered, outcome);
  } else if (findings) {
    co_await enter_page(visit, *findings, outcome);
  } else if (!visit.error && is_redirect(visit.fetch.status)) {
    enter_redirect(visit, outcome);
  } else if (!visit.error && visit.fetch.status >= 300 && visit.fetch.status < 400) {
    registry_.finish_done(id, outcome);  // 304, or a choice without a target
  } else {
    set_status_error(visit);
    registry_.finish_failed(id, ledger_class(*visit.error), outcome);
  }
  if (visit.error && visit.entry.depth == 0 && !visit.entry.sitemap && seed_error_.empty()) {
    seed_error_ = fmt::format("{}: {}", visit.entry.url, visit.error->message);
  }
  if (!visit.filtered) add_fetch(visit, outcome);
  if (!visit.entry.refresh && !visit.filtered && !visit.again && registry_.is_sitemap_since(visit.entry)) {
    ask_as_sitemap(visit, outcome);
  }
  submit(std::move(outcome), {.permit = std::move(permit), .memory = std::move(visit.memory)});
  settle(visit.entry);
}

// An answer that is no page is an error, if none came before it.
void Crawl::set_status_error(Visit& visit) {
  if (visit.error) return;
  visit.error = Error{visit.fetch.status >= 500 ? ErrorClass::http_5xx : ErrorClass::http_4xx, Phase::headers,
                      fmt::format("the server answered {}", visit.fetch.status)};
}

// Has what the disk knows of the links ready, so that entering them does not wait for it.
Task<> Crawl::warm(const FoundLinks& links) {
  std::vector<SeenSet::Hash> hashes;
  hashes.reserve(links.links.size());
  for (const FoundLinks::Link& link : links.links) hashes.push_back(link.hash);
  auto lookup = registry_.look_up(hashes);
  if (lookup) registry_.warm(co_await run_in_executor(*executor_, std::move(*lookup)));
}

// nullopt: stop() came while the page was in a spider's hands, which may have seen its waits cancelled.
Task<std::optional<Result<Crawl::Findings>>> Crawl::read_unless_stopped(Visit& visit) {
  if (!spider_ || visit.page->sitemap)
    co_return Findings{.requests = {}, .items = std::move(visit.page->parsed.items)};
  CancelScope scope(co_await current_task());
  pages_in_hand_.insert(&scope);
  struct PutDown {
    std::set<CancelScope*>& pages;
    CancelScope* scope;
    ~PutDown() { pages.erase(scope); }
  } put_down{pages_in_hand_, &scope};
  if (stopping_) scope.cancel();
  try {
    auto read = co_await show_to_spider(visit.page, visit.memory);
    if (!scope.cancelled()) co_return read;
  } catch (const Cancelled&) {
    if (!scope.owns_cancellation()) throw;
  }
  co_return std::nullopt;
}

// Errors: parse, of the spider; the page then keeps nothing.
Task<Result<Crawl::Findings>> Crawl::show_to_spider(std::shared_ptr<PageData> page, PageHolds& holds) {
  Findings findings{
      .requests = {}, .items = std::move(page->parsed.items), .follow_links = spider_->follows_links()};
  if (page->response.body.size() > kLargeDocument) {
    co_await run_in_executor(*executor_, [&page] { page->build_tree(); });
  }
  const TaskContext& task = co_await current_task();
  std::size_t bytes = 0;
  try {
    auto outputs = spider_->parse(Page(page, this));
    while (auto output = co_await outputs.next()) {
      if (auto* const item = std::get_if<Item>(&*output)) {
        findings.items.push_back(item->to_json());
        bytes += findings.items.back().size();
      } else {
        findings.requests.push_back(std::get<Request>(std::move(*output)));
        bytes += findings.requests.back().url.size();
      }
      bytes += sizeof(std::string);
      if (bytes > outputs_.size()) {
        co_return spider_failed(fmt::format(
            "yielded more than {} bytes for one page; a larger --memory allows more", outputs_.size()));
      }
      if (bytes > kFewItems && !holds.outputs) holds.outputs = co_await outputs_.take(outputs_.size());
    }
  } catch (const Cancelled&) {
    if (task.cancel_pending) throw;
    co_return spider_failed("threw Cancelled, though nobody cancelled it");
  } catch (const std::exception& error) {
    co_return spider_failed(error.what());
  } catch (...) {
    co_return spider_failed("threw something that is no std::exception");
  }
  if (holds.outputs) holds.outputs->shrink(bytes);
  co_return findings;
}

Task<> Crawl::enter_page(Visit& visit, Findings& findings, Outcome& outcome) {
  const PageData& page = *visit.page;
  // In the first part, if the page comes in several.
  if (visit.entry.refresh) outcome.drop_links_of = visit.entry.id;
  PageRow row{.url = visit.entry.id,
              .status = page.response.status,
              .content_type = visit.fetch.content_type,
              .encoding = std::string(page.parsed.encoding),
              .title = std::string(page.parsed.title),
              .language = std::string(page.parsed.language),
              .canonical = {},
              .noindex = page.parsed.robots.noindex,
              .body_bytes = page.body_bytes,
              .digest_high = visit.digest.high,
              .digest_low = visit.digest.low,
              .body_complete = page.response.body_complete,
              .body = std::nullopt,
              .etag = std::string(page.response.headers.get("etag").value_or("")),
              .last_modified = std::string(page.response.headers.get("last-modified").value_or("")),
              .version = visit.stored   ? visit.stored->version + 1
                         : visit.reread ? 2u  // or more: of a page that was dropped
                                        : 1u,
              .simhash = visit.simhash};
  if (page.response.body_complete && page.body_bytes > 0) {
    row.twin_of =
        job_.twins->twin_of(row.url, visit.entry.host, row.digest_high, row.digest_low, row.simhash);
  }
  if (visit.entry.depth == 0 && visit.entry.hops > 0 && !visit.entry.sitemap) {
    registry_.add_seed_host(page.url, visit.entry.host, outcome);
    enter_sitemaps(visit.entry.host, outcome);
  }
  const UrlRegistry::Referrer from{visit.entry.id, visit.entry.depth, visit.entry.hops,
                                   twins_of_links(visit.entry.twins, row.twin_of.has_value())};
  if (auto entered = co_await enter_links(visit, findings.follow_links, from, outcome, row); !entered) {
    // Nothing is kept of the page but that its first links were discovered: they are of the ledger by now.
    visit.error = std::move(entered.error());
    outcome.drop_links_of = visit.entry.id;
    registry_.finish_failed(visit.entry.id, ErrorClass::parse, outcome);
    co_return;
  }
  co_await enter_requests(visit, findings.requests, from, outcome, row);
  if (!page.parsed.canonical.empty()) {
    const auto canonical = DocumentBase(page.parsed, page.url).resolve(page.parsed.canonical);
    if (canonical) row.canonical = canonical->href();
  }
  registry_.finish_done(visit.entry.id, outcome);
  // For a later run that wants sitemaps.
  if (visit.entry.depth == 0 && job_.options.no_sitemaps && !page.is_parsed &&
      may_hold_sitemap(visit.fetch.content_type)) {
    outcome.retries.push_back({.url = visit.entry.id});
  }
  const bool is_whole = page.response.body_complete && page.response.body.size() == page.body_bytes;
  if (job_.options.store_bodies && is_whole) {
    if (visit.page.use_count() == 1) {
      row.body = std::move(visit.page->response.body);
    } else {
      row.body = page.response.body;  // a spider has kept the page: its views must go on living
    }
  }
  outcome.page = std::move(row);
  outcome.items = std::move(findings.items);
  outcome.item_url = visit.entry.id;
  if (visit.entry.refresh) co_return;
  ++pages_;
  if (job_.refresh) visit.fetch.change = PageChange::added;
}

// What a page brings is one outcome; of very many links it is handed over in parts, which the writer commits
// together. Errors: of a parser.
Task<Result<>> Crawl::enter_links(Visit& visit, bool follow, UrlRegistry::Referrer from, Outcome& outcome,
                                  PageRow& row) {
  FoundLinks found = std::move(visit.links);
  std::optional<FurtherLinks> further;
  std::optional<Permit> permit;
  while (true) {
    row.links += found.count;
    row.other_links += found.others;
    for (std::size_t i = 0;
         follow && (i = enter_piece(visit, found, i, from, outcome)) < found.links.size();) {
      co_await hand_over_part(visit.entry.id, outcome);
    }
    if (further) visit.page->parsed.damage = further->damage();
    if (found.last) co_return Result<>{};
    // From here to the next piece it suspends, and nothing entered may wait for that.
    co_await hand_over_part(visit.entry.id, outcome);
    if (!further) {
      permit = co_await many_links_.acquire();
      further.emplace(*visit.page, found.end, find_options(), registry_.seen());
    }
    auto next = co_await run_in_executor(*executor_, [&further] { return further->next(); });
    if (!next) {
      throw_if_scratch_failed(next.error());
      co_return std::unexpected(std::move(next.error()));
    }
    found = std::move(*next);
    if (follow) co_await warm(found);
  }
}

// Enters the links from number `i` on, as many as make a part; gives the number of the first that is left.
std::size_t Crawl::enter_piece(const Visit& visit, const FoundLinks& found, std::size_t i,
                               const UrlRegistry::Referrer& from, Outcome& outcome) {
  constexpr std::size_t kAhead = 16;
  constexpr std::size_t kKnownAhead = 8;
  for (; i < found.links.size(); ++i) {
    if (outcome.urls.size() + outcome.links.size() >= kRowsOfPart) break;
    if (i + kAhead < found.links.size()) registry_.prefetch(found.links[i + kAhead].hash);
    if (i + kKnownAhead < found.links.size()) registry_.prefetch_known(found.links[i + kKnownAhead].hash);
    const FoundLinks::Link& link = found.links[i];
    const UrlRegistry::CanonicalUrl url{found.url(i), link.hash};
    const Via via = link.tag == LinkTag::url ? Via::sitemap : Via::link;
    const UrlId to = link.tag == LinkTag::sitemap
                         ? registry_.enter_sitemap(url, from, visit.entry.url, outcome)
                         : registry_.enter_link(url, from, link.nofollow, via, outcome);
    if (!job_.options.store_links) continue;
    outcome.links.push_back({.from = from.id,
                             .to = to,
                             .tag = std::string(to_string(link.tag)),
                             .text = std::string(found.link_text(i)),
                             .nofollow = link.nofollow});
  }
  return i;
}

Task<> Crawl::enter_requests(const Visit& visit, const std::vector<Request>& requests,
                             UrlRegistry::Referrer from, Outcome& outcome, PageRow& row) {
  if (requests.empty()) co_return;
  const DocumentBase base(visit.page->parsed, visit.page->url);
  for (const Request& request : requests) {
    if (outcome.urls.size() >= kRowsOfPart) co_await hand_over_part(from.id, outcome);
    const auto url = base.resolve(request.url);
    if (url && url->is_http()) {
      registry_.enter_link(registry_.canonical(*url), from, false, Via::spider, outcome, request.score);
    } else {
      ++row.other_links;
    }
  }
}

Task<> Crawl::hand_over_part(UrlId page, Outcome& outcome) {
  outcome.partial = true;
  outcome.part_of = page;
  submit(std::exchange(outcome, {}), Held{});
  outcome.part_of = page;
  co_await room_to_write();
}

// It was asked for as a page, and has been named as a sitemap since: it ends as what it is, and is asked for
// again, perhaps pending by the last part of the same outcome.
void Crawl::ask_as_sitemap(const Visit& visit, Outcome& outcome) {
  outcome.partial = true;
  outcome.part_of = visit.entry.id;
  submit(std::exchange(outcome, {}), Held{});
  outcome.part_of = visit.entry.id;
  registry_.ask_as_sitemap(visit.entry, outcome);
}

void Crawl::enter_redirect(Visit& visit, Outcome& outcome) {
  const auto failed = [&](std::string message) {
    visit.error = Error{ErrorClass::redirect, Phase::headers, std::move(message)};
    registry_.finish_failed(visit.entry.id, ErrorClass::redirect, outcome);
  };
  const auto location = visit.page->response.headers.get("location");
  if (!location) return failed(fmt::format("{} without a Location", visit.fetch.status));
  if (visit.entry.hops >= kMaxRedirects) return failed(fmt::format("more than {} redirects", kMaxRedirects));
  const auto target = location_url(*location, visit.page->url);
  if (!target) return failed(fmt::format("Location is no URL: {}", target.error().message));
  if (!target->is_http()) return failed(fmt::format("redirected to {}, not an http URL", target->href()));
  const UrlRegistry::Referrer from{visit.entry.id, visit.entry.depth, visit.entry.hops, visit.entry.twins,
                                   visit.entry.sitemap};
  const UrlId id = registry_.enter_redirect(*target, from, outcome);
  const std::string url(registry_.canonical(*target).text);
  const auto redirected = registry_.finish_redirect(
      visit.entry,
      {.target = id, .target_url = url, .cookies = visit.asked_with, .target_cookies = cookies_hash(*target)},
      outcome);
  visit.again = redirected == UrlRegistry::Redirected::again && id == visit.entry.id;
  if (visit.again) visit.fetch.change.reset();
  if (redirected == UrlRegistry::Redirected::loop) {
    visit.error = Error{ErrorClass::redirect, Phase::headers,
                        fmt::format("redirect loop: {} leads back here", target->href())};
  }
}

}  // namespace gossamer
