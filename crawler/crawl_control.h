#pragma once

#include <cstdint>
#include <string>

#include "crawler/crawl_state.h"
#include "net/coro/task.h"

namespace gossamer {

// What drop() did: URLs that will not be fetched, and URLs that match but are being fetched already, which
// are brought to their end.
struct DropReport {
  std::uint64_t dropped = 0;
  std::uint64_t in_flight = 0;
};

// A crawl in the hands of a person who watches it. On its loop; all but stop() may be called at any time, and
// also while it begins or ends.
class CrawlControl {
 public:
  virtual ~CrawlControl() = default;

  // From now on no URL is begun; those in flight are brought to their end. Not kept over a restart.
  virtual void pause() = 0;
  virtual void resume() = 0;

  // The same for one host: "example.com" with all its origins, or an origin, "https://example.com:8443".
  // Gives the number of origins. Errors: not_found where no URL of such a host is known.
  virtual Result<std::size_t> pause_host(std::string host) = 0;
  virtual Result<std::size_t> resume_host(std::string host) = 0;

  // Every pending URL in which the RE2 is found becomes filtered(pattern) with the rule "ctl drop PATTERN",
  // and so does every such URL that is found later, in this run or another. Ends when all are. Errors:
  // invalid_input for the pattern; refused where the crawl is not (yet, any longer) running; storage.
  virtual Task<Result<DropReport>> drop(std::string pattern) = 0;

  // Ends the crawl soon, its state saved.
  virtual void stop() = 0;

  virtual Task<CrawlState> state() = 0;
};

}  // namespace gossamer
