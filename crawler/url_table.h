#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "storage/rows.h"

namespace gossamer {

// What the crawl loop must know of every known URL without asking the database: 4 bytes a URL, indexed by id,
// in pages so that growing copies nothing. It mirrors the rows that were handed to the writer. Belongs to the
// crawl loop.
class UrlTable {
 public:
  // `queued` and `in_flight` are both pending on disk: waiting to be fetched, and given to a fetch (or
  // waiting to be retried).
  enum class State : std::uint8_t { unknown, queued, in_flight, done, failed, filtered };

  struct Known {
    State state = State::unknown;
    std::optional<FilterReason> reason;  // of a filtered URL
    std::uint16_t depth = 0;             // of the best link known
    std::uint8_t hops = 0;
    bool operator==(const Known&) const = default;
  };

  // A URL that is new, or read back from the database. Ids need not come in order, but should be dense.
  void add(UrlId id, const Known& known);
  Known get(UrlId id) const;  // state unknown: never added

  // The id must have been added.
  void set_state(UrlId id, State state);  // any but filtered
  void set_filtered(UrlId id, FilterReason reason);

  // What a further link to a known URL changes. `refusal` is the verdict on the link itself (nofollow,
  // depth); none for a seed, or what a seed redirects to, which is not judged by the scope. The table is
  // updated; the caller tells the database and the frontier.
  enum class Effect {
    none,
    promoted,      // was filtered(nofollow) or filtered(depth), for a seed also filtered(scope),
                   // filtered(pattern) or filtered(trap): now queued, with this link's depth and hops
    improved,      // queued, now with a smaller (depth, hops): Frontier::improve()
    reason_depth,  // filtered(nofollow) before, now filtered(depth): a link would let it pass, were it not
                   // too deep
  };
  Effect further_link(UrlId id, std::uint16_t depth, std::uint8_t hops, std::optional<FilterReason> refusal,
                      bool seed = false);

  // Records that `from`, which has not been recorded before, answered with a redirect to `to`. If that closes
  // a loop, the answer holds every URL on the loop, `from` first, and the redirect is not recorded: what is
  // recorded has no loops.
  std::vector<UrlId> add_redirect(UrlId from, UrlId to);

  std::size_t size() const { return size_; }
  std::size_t memory_bytes() const;  // without the redirects

 private:
  static constexpr std::size_t kPageSize = 16384;  // URLs: 64 KiB
  using Page = std::array<std::uint32_t, kPageSize>;

  std::uint32_t& at(UrlId id);
  UrlId end_of(UrlId id);

  std::vector<std::unique_ptr<Page>> pages_;
  std::unordered_map<UrlId, UrlId> redirects_;
  // Of each URL in redirects_ one that its redirects lead to, shortened whenever it is followed (union-find),
  // so that no chain a site can build makes this slow.
  std::unordered_map<UrlId, UrlId> shortcuts_;
  std::size_t size_ = 0;
};

}  // namespace gossamer
