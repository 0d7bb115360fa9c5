// What a resume costs beside the least that reading the URLs can cost: open_job() of a crawl database against
// `SELECT count(*), sum(length(url)) FROM urls` over the same rows, in CPU time, the file in the page cache.
//
//   resume_bench [URLS, default 1000000] [HOSTS, default 1000] [FILE, default resume_bench.db, removed again]

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fmt/core.h>
#include <optional>
#include <string>
#include <vector>

#include "crawler/job.h"
#include "crawler/wall_time.h"

namespace {

using namespace gossamer;

double cpu_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

template <class T>
T must(Result<T> result) {
  if (!result) {
    fmt::print(stderr, "resume_bench: {}\n", result.error().message);
    std::exit(1);
  }
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

// Ten URLs in a row are of one host, as the links of a page are, 70 bytes each. Of ten six are done with a
// page, three pending and one has failed; their rows are written as a crawl writes them.
void fill(const JobOptions& options, UrlId urls, HostId hosts) {
  Job job = must(open_job(options, {}));
  must(seed_job(job));
  UrlId id = 2;
  while (id <= urls) {
    std::vector<Outcome> outcomes(1);
    for (HostId host = 2; id == 2 && host <= hosts; ++host) {
      outcomes[0].hosts.push_back({.id = host, .origin = fmt::format("https://host-{:07}.example", host)});
    }
    for (const UrlId end = std::min(urls + 1, id + 10'000); id < end; ++id) {
      const auto host = static_cast<HostId>(2 + id / 10 % (hosts - 1));
      UrlRow row{.id = id, .host = host, .parent = 1, .via = Via::link, .depth = 1};
      row.url = fmt::format("https://host-{:07}.example/section/{:03}/an-article-of-some-length-{:09}", host,
                            id % 997, id);
      outcomes[0].urls.push_back(std::move(row));
      if (id % 10 >= 7) continue;
      const bool failed = id % 10 == 0;
      Outcome& outcome = outcomes.emplace_back();
      UrlChange& change = outcome.changes.emplace_back(UrlChange{.id = id, .state = UrlState::done});
      FetchRow& fetch =
          outcome.fetches.emplace_back(FetchRow{.url = id, .started_at = wall_now(), .host = host});
      if (failed) {
        change.state = UrlState::failed;
        change.failure = fetch.error = ErrorClass::timeout;
        continue;
      }
      fetch.status = 200;
      outcome.page = PageRow{.url = id,
                             .content_type = "text/html; charset=utf-8",
                             .encoding = "UTF-8",
                             .title = "An article of some length",
                             .digest_high = id,
                             .digest_low = ~id};
    }
    must(job.db.commit(outcomes));
  }
}

double best_of_three(auto run) {
  double best = 1e9;
  for (int i = 0; i < 3; ++i) best = std::min(best, run());
  return best;
}

}  // namespace

int main(int argc, char** argv) {
  const UrlId urls = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
  const auto hosts = static_cast<HostId>(argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 1'000);
  if (urls < 2 || hosts < 2) {
    fmt::print(stderr, "usage: resume_bench [URLS > 1] [HOSTS > 1] [FILE]\n");
    return 2;
  }
  JobOptions options;
  options.output = argc > 3 ? argv[3] : "resume_bench.db";
  options.seeds = {"https://seed.example/"};
  options.scope = ScopeKind::any;
  if (std::filesystem::exists(options.output)) {
    fmt::print(stderr, "resume_bench: {} exists; name another file\n", options.output);
    return 2;
  }
  fill(options, urls, hosts);
  options.seeds.clear();

  const double query = best_of_three([&] {
    auto db = must(CrawlDb::open_read_only(options.output));
    const double start = cpu_seconds();
    auto sql = must(db.database().prepare("SELECT count(*), sum(length(url)) FROM urls"));
    must(sql.step());
    return cpu_seconds() - start;
  });
  const double resume = best_of_three([&] {
    const double start = cpu_seconds();
    const Job job = must(open_job(options, {}));
    return cpu_seconds() - start;
  });
  fmt::print(
      "{} URLs, {} hosts: the query {:.3f} s, a resume {:.3f} s ({:.2f} us a URL) = {:.2f} times as long\n",
      urls, hosts, query, resume, resume * 1e6 / static_cast<double>(urls), resume / query);
  for (const char* suffix : {"", "-wal", "-shm", ".lock"}) std::filesystem::remove(options.output + suffix);
}
