#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/canonical_rules.h"
#include "crawler/crawl_order.h"
#include "crawler/crawl_scope.h"
#include "crawler/frontier.h"
#include "crawler/known_hosts.h"
#include "crawler/rule_table.h"
#include "crawler/seen_set.h"
#include "crawler/url_table.h"
#include "net/http/url.h"
#include "net/io/address.h"
#include "storage/rows.h"

namespace gossamer {

// Where URLs stand, as far as the outcomes handed to the writer say: the ledger while the crawl runs.
struct UrlCounts {
  std::uint64_t discovered = 0;
  std::uint64_t pending = 0;  // in flight included
  std::uint64_t done = 0;
  std::uint64_t failed = 0;
  std::uint64_t filtered = 0;
  std::uint64_t& of(UrlState state);
  bool operator==(const UrlCounts&) const = default;
};

// Every URL and host the job knows: steps 6 and 7 of a page's way. A link passes the crawl scope and the seen
// set; a new URL gets the next id, a row in the page's outcome, and, if it may be fetched, a place in the
// frontier. What is written into an outcome must be submitted in the order it was written: no suspension
// between the first call for an outcome and its submission. Belongs to the crawl loop.
class UrlRegistry {
 public:
  UrlRegistry(const UrlRegistry&) = delete;
  UrlRegistry& operator=(const UrlRegistry&) = delete;

  struct Options {
    CrawlOrder order = CrawlOrder::breadth;
    SeenSet::Options seen{};
    UrlTable::Options table{};
    CanonicalRules canonical{};
  };
  UrlRegistry(CrawlScope scope, const SeenSet::Secret& secret, Frontier& frontier, const Options& options);

  // Resume: crawler/url_registry_restore.h.
  class Restore;

  // A link, redirect or request as it was found: `from` is the page it stands on.
  struct Referrer {
    UrlId id = 0;
    std::uint16_t depth = 0;
    std::uint8_t hops = 0;
    std::uint32_t twins = 0;  // of its links: see twins_of_links()
    bool sitemap = false;     // it is named as a sitemap: so is what it redirects to
  };

  // The id of the URL, new or known. A URL that is new, or of which this is a better link, goes into
  // `outcome`.
  struct CanonicalUrl {
    std::string_view text;
    SeenSet::Hash hash;  // of the text, by seen()
  };
  // `sitemap`: of --sitemap. A known URL, which came by a link and was not read as one, is asked again.
  UrlId enter_seed(const Url& url, Outcome& outcome, bool sitemap = false);
  // `score`: of a spider, for the order `best`; counts when the URL is new.
  UrlId enter_link(const CanonicalUrl& url, const Referrer& from, bool nofollow, Via via, Outcome& outcome,
                   std::optional<std::int32_t> score = std::nullopt);
  // A sitemap stands at depth 0 wherever it is named. Those that the robots.txt of a host in the scope names
  // are not judged by the scope, and one that an index names only if it is of another host name than the
  // index.
  void enter_sitemaps(HostId host, std::span<const std::string> lines, Outcome& outcome);
  UrlId enter_sitemap(const CanonicalUrl& url, const Referrer& index, std::string_view index_url,
                      Outcome& outcome);
  UrlId enter_redirect(const Url& target, const Referrer& from, Outcome& outcome);

  // The end of a URL that was in flight, or is done and was asked again: what is no longer done loses its
  // page, and so does what has moved.
  void finish_done(UrlId id, Outcome& outcome);
  void finish_failed(UrlId id, ErrorClass failure, Outcome& outcome);
  void finish_filtered(UrlId id, FilterReason reason, Outcome& outcome);
  // A redirect makes it done with redirect_to. If that closes a loop, its target was asked before: when it
  // would be asked with other cookies now (hashes, 0: none), it is asked again; else every URL of the loop is
  // failed(redirect).
  struct Redirect {
    UrlId target = 0;
    std::string_view target_url;       // canonical
    std::uint32_t cookies = 0;         // that the URL itself was asked with
    std::uint32_t target_cookies = 0;  // that its target would be asked with now
  };
  enum class Redirected : std::uint8_t { done, again, loop };
  Redirected finish_redirect(const Frontier::Entry& from, const Redirect& redirect, Outcome& outcome);

  // `ctl drop PATTERN`: from now on such URLs are refused when they are entered, and those that wait already
  // are to be brought to finish_dropped(): by the caller, for it takes a search of the database, or when the
  // frontier gives them out. The rule goes into `outcome`. Errors: invalid_input.
  Result<> drop(std::string_view pattern, Outcome& outcome);
  // Whether a URL that the frontier gave out was dropped since it was entered.
  bool is_dropped(std::string_view canonical) const { return scope_.refuses_dropped(canonical).has_value(); }
  // It need not have been given out; must be pending, and dropped.
  void finish_dropped(UrlId id, std::string_view canonical, Outcome& outcome);

  // Whether a seed that was entered has made the scope larger.
  bool scope_grew() const { return scope_grew_; }

