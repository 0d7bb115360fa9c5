#pragma once

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fmt/core.h>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

#include "storage/crawl_db.h"

namespace gossamer::testing {

// A folder of its own that goes with the object.
class TempDir {
 public:
  explicit TempDir(const std::string& base = ::testing::TempDir()) : path_(base + "gossamer-XXXXXX") {
    if (::mkdtemp(path_.data()) == nullptr) throw std::runtime_error("mkdtemp " + path_);
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir() { std::filesystem::remove_all(path_); }

  const std::string& path() const { return path_; }
  std::string file(const std::string& name) const { return path_ + "/" + name; }
  std::size_t file_count() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(path_), {}));
  }

 private:
  std::string path_;
};

inline std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void write_file(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

// The value, or an exception, which fails the test, with the message.
template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

inline Result<void> use_items_file(CrawlDb& db, const std::string& path) {
  auto seeding = db.begin_seeding();
  if (!seeding) return std::unexpected(seeding.error());
  if (auto used = seeding->use_items_file(path); !used) return used;
  return seeding->commit();
}

inline UrlRow url_row(UrlId id, UrlState state = UrlState::pending) {
  UrlRow row;
  row.id = id;
  row.host = 1;
  row.url = fmt::format("http://example.test/{}", id);
  row.state = state;
  return row;
}

inline FetchRow fetch_row(UrlId id, int status) {
  FetchRow row;
  row.url = id;
  row.started_at = WallTime(std::chrono::microseconds(1'700'000'000'250'000));
  row.duration = std::chrono::microseconds(1500);
  row.status = status;
  row.address = "192.0.2.1:80";
  row.content_type = "text/html";
  row.wire_bytes = 1000;
  return row;
}

inline UrlChange url_change(UrlId id, UrlState state) {
  UrlChange change;
  change.id = id;
  change.state = state;
  return change;
}

// URL `id` ends as done with a 200 and a page.
inline Outcome page_outcome(UrlId id) {
  Outcome outcome;
  outcome.changes.push_back(url_change(id, UrlState::done));
  outcome.fetches.push_back(fetch_row(id, 200));
  outcome.page.emplace();
  outcome.page->url = id;
  outcome.page->content_type = "text/html";
  outcome.page->title = fmt::format("Page {}", id);
  outcome.item_url = id;
  return outcome;
}

inline Outcome failed_outcome(UrlId id, ErrorClass failure, int status) {
  Outcome outcome;
  outcome.changes.push_back(url_change(id, UrlState::failed));
  outcome.changes.back().failure = failure;
  outcome.fetches.push_back(fetch_row(id, status));
  outcome.fetches.back().error = failure;
  return outcome;
}

// Creates the job with the host 1 and the pending URLs 1..seeds.
inline void seed(CrawlDb& db, UrlId seeds) {
  auto transaction = must(db.begin_seeding());
  HostRow host;
  host.id = 1;
  host.origin = "http://example.test";
  host.seed = true;
  must(transaction.add(host));
  for (UrlId id = 1; id <= seeds; ++id) must(transaction.add(url_row(id)));
  must(transaction.commit());
}

inline CrawlDb seeded(const std::string& path, UrlId seeds) {
  auto db = must(CrawlDb::open_for_crawl(path));
  seed(db, seeds);
  return db;
}

inline void commit(CrawlDb& db, const Outcome& outcome) { must(db.commit({&outcome, 1})); }

inline LedgerCounts ledger_of(const std::string& path) {
  return must(must(CrawlDb::open_read_only(path)).ledger());
}

// Runs `body` in a child process that then dies by SIGKILL: nothing is closed, no destructor runs.
template <class Body>
void run_and_die(Body body) {
  const pid_t child = ::fork();
  if (child == 0) {
    try {
      body();
    } catch (const std::exception& error) {
      fmt::print(stderr, "{}\n", error.what());
      ::_exit(1);
    }
    ::raise(SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status)) << "the child failed before its end";
}

}  // namespace gossamer::testing
