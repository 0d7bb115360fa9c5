#pragma once

#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "crawler/robots.h"
#include "net/coro/event.h"
#include "net/http/http_client.h"
#include "storage/rows.h"

namespace gossamer {

// The robots.txt rules of the hosts of a crawl (RFC 9309 section 2.3): fetched once a host, kept for a day,
// and for longer while the host answers nothing that tells. However soon an answer is too old, it counts for
// the first URL after it, whose turn may come late: a host that rests for longer than that would else be
// asked for nothing but its robots.txt. Bounded by bytes, but for answers that are not stored yet; one that
// fell out is read back from the database. So are the names of the hosts that no URL asked since; one that is
// forgotten is asked anew, should its answer be too old when a URL comes. Belongs to the crawl loop.
class RobotsCache {
 public:
  static constexpr std::chrono::hours kLifetime{24};     // RFC 9309 section 2.4
  static constexpr std::chrono::hours kHeldLifetime{1};  // while a host tells nothing
  // Before a host that failed is asked again; four times as long after each further failure.
  static constexpr std::chrono::seconds kFailureLifetime{1};
  static constexpr int kMaxFailures = 6;   // as far as that goes: 17 minutes
  static constexpr int kMaxRedirects = 5;  // RFC 9309 section 2.3.1.2

  struct Options {
    std::string product_token;
    bool ignore = false;                       // every URL is allowed and nothing is fetched (--no-robots)
    std::size_t memory = 0;                    // bytes that the answers may take, and so the unused hosts
    bool some_stored = true;                   // the database may have answers that restore() is not told
    std::unordered_set<HostId> long_unread{};  // never read for RobotsRules::kLongUnread
  };
  // `fetch` makes one request in its host's turn.
  using Fetch = std::function<Task<Result<FetchResponse>>(FetchRequest)>;
  // `stored` gives the host's row of the database, for an answer that fell out of memory; `wall` the time.
  using Stored = std::function<Task<std::optional<HostRow>>(HostId)>;
  using Wall = std::function<WallTime()>;
  RobotsCache(Fetch fetch, Stored stored, Wall wall, Options options);

  // What a host's robots.txt says. `error` instead of rules: it could not be read (unreachable; or 5xx or
  // 429, and never read before), so nothing may be fetched for now.
  struct Answer {
    RobotsRules rules;
    std::optional<Error> error;
    TimePoint expires;
    int failures = 0;                   // in a row
    WallTime asked_at{};                // of an error: when the last attempt began
    std::chrono::microseconds took{0};  // and how long it took
    std::size_t bytes = 0;
    std::optional<std::list<HostId>::iterator> place{};  // in order_
  };

  // nullptr: unknown or too old, load() it. The answer lives until the next call that is not const, but for
  // on_used().
  const Answer* find(HostId host) const;

  // A URL has its verdict by what find() gave.
  void on_used(HostId host) { unused_.erase(host); }

  // The host could not even be looked for, from `asked_at` until now: as if its robots.txt could not be read.
  void keep_failure(HostId host, Error error, WallTime asked_at);

  // A row of a resumed job, used if it is fresh.
  void restore(const HostRow& row);

  // Brings an answer that fell out of memory back, if it is stored and not too old; then find() knows, until
  // the caller suspends.
  Task<> recall(HostId host);

  // Asks the host (or waits for who is asking it already); afterwards find() knows. Gives the row to store,
  // if this call made the request and it was answered; to be told by on_stored() when it is.
  Task<std::optional<HostRow>> load(HostRow host);
  void on_stored(HostId host);

 private:
  Task<Result<RobotsRules>> fetch(std::string origin, HostRow& row);
  using Answers = std::unordered_map<HostId, Answer>;
  void keep(HostId host, Answer answer, bool may_fall_out);
  void note_unused(HostId host);
  Task<bool> hold_on(HostId host);
  void forget(Answers::iterator answer);

  Fetch fetch_;
  Stored stored_;
  Wall wall_;
  Options options_;
  std::size_t bytes_ = 0;  // that the answers take
  Answer allow_all_;
  Answers answers_;
  std::list<HostId> order_;            // of the answers that may fall out, oldest first
  std::unordered_set<HostId> unused_;  // hosts that answered, or failed, and no URL has asked since
  std::unordered_map<HostId, std::shared_ptr<Event>> loading_;
};

}  // namespace gossamer
