// What it costs to tell known URLs from new ones, and to make the new ones durable.
//
//   seen_set_bench [--urls 500000] [--memory-mib 16] [--dir .]
//
// Prints CPU time a URL in ns: of this thread for what is in memory, of the whole process (writer and merge
// thread included) for what goes to disk. Everything in one run, on the same URLs in the same order, about 60
// bytes long and without any order: SQLite's unique index and the runs on disk get no help from locality.

#include <absl/container/flat_hash_set.h>
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fmt/format.h>
#include <numeric>
#include <random>
#include <string>
#include <unistd.h>
#include <vector>

#include "crawler/seen_set.h"
#include "storage/crawl_db.h"

namespace {

using namespace gossamer;

constexpr std::size_t kLinks = 77;   // of a page
constexpr std::size_t kBatch = 256;  // pages a transaction
constexpr std::size_t kHosts = 1000;

double cpu_ns(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

std::uint64_t mixed(std::uint64_t x) {
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ x >> 27) * 0x94d049bb133111ebULL;
  return x ^ x >> 31;
}

std::string url_of(UrlId id) {
  const std::uint64_t random = mixed(id);
  return fmt::format("https://h{}.example.org/{:x}/some-words-here/{:x}.html", random % kHosts, random >> 40,
                     random);
}

void report(const char* what, double ns) { fmt::print("{:<58}{:>9.1f}\n", what, ns); }

template <class T>
T must(Result<T> result) {
  if (result) {
    if constexpr (std::is_void_v<T>)
      return;
    else
      return std::move(*result);
  }
  fmt::print(stderr, "seen_set_bench: {}\n", result.error().message);
  std::exit(1);
}

struct Settings {
  std::uint64_t urls = 500'000;
  std::size_t memory_mib = 16;
  std::string directory = ".";
};

// Hashes only, so that nothing but the probe is measured.
void probe_in_memory(const Settings& settings) {
  const SeenSet hasher(SeenSet::random_secret());
  std::vector<SeenSet::Hash> known;
  double hashing = 0;
  for (UrlId id = 1; id <= settings.urls; ++id) {
    const std::string url = url_of(id);
    known.push_back(hasher.hash(url));
  }
  {
    std::vector<std::string> urls;
    for (UrlId id = 1; id <= kLinks; ++id) urls.push_back(url_of(id));
    const double start = cpu_ns(CLOCK_THREAD_CPUTIME_ID);
    std::uint64_t sum = 0;
    for (int round = 0; round < 1000; ++round) {
      for (const std::string& url : urls) sum += static_cast<std::uint64_t>(hasher.hash(url));
    }
    hashing = (cpu_ns(CLOCK_THREAD_CPUTIME_ID) - start) / (1000 * kLinks);
    if (sum == 0) std::exit(1);
  }
  std::vector<SeenSet::Hash> again = known;
  std::ranges::shuffle(again, std::mt19937_64(1));
  std::vector<SeenSet::Hash> unknown;
  for (UrlId id = 1; id <= settings.urls; ++id) unknown.push_back(SeenSet::Hash{mixed(~id)});

  const auto n = static_cast<double>(settings.urls);
  const auto timed = [&](const char* what, auto work) {
    const double start = cpu_ns(CLOCK_THREAD_CPUTIME_ID);
    const std::uint64_t hits = work();
    report(what, (cpu_ns(CLOCK_THREAD_CPUTIME_ID) - start) / n);
    return hits;
  };
  report("hash of a URL (XXH3-64 under the job's secret)", hashing);

  absl::flat_hash_set<std::uint64_t> peer;
  timed("absl::flat_hash_set<uint64_t>: insert, new", [&] {
    for (const auto hash : known) peer.insert(static_cast<std::uint64_t>(hash));
    return peer.size();
  });
  SeenSet seen(SeenSet::random_secret());
  double bytes = 0;
  double most = 0;
  std::uint64_t samples = 0;
  UrlId next = 1;
  timed("seen set: insert, new, pages of 77 prefetched", [&] {
    for (std::size_t at = 0; at < known.size(); at += kLinks) {
      const std::size_t end = std::min(at + kLinks, known.size());
      for (std::size_t i = at; i < end; ++i) seen.prefetch(known[i]);
      for (std::size_t i = at; i < end; ++i) seen.insert(known[i], next++);
      if (at < known.size() / 10) continue;
      const double now = static_cast<double>(seen.memory_bytes()) / static_cast<double>(seen.size());
      bytes += now;
      most = std::max(most, now);
      ++samples;
    }
    return seen.size();
  });
  std::uint64_t hits = 0;
  hits += timed("absl::flat_hash_set<uint64_t>: contains, known", [&] {
    return std::ranges::count_if(again,
                                 [&](auto hash) { return peer.contains(static_cast<std::uint64_t>(hash)); });
  });
  hits += timed("seen set: insert, known, one by one", [&] {
    return std::ranges::count_if(again, [&](auto hash) { return !seen.insert(hash, 1).inserted; });
  });
  hits += timed("seen set: insert, known, pages of 77 prefetched", [&] {
    std::uint64_t count = 0;
    for (std::size_t at = 0; at < again.size(); at += kLinks) {
      const std::size_t end = std::min(at + kLinks, again.size());
      for (std::size_t i = at; i < end; ++i) seen.prefetch(again[i]);
      for (std::size_t i = at; i < end; ++i) count += seen.insert(again[i], 1).inserted ? 0 : 1;
    }
    return count;
  });
  if (hits != 3 * settings.urls) std::exit(1);
  hits += timed("absl::flat_hash_set<uint64_t>: contains, unknown", [&] {
    return std::ranges::count_if(unknown,
                                 [&](auto hash) { return peer.contains(static_cast<std::uint64_t>(hash)); });
  });
  hits += timed("seen set: find, unknown, one by one", [&] {
    return std::ranges::count_if(unknown, [&](auto hash) { return seen.find(hash).has_value(); });
  });
  if (hits != 3 * settings.urls) std::exit(1);
  fmt::print(
      "seen set: bytes a URL in memory: average {:.1f}, peak {:.1f}, in the end {:.1f}; absl {:.1f}\n\n",
      bytes / static_cast<double>(samples), most, static_cast<double>(seen.memory_bytes()) / n,
      static_cast<double>(peer.capacity()) * 9 / n);
}

void bounded(const Settings& settings) {
  SeenSet seen(SeenSet::random_secret(),
               {.memory = settings.memory_mib << 20, .scratch_directory = settings.directory});
  std::vector<SeenSet::Hash> page;
  std::size_t most = 0;
  double longest = 0;
  std::mt19937_64 random(1);
  // A page of 77 links, as a crawl enters it; `link(i)` is the id of the i-th.
  const auto enter = [&](auto link) {
    page.clear();
    for (std::size_t i = 0; i < kLinks; ++i) page.push_back(SeenSet::Hash{mixed(link(i))});
    const double start = cpu_ns(CLOCK_THREAD_CPUTIME_ID);
    if (auto lookup = seen.lookup(page)) seen.warm((*lookup)());
    for (std::size_t i = 0; i < kLinks; ++i) seen.insert(page[i], link(i));
    longest = std::max(longest, cpu_ns(CLOCK_THREAD_CPUTIME_ID) - start);
    most = std::max(most, seen.memory_bytes());
  };
  const std::uint64_t pages = settings.urls / kLinks;
  double start = cpu_ns(CLOCK_PROCESS_CPUTIME_ID);
  for (std::uint64_t i = 0; i < pages; ++i) enter([&](std::size_t link) { return i * kLinks + link + 1; });
  report(fmt::format("seen set of {} MiB: insert, new", settings.memory_mib).c_str(),
         (cpu_ns(CLOCK_PROCESS_CPUTIME_ID) - start) / static_cast<double>(seen.size()));
  const std::uint64_t entered = seen.size();
  start = cpu_ns(CLOCK_PROCESS_CPUTIME_ID);
  const std::uint64_t repeated = std::min<std::uint64_t>(pages, 20'000);
  for (std::uint64_t i = 0; i < repeated; ++i) {
    std::vector<UrlId> links;
    for (std::size_t link = 0; link < kLinks; ++link) links.push_back(random() % entered + 1);
    enter([&](std::size_t link) { return links[link]; });
  }
  report(fmt::format("seen set of {} MiB: insert, known, any of all", settings.memory_mib).c_str(),
         (cpu_ns(CLOCK_PROCESS_CPUTIME_ID) - start) / static_cast<double>(repeated * kLinks));
  if (seen.size() != entered) std::exit(1);
  fmt::print(
      "bytes a URL: {:.1f} on disk, {:.1f} in memory (peak); longest page {:.1f} ms of CPU, its reads "
      "included\n\n",
      static_cast<double>(seen.disk_bytes()) / static_cast<double>(entered),
      static_cast<double>(most) / static_cast<double>(entered), longest / 1e6);
}

double durable(const Settings& settings) {
  const std::string path = settings.directory + "/seen_set_bench.db";
  std::filesystem::remove(path);
  CrawlDb db = must(CrawlDb::open_for_crawl(path));
  {
    auto seeding = must(db.begin_seeding());
    for (std::size_t host = 1; host <= kHosts; ++host) {
      must(seeding.add(HostRow{.id = static_cast<HostId>(host),
                               .origin = fmt::format("https://h{}.example.org", host - 1)}));
    }
    must(seeding.commit());
  }
  SeenSet seen(SeenSet::random_secret(),
               {.memory = settings.memory_mib << 20, .scratch_directory = settings.directory});
  double spent = 0;
  std::vector<Outcome> batch;
  std::vector<std::string> urls;
  for (UrlId id = 1; id <= settings.urls;) {
    urls.clear();
    for (std::size_t i = 0; i < kBatch * kLinks && id + i <= settings.urls; ++i)
      urls.push_back(url_of(id + i));
    const double start = cpu_ns(CLOCK_PROCESS_CPUTIME_ID);
    batch.clear();
    for (std::string& url : urls) {
      if (batch.empty() || batch.back().urls.size() == kLinks) batch.emplace_back();
      if (!seen.insert(url, id).inserted) continue;
      const auto host = static_cast<HostId>(mixed(id) % kHosts + 1);
      batch.back().urls.push_back({.id = id, .host = host, .url = std::move(url)});
      ++id;
    }
    must(db.commit(batch));
    spent += cpu_ns(CLOCK_PROCESS_CPUTIME_ID) - start;
  }
  const double ns = spent / static_cast<double>(settings.urls);
  report("new URL durable: seen set + row of the crawl database", ns);
  fmt::print("bytes a URL in the database: {:.1f}\n",
             static_cast<double>(std::filesystem::file_size(path)) / static_cast<double>(settings.urls));
  return ns;
}

double sqlite(const Settings& settings) {
  const std::string path = settings.directory + "/seen_set_bench_peer.db";
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path + suffix);
  const auto db = must(Database::open(path, Database::Mode::create, std::chrono::seconds(1)));
  must(
      db->execute(fmt::format("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-{}; "
                              "CREATE TABLE urls(id INTEGER PRIMARY KEY, url TEXT NOT NULL UNIQUE) STRICT",
                              settings.memory_mib << 10)));
  Statement insert = must(db->prepare("INSERT OR IGNORE INTO urls(url) VALUES (?)"));
  double spent = 0;
  std::vector<std::string> urls;
  for (UrlId id = 1; id <= settings.urls; id += urls.size()) {
    urls.clear();
    for (std::size_t i = 0; i < kBatch * kLinks && id + i <= settings.urls; ++i)
      urls.push_back(url_of(id + i));
    const double start = cpu_ns(CLOCK_PROCESS_CPUTIME_ID);
    auto transaction = must(Transaction::begin(*db, Transaction::Kind::write));
    for (const std::string& url : urls) must(insert.bind(1, std::string_view(url)).run());
    must(transaction.commit());
    spent += cpu_ns(CLOCK_PROCESS_CPUTIME_ID) - start;
  }
  const double ns = spent / static_cast<double>(settings.urls);
  report("new URL durable: SQLite, INSERT OR IGNORE, URL unique", ns);
  const auto size =
      must(db->query_integer("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"));
  fmt::print("bytes a URL in SQLite: {:.1f}\n",
             static_cast<double>(size) / static_cast<double>(settings.urls));
  return ns;
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  bool valid = argc % 2 == 1;
  for (int i = 1; valid && i < argc; i += 2) {
    const std::string_view flag = argv[i];
    if (flag == "--urls") {
      settings.urls = std::stoull(argv[i + 1]);
    } else if (flag == "--memory-mib") {
      settings.memory_mib = std::stoull(argv[i + 1]);
    } else if (flag == "--dir") {
      settings.directory = argv[i + 1];
    } else {
      valid = false;
    }
  }
  if (!valid || settings.urls < kLinks) {
    fmt::print(stderr, "usage: seen_set_bench [--urls N] [--memory-mib M] [--dir D]\n");
    return 2;
  }
  fmt::print("{} URLs; CPU ns a URL\n", settings.urls);
  probe_in_memory(settings);
  bounded(settings);
  const double ours = durable(settings);
  const double theirs = sqlite(settings);
  fmt::print("ratio {:.3f}\n", ours / theirs);
  for (const char* name : {"/seen_set_bench.db", "/seen_set_bench_peer.db"}) {
    for (const char* suffix : {"", "-wal", "-shm", ".lock"})
      std::filesystem::remove(settings.directory + name + suffix);
  }
  return 0;
}
