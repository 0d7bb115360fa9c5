#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/base/error.h"
#include "storage/rows.h"

namespace gossamer {

class Database;

// Everything the rows tell of one URL: what `gossamer why` reports. Words are those of the database.

struct UrlFacts {
  UrlId id = 0;
  HostId host = 0;
  std::string url;
  std::string state;
  std::string reason;  // "": none
  int status = 0;      // 0: no response headers came, or not asked yet
  int depth = 0;
  int hops = 0;
  std::string via;
  std::optional<UrlId> parent;
  std::optional<UrlId> redirect_to;
  std::optional<std::int64_t> score;
  std::string rule;  // that filtered it, if it is one of the rules table
};

struct AttemptFacts {
  std::uint64_t id = 0;  // fetches.id
  int attempt = 1;
  WallTime started_at;
  std::chrono::microseconds duration{0};
  int status = 0;
  std::string error;  // class, "": none
  std::string phase;
  std::string message;
  std::string address;
  std::string content_type;
  std::uint64_t bytes = 0;
  std::optional<std::chrono::microseconds> rest;
  std::string change;  // of a refresh, "": none
  std::optional<std::chrono::microseconds> retry_after;
};

struct PageFacts {
  WallTime fetched_at;
  std::string content_type;
  std::string title;
  std::string canonical;
  std::string digest;  // hexadecimal
  std::string etag;
  std::string last_modified;
  std::uint64_t bytes = 0;
  bool complete = true;
  std::uint64_t version = 1;
  std::uint64_t links = 0;
  std::optional<UrlId> twin_of;
};

struct LinkFacts {
  std::string from;
  std::string tag;
  std::string text;
  bool nofollow = false;
};

// The first few of many.
template <class T>
struct Sample {
  static constexpr std::size_t kKept = 20;
  std::uint64_t count = 0;
  std::vector<T> first;
};

struct UrlStory {
  UrlFacts url;
  std::vector<UrlFacts> parents;    // from its own parent to a seed
  std::vector<UrlFacts> redirects;  // from its own target to the end; a loop ends before the first repeated
  Sample<std::string> redirected_from;
  std::vector<AttemptFacts> attempts;
  std::optional<PageFacts> page;
  std::string twin_of;  // URL, "": none
  Sample<std::string> twins;
  // Those for the host's robots.txt, the last few, if it could not be read at the last.
  std::vector<AttemptFacts> robots_attempts;
  std::optional<WallTime> robots_first_asked;
  std::uint64_t pages = 0;       // of the job; of a pending URL only, as the next
  std::uint64_t host_pages = 0;  // of the host
  std::uint64_t tries = 0;       // of a pending URL that was tried already
  bool reread = false;           // it is done, and to be asked for again as a sitemap
  std::optional<WallTime> not_before;
  HostRow host;
  Sample<LinkFacts> links;  // to it; with --store-links
};

struct FoundUrl {
  std::optional<UrlStory> story;
  std::vector<std::string> similar;  // of an unknown URL: those of `spellings` that are known
};

// Reads the story of a canonical URL, of one snapshot. Without an index that is one pass over urls, fetches,
// pages and links each, in bounded memory. Errors: storage.
Result<FoundUrl> find_url(Database& database, std::string_view canonical,
                          const std::vector<std::string>& spellings);

}  // namespace gossamer
