// Pages that are done and asked for again (--refresh). Such a URL stays done all the time; only what its
// answer changes is written.
#include "crawler/crawl.h"
#include "net/http/message.h"

namespace gossamer {
namespace {

bool is_gone(int status) { return status == 404 || status == 410; }

}  // namespace

// What is stored of the page goes into the request (RFC 9110 section 13.1).
Task<> Crawl::make_conditional(Visit& visit, Headers& headers) {
  auto stored = co_await run_in_executor(*executor_,
                                         [this, id = visit.entry.id] { return row_reader_->validators(id); });
  if (!stored) {
    stop_for(stored.error());
    co_return;
  }
  if (!*stored) co_return;
  visit.stored = std::move(**stored);
  if (!visit.stored->etag.empty()) headers.add("If-None-Match", visit.stored->etag);
  if (!visit.stored->last_modified.empty()) headers.add("If-Modified-Since", visit.stored->last_modified);
}

// unchanged: the answer says that the page is still what is stored. kept: the rest of its body is read
// neither now nor was it before, and what came with it says nothing new. nullopt: it is another page, or
// none.
std::optional<PageChange> Crawl::same_page(const Visit& visit) {
  if (visit.reread && !visit.page->sitemap) return PageChange::kept;
  if (visit.error || !visit.stored) return std::nullopt;
  if (visit.fetch.status == 304) return PageChange::unchanged;
  const PageValidators& stored = *visit.stored;
  if (!is_success(visit.fetch.status) || visit.page->response.body_complete != stored.body_complete) {
    return std::nullopt;
  }
  if (visit.digest.high != stored.digest_high || visit.digest.low != stored.digest_low) return std::nullopt;
  if (stored.body_complete) return PageChange::unchanged;
  const Headers& headers = visit.page->response.headers;
  const bool same = visit.fetch.status == stored.status && visit.fetch.content_type == stored.content_type &&
                    headers.get("etag").value_or(stored.etag) == stored.etag &&
                    headers.get("last-modified").value_or(stored.last_modified) == stored.last_modified;
  return same ? std::optional(PageChange::kept) : std::nullopt;
}

// The page is the same, but what stands for it may be new. A 304 need not repeat it (RFC 9111 section 4.3.4).
void Crawl::enter_validators(const Visit& visit, Outcome& outcome) {
  const Headers& headers = visit.page->response.headers;
  const bool repeated = visit.fetch.status != 304;
  const auto now = [&](const char* name, const std::string& before) {
    return std::string(headers.get(name).value_or(repeated ? std::string_view() : before));
  };
  ValidatorsRow row{.url = visit.entry.id,
                    .etag = now("etag", visit.stored->etag),
                    .last_modified = now("last-modified", visit.stored->last_modified)};
  if (row.etag == visit.stored->etag && row.last_modified == visit.stored->last_modified) return;
  outcome.validators.push_back(std::move(row));
}

// Whether the page has been named as a sitemap since it was asked for, and is asked again as one.
bool Crawl::is_overtaken(const Visit& visit) const {
  return registry_.is_sitemap_since(visit.entry) || registry_.state(visit.entry.id) != UrlTable::State::done;
}

// What a page that was asked for again as a sitemap is: one now, or one that has moved (false), or still a
// page, for all that is known, and has been read as that.
bool Crawl::enter_reread(Visit& visit, Outcome& outcome) {
  const bool came = !visit.filtered && !visit.error;
  const bool is_one = came && is_success(visit.fetch.status) && visit.page->sitemap;
  if (is_one || (came && is_redirect(visit.fetch.status))) {
    if (job_.refresh) visit.fetch.change = PageChange::changed;
    if (is_one) UrlRegistry::drop_page(visit.entry.id, outcome);
    return false;
  }
  if (came && !is_success(visit.fetch.status)) set_status_error(visit);
  visit.fetch.change = PageChange::kept;
  registry_.finish_done(visit.entry.id, outcome);
  return true;
}

// What a refresh found, if it is not a page that changed. False: it is one, or one that has moved.
bool Crawl::enter_refreshed(Visit& visit, Outcome& outcome) {
  if (visit.reread) return enter_reread(visit, outcome);
  if (visit.filtered) return true;  // it was not asked, and is due again in the next pass
  if (is_overtaken(visit)) {
    visit.fetch.change = PageChange::kept;
  } else if (const auto same = same_page(visit)) {
    visit.fetch.change = same;
    if (same == PageChange::unchanged) enter_validators(visit, outcome);
  } else if (!visit.error && is_gone(visit.fetch.status)) {
    visit.fetch.change = PageChange::gone;
    set_status_error(visit);
    registry_.finish_failed(visit.entry.id, ErrorClass::http_4xx, outcome);
  } else if (visit.error || visit.fetch.status >= 400 || visit.fetch.status == 304) {
    set_status_error(visit);
    visit.fetch.change = PageChange::kept;
  } else {
    visit.fetch.change = PageChange::changed;
    return false;
  }
  return true;
}

}  // namespace gossamer
