#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/crawl.h"
#include "net/http/http_server.h"
#include "plugins/parser.h"
#include "tests/support/fake_clock.h"
#include "tests/support/temporary_directory.h"

namespace gossamer {

// A site on this machine and crawls of it: real sockets, a real database, one loop for both, and a clock that
// jumps over retries and delays. Each test adds answers by path, crawls, and looks at the ledger and the
// database.
class CrawlSite {
 public:
  struct Answer {
    int status = 200;
    std::string body;
    std::string content_type = "text/html";
    std::string location;
    bool stalls = false;    // is not given within an hour
    std::string etag = {};  // a request that knows it is answered 304
    std::string set_cookie = {};
    std::string wants_cookie = {};  // a request with another Cookie is answered 403
    std::string retry_after = {};
    std::string x_robots_tag = {};
  };

  void add(std::string path, std::string body) { answers_[std::move(path)] = {.body = std::move(body)}; }
  void add(std::string path, Answer answer) { answers_[std::move(path)] = std::move(answer); }
  void redirect(std::string path, std::string location) {
    answers_[std::move(path)] = {.status = 302, .location = std::move(location)};
  }

  void stall(std::string path) { answers_[std::move(path)] = {.stalls = true}; }

  // Crawls from `seeds` (or resumes), then closes the database. `during` runs before each answer. An error
  // also when the crawl's count of the URLs is not that of the database.
  Result<> crawl(Spider* spider = nullptr);

  std::function<std::unique_ptr<Parser>()> parser;  // one beside the built-in ones
  std::vector<std::string> seeds{"/"};              // as url() takes them
  bool several_hosts = false;      // 127.0.0.2 and 127.0.0.3 give the same answers on the same port
  JobOptions options;              // output and seeds are set by crawl()
  std::vector<std::string> given;  // names of the options that a resume does not take from the database
  Crawl::Options bounds;           // client is set by crawl()
  bool public_only = false;        // its own address is refused
  std::function<void(Crawl&, std::string_view path)> during;
  std::function<Task<>(Crawl*)> beside;  // runs beside the crawl, at most as long
  std::size_t clock_jumps() const { return clock_ ? clock_->jumps() : 0; }  // of the crawl under way
  std::vector<std::string> requests;  // paths, in the order they came, over all crawls

  // The URL of "/path" on 127.0.0.1, of "//127.0.0.2/path" on that host. From the first crawl on.
  std::string url(std::string_view path) const;

  // Of the database: the first column of the first row, as text.
  std::string query(const std::string& sql) const;
  // Of url(path): "done", "failed redirect", "filtered robots" ...; "" if not known.
  std::string state(std::string_view path) const;

 private:
  TemporaryDirectory directory_;
  const FakeClock* clock_ = nullptr;
  std::map<std::string, Answer> answers_;
  std::uint16_t port_ = 0;  // kept over the crawls of a site, for URLs have it
};

}  // namespace gossamer
