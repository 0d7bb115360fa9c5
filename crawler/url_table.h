#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "crawler/paged_file.h"
#include "storage/rows.h"

namespace gossamer {

// What the crawl loop must know of every known URL without asking the database: 4 bytes a URL, indexed by id,
// and 14 bytes an id where there are redirects, in pages of which those used lately are in memory. It mirrors
// the rows that were handed to the writer. Belongs to the crawl loop.
class UrlTable {
 public:
  // `queued`, `in_flight` and `waiting` are pending on disk: in the frontier, given to a fetch, and given
  // back by one, for another attempt or before any.
  enum class State : std::uint8_t { unknown, queued, in_flight, waiting, done, failed, filtered };

  struct Known {
    State state = State::unknown;
    std::optional<FilterReason> reason;  // of a filtered URL
    std::uint16_t depth = 0;             // of the best link known
    std::uint8_t hops = 0;
    bool nofollow = false;  // so says every link known
    bool of_link = false;   // filtered(trap) for the link that led here (Trap::twins), not for the URL itself
    bool moved = false;     // done with a redirect: it has no page
    bool reread = false;    // done, and named as a sitemap since: to be asked for again, and read as one
    bool operator==(const Known&) const = default;
  };

  static State state_of(UrlState state);  // of a row that is not in flight

  using Options = PagedFile::Options;
  UrlTable() : UrlTable(Options{}) {}
  explicit UrlTable(Options options) : pages_(std::move(options)) {}

  // A URL that is new, or read back from the database. Ids need not come in order, but should be dense.
  void add(UrlId id, const Known& known);
  Known get(UrlId id) const;  // state unknown: never added
  void prefetch(UrlId id) const;

  // The id must have been added.
  void set_state(UrlId id, State state);  // any but filtered
  void set_moved(UrlId id);               // done
  void set_filtered(UrlId id, FilterReason reason);

  // What a further link to a known URL changes. `refusal` is the verdict on the link itself (nofollow,
  // depth, or trap for Trap::twins), for a seed, or what a seed redirects to, that of refuses_seed(). The
  // table is updated; the caller tells the database and the frontier.
  enum class Effect {
    none,
    promoted,  // was filtered(nofollow), filtered(depth) or filtered(trap) of a link, for a seed also
               // filtered(scope), filtered(pattern) or filtered(trap): now queued, with this link's depth and
               // hops
    improved,  // queued, now with a smaller (depth, hops): Frontier::improve()
    reason_depth,  // filtered(nofollow) before, now filtered(depth): a link would let it pass, were it not
                   // too deep
    relinked,  // its state is as before, but now it has a better link: of a filtered URL, by which it will be
               // judged if a resume lets it pass; of one in flight or waiting, which is a sitemap, see
               // name_sitemap()
    reread,    // stays done, with its page, until it has been read as a sitemap
    reopened,  // had failed or moved, and has no page: now queued as a sitemap
  };
  Effect further_link(UrlId id, std::uint16_t depth, std::uint8_t hops, std::optional<FilterReason> refusal,
                      bool seed = false);

  // The same of a URL that is named as a sitemap, which stands at depth 0: what came there by a link was not
  // read as one, and is asked for again; so is one in flight, when that is over: end_as_sitemap(). At depth
  // 0, where it is read as one if it is one, nothing changes.
  Effect name_sitemap(UrlId id, std::uint8_t hops, std::optional<FilterReason> refusal, bool seed);
  // Of a URL that is done or failed: Effect::reread or reopened.
  Effect end_as_sitemap(UrlId id);

  // Records that `from`, asked with `cookies` (a hash, 0: none, or not known), answered with a redirect to
  // `to`. If that closes a loop, the answer holds every URL on the loop, `from` first, and the redirect is
  // not recorded: what is recorded has no loops. Nor is a second redirect of the same URL, which was asked
  // again.
  std::vector<UrlId> add_redirect(UrlId from, UrlId to, std::uint32_t cookies = 0);
  // Opens the loop that the redirect would close: that of `to` is forgotten, and this one recorded.
  void turn_redirect(UrlId from, UrlId to, std::uint32_t cookies);
  // Those that a URL whose redirect is recorded was asked with.
  std::uint32_t redirect_cookies(UrlId from) const { return redirect(from).cookies; }

  std::size_t size() const { return size_; }
  std::size_t memory_bytes() const;

  // See PagedFile.
  const std::optional<Error>& trouble() const { return pages_.trouble(); }

 private:
  // A redirect of a URL: where it leads, and a URL that its redirects lead to, shortened whenever it is
  // followed (union-find), so that no chain a site can build makes this slow. 0: none.
  struct Redirect {
    UrlId to = 0;
    UrlId shortcut = 0;
    std::uint32_t cookies = 0;
  };

  // The page that has a URL's word, or its redirect; kNoPage: none has yet.
  static constexpr PagedFile::PageId kNoPage = UINT32_MAX;
  using Directory = std::vector<PagedFile::PageId>;
  PagedFile::PageId page_of(const Directory& directory, std::size_t index) const {
    return index < directory.size() ? directory[index] : kNoPage;
  }
  PagedFile::PageId make_page(Directory& directory, std::size_t index);

  std::uint32_t bits(UrlId id) const;  // throws std::out_of_range for an id that was never added
  void set_bits(UrlId id, std::uint32_t bits);
  Redirect redirect(UrlId from) const;
  void set_redirect(UrlId from, const Redirect& redirect);
  UrlId end_of(UrlId id);

  mutable PagedFile pages_;  // reading moves pages
  Directory words_;
  Directory redirects_;
  std::size_t size_ = 0;
};

}  // namespace gossamer
