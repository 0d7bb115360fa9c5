#pragma once

#include <cstdint>

#include "crawler/crawl_scope.h"
#include "net/base/error.h"
#include "storage/crawl_db.h"

namespace gossamer {

// What other options change of the URLs that a job knows.
struct Judged {
  std::uint64_t pending = 0;   // filtered before
  std::uint64_t filtered = 0;  // pending before
  std::uint64_t renamed = 0;   // filtered as before, by another rule
  bool any() const { return pending + filtered + renamed > 0; }
};

// A resume under other options crawls as if those had held for every URL that was not fetched yet: each that
// is pending or filtered is judged by `scope`, in the order of discovery, and what changes is written into
// `transaction`, that of the seeds. `scope` is as the options make it; seeds and dropped patterns are read
// from the rows. URLs filtered(robots) are judged with `robots` only: their hosts' rules may say something
// else now, and are asked when the URL's turn comes. What was fetched, even if only its headers, stays as it
// is. Errors: storage.
Result<Judged> judge_again(CrawlDb& db, SeedTransaction& transaction, CrawlScope scope, bool robots);

}  // namespace gossamer