  // Takes the neighbourhood of a URL to which a seed finally redirected, and which gave a page, into the
  // scope.
  void add_seed_host(const Url& url, HostId host, Outcome& outcome);

  // The frontier gave it out; whether it has been named as a sitemap meanwhile goes into `entry`.
  void begin(Frontier::Entry& entry);
  // After begin(): back into the frontier, not to be given out before `not_before`.
  void put_back(const Frontier::Entry& entry, TimePoint not_before);
  // Whether it has been named as a sitemap since begin(), or before, if it was not told by that.
  bool is_sitemap_since(const Frontier::Entry& entry) const;
  // Such a URL, which is done or failed now, is asked for once more, to be read as one.
  void ask_as_sitemap(Frontier::Entry entry, Outcome& outcome);
  // Whether it is done, with a page, and asked for again to be read as a sitemap.
  bool is_reread(UrlId id) const { return table_.get(id).reread; }
  // The row and the links of its page go: another follows in the same outcome.
  static void drop_page(UrlId id, Outcome& outcome);
  // Done URLs that are asked for again, in the frontier or in flight. One has been.
  std::uint64_t refreshes() const { return refreshes_; }
  void end_refresh() { --refreshes_; }

  // The spelling of a URL under the job's rules, and its hash; valid until the next call.
  CanonicalUrl canonical(const Url& url);

  UrlTable::State state(UrlId id) const { return table_.get(id).state; }
  const SeenSet& seen() const { return seen_; }
  // Both ahead of enter_link(), so that the cache misses of a page's links overlap: the hash first, and when
  // that has arrived, what is known of the URL.
  void prefetch(SeenSet::Hash link) const { seen_.prefetch(link); }
  void prefetch_known(SeenSet::Hash link) const {
    if (const auto id = seen_.find_in_memory(link)) table_.prefetch(*id);
  }
  // Before the links of a page are entered: what the disk must be asked for them, on another thread, so that
  // entering them does not wait for it. nullopt: nothing.
  std::optional<SeenSet::Lookup> look_up(std::span<const SeenSet::Hash> links) { return seen_.lookup(links); }
  void warm(const SeenSet::LookupAnswers& answers) { seen_.warm(answers); }
  std::size_t memory_bytes() const { return table_.memory_bytes() + hosts_.memory_bytes(); }
  // What keeps the scratch files from being used; the memory then grows beyond its bound.
  std::optional<Error> trouble() const { return seen_.trouble() ? seen_.trouble() : table_.trouble(); }
  const UrlCounts& counts() const { return counts_; }
  const KnownHosts::Host& host(HostId id) const { return hosts_[id]; }
  void set_address(HostId id, const IpAddress& address) { hosts_[id].address = address; }
  // Without what is stored of its robots file.
  HostRow host_row(HostId id) const;
  std::size_t host_count() const { return hosts_.size(); }
  std::optional<HostId> find_host(std::string_view canonical) const;
  // Whether some URLs of the host may be in the scope.
  bool in_scope(HostId host) const { return scope_.has_host(hosts_[host].origin); }
  // The host of a URL, new ones entered into `outcome`.
  HostId host_of(std::string_view canonical, Outcome& outcome);

 private:
  struct Found {
    CanonicalUrl url;
    std::optional<UrlId> parent = std::nullopt;
    Via via;
    std::uint16_t depth = 0;
    std::uint8_t hops = 0;
    bool nofollow = false;
    bool seed = false;  // a seed or sitemap, or what one redirects to: not judged by the scope
    std::uint32_t twins = 0;
    std::optional<std::int32_t> score = std::nullopt;
    bool sitemap = false;  // named as one
  };
  static CrawlScope::Link link_of(const Found& found) {
    return {.depth = found.depth, .nofollow = found.nofollow, .seed = found.seed, .twins = found.twins};
  }
  Frontier::Entry entry_of(UrlId id, HostId host, const Found& found) const;
  UrlId enter(const Found& found, Outcome& outcome);
  void enter_new(UrlId id, const Found& found, Outcome& outcome);
  void enter_known(UrlId id, const Found& found, Outcome& outcome);
  void ask_again(UrlTable::Effect effect, UrlTable::State was, Frontier::Entry entry, Outcome& outcome);
  void finish(UrlId id, UrlState state, Outcome& outcome, UrlChange change);
  void ask_with_cookies(const Frontier::Entry& from, const Redirect& redirect, Outcome& outcome);
  void mark_seed_host(HostId host, Outcome& outcome);

  CrawlScope scope_;
  bool scope_grew_ = false;
  RuleTable rules_;
  Frontier& frontier_;
  CrawlOrder order_;
  CanonicalRules canonical_rules_;
  SeenSet seen_;
  UrlTable table_;
  UrlCounts counts_;
  std::uint64_t refreshes_ = 0;
  UrlId next_id_ = 1;
  KnownHosts hosts_;
  std::string canonical_;  // buffer of canonical()
};

}  // namespace gossamer
