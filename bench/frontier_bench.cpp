// The frontier alone: URLs in, then out again as fast as politeness under a virtual clock lets them.
//
//   frontier_bench [--urls 1000000] [--hosts 10000] [--memory-mib 64] [--order breadth|best] [--dir .]
//
// Prints CPU time (user and system) a URL for each phase, and bytes a URL in memory and on disk. Hosts have
// URLs in proportion to 1/sqrt(rank), about 70 bytes long; depths grow as in a breadth-first crawl.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <fmt/format.h>
#include <fstream>
#include <random>
#include <string>
#include <unistd.h>

#include "crawler/frontier.h"

namespace {

using gossamer::Frontier;

double cpu_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

std::size_t resident() {
  std::ifstream statm("/proc/self/statm");
  std::size_t total = 0;
  std::size_t pages = 0;
  statm >> total >> pages;
  return pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

struct Settings {
  std::uint64_t urls = 1'000'000;
  std::uint64_t hosts = 10'000;
  std::uint64_t memory_mib = 64;
  bool best = false;
  std::string directory = ".";
};

bool parse(int argc, char** argv, Settings& settings) {
  for (int i = 1; i < argc; i += 2) {
    const std::string flag = argv[i];
    if (i + 1 == argc) return false;
    const std::string value = argv[i + 1];
    if (flag == "--urls") {
      settings.urls = std::stoull(value);
    } else if (flag == "--hosts") {
      settings.hosts = std::stoull(value);
    } else if (flag == "--memory-mib") {
      settings.memory_mib = std::stoull(value);
    } else if (flag == "--order" && (value == "best" || value == "breadth")) {
      settings.best = value == "best";
    } else if (flag == "--dir") {
      settings.directory = value;
    } else {
      return false;
    }
  }
  return settings.urls > 0 && settings.hosts > 0;
}

// Averages and peaks of what the frontier says it takes.
class Use {
 public:
  explicit Use(const Frontier& frontier) : frontier_(frontier), resident_before_(resident()) {}

  void sample() {
    const auto memory = static_cast<double>(frontier_.memory_bytes());
    const auto disk = static_cast<double>(frontier_.disk_bytes());
    memory_sum_ += memory;
    disk_sum_ += disk;
    pending_sum_ += static_cast<double>(frontier_.pending());
    memory_peak_ = std::max(memory_peak_, memory);
    disk_peak_ = std::max(disk_peak_, disk);
    pending_peak_ = std::max(pending_peak_, static_cast<double>(frontier_.pending()));
    resident_peak_ = std::max(resident_peak_, resident());
  }

  void print() const {
    constexpr double kMiB = 1 << 20;
    fmt::print("{:<10}{:>14}{:>14}{:>16}\n", "", "peak MiB", "B/URL at peak", "B/URL average");
    fmt::print("{:<10}{:>14.1f}{:>14.1f}{:>16.1f}\n", "memory", memory_peak_ / kMiB,
               memory_peak_ / pending_peak_, memory_sum_ / pending_sum_);
    fmt::print("{:<10}{:>14.1f}{:>14.1f}{:>16.1f}\n", "disk", disk_peak_ / kMiB, disk_peak_ / pending_peak_,
               disk_sum_ / pending_sum_);
    fmt::print("{:<10}{:>14.1f}\n", "RSS grew",
               static_cast<double>(resident_peak_ - resident_before_) / kMiB);
  }

 private:
  const Frontier& frontier_;
  std::size_t resident_before_;
  std::size_t resident_peak_ = 0;
  double memory_sum_ = 0;
  double disk_sum_ = 0;
  double pending_sum_ = 0;
  double memory_peak_ = 0;
  double disk_peak_ = 0;
  double pending_peak_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  if (!parse(argc, argv, settings)) {
    fmt::print(stderr, "usage: {} [--urls N] [--hosts N] [--memory-mib N] [--order breadth|best] [--dir D]\n",
               argv[0]);
    return 2;
  }
  Frontier frontier({.delay = std::chrono::seconds(1),
                     .memory = settings.memory_mib << 20,
                     .scratch_directory = settings.directory});
  Use use(frontier);
  std::mt19937_64 random(1);
  const std::uint64_t every = std::max<std::uint64_t>(settings.urls / 1000, 1);

  Frontier::Entry entry;
  double adding = 0;
  double making = 0;
  for (const bool measured : {false, true}) {  // the first round tells what making the URLs costs
    random.seed(1);
    const double before = cpu_seconds();
    for (std::uint64_t id = 1; id <= settings.urls; ++id) {
      const double u = static_cast<double>(random() >> 11) * 0x1p-53;
      entry.id = id;
      entry.host = static_cast<gossamer::HostId>(u * u * static_cast<double>(settings.hosts)) + 1;
      entry.depth = static_cast<std::uint16_t>(std::log2(static_cast<double>(id)) / 2);
      entry.priority = settings.best ? static_cast<std::uint16_t>(random()) : entry.depth;
      entry.url.clear();
      fmt::format_to(std::back_inserter(entry.url),
                     "https://www.host{}.example/section/{:x}/page-{:016x}.html", entry.host, id % 97,
                     id * 0x9e3779b97f4a7c15);
      if (!measured) continue;
      frontier.add(entry);
      if (id % every == 0) use.sample();
    }
    (measured ? adding : making) = cpu_seconds() - before;
  }

  gossamer::TimePoint now{std::chrono::hours(1)};
  std::uint64_t popped = 0;
  const double before = cpu_seconds();
  while (frontier.pending() > 0) {
    if (const auto next = frontier.pop(now)) {
      frontier.release(next->host, now, std::chrono::microseconds(0));
      if (++popped % every == 0) use.sample();
    } else {
      now = *frontier.next_ready();
    }
  }
  const double draining = cpu_seconds() - before;
  const auto each = [&](double seconds) { return seconds * 1e9 / static_cast<double>(settings.urls); };
  fmt::print("{} URLs, {} hosts, {} MiB, {}\n", settings.urls, settings.hosts, settings.memory_mib,
             settings.best ? "best first, random scores" : "breadth first");
  fmt::print("add            {:>8.0f} ns CPU a URL\n", each(adding - making));
  fmt::print("pop + release  {:>8.0f} ns CPU a URL\n", each(draining));
  use.print();
  return popped == settings.urls ? 0 : 1;
}
