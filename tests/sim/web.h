#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gossamer::sim {

using HostIndex = std::uint32_t;
using UrlIndex = std::uint32_t;

struct WebOptions {
  std::uint64_t seed = 1;
  std::uint32_t urls = 20'000;
  std::uint32_t hosts = 200;
  std::uint32_t addresses = 50;    // of all hosts; some have many
  std::uint32_t links = 40;        // of a page, about
  std::uint32_t body = 12'000;     // bytes of a page, about
  std::string port;                // ":8080"; "" = none in the URLs
  double crawl_delay = 1;          // seconds, the least that some hosts ask for
  std::uint32_t retry_after = 20;  // seconds, the most that a busy answer asks for
};

// A made-up web, the same for the same options, and what is true of it: every answer is a pure function of
// the URL and of how often it was asked for. Immutable, safe to use from several threads.
//
// Hosts are of very different size. Each has a tree of its pages below "/", whose inner nodes are pages;
// among the leaves are redirects, 404s, answers that say "busy, come back later" at first, and files of
// another type. Hosts link to each other's front pages, so all can be reached from host 0. Some ask for a
// Crawl-delay, some forbid /private/, some have no robots.txt, and that of a few cannot be read (503).
class Web {
 public:
  explicit Web(WebOptions options);

  enum class Kind : std::uint8_t { page, redirect, not_found, busy, file };
  enum class Robots : std::uint8_t { rules, none, broken };

  struct Link {
    UrlIndex to;
    bool nofollow;
  };
  struct Answer {
    int status = 200;
    std::string_view content_type{};
    std::string location{};
    std::uint32_t retry_after = 0;  // seconds; 0: no such header
    std::string body{};
  };

  // Which page a request is for; nullopt: there is none (robots.txt, or nothing at all).
  std::optional<UrlIndex> find(HostIndex host, std::string_view target) const;
  std::optional<HostIndex> find_host(std::string_view authority) const;  // as in a Host field

  std::string host_name(HostIndex host) const;
  std::string url(UrlIndex url) const;
  std::string target(UrlIndex url) const;  // path and query
  HostIndex host_of(UrlIndex url) const { return host_of_[url]; }
  UrlIndex front_page(HostIndex host) const { return first_[host]; }

  Kind kind(UrlIndex url) const;
  bool is_private(UrlIndex url) const;  // below /private/
  std::vector<Link> links(UrlIndex url) const;
  UrlIndex redirect_target(UrlIndex url) const;
  int busy_answers(UrlIndex url) const;  // of kind busy, before the page is given
  std::uint32_t retry_after(UrlIndex url) const;

  Robots robots(HostIndex host) const;
  bool forbids_private(HostIndex host) const;
  double crawl_delay(HostIndex host) const;     // seconds; 0: none
  std::uint32_t address(HostIndex host) const;  // its number, below options().addresses

  // What the server says to the `attempt`th request for it, from 1.
  Answer answer(UrlIndex url, int attempt) const;
  Answer robots_answer(HostIndex host) const;

  const WebOptions& options() const { return options_; }

 private:
  // Pseudo-random: the same for the same purpose and numbers.
  std::uint64_t draw(std::string_view purpose, std::uint64_t a, std::uint64_t b = 0) const;
  double fraction(std::string_view purpose, std::uint64_t a, std::uint64_t b = 0) const;  // [0, 1)

  std::uint32_t local(UrlIndex url) const { return url - first_[host_of(url)]; }
  std::uint32_t pages_of(HostIndex host) const { return first_[host + 1] - first_[host]; }
  bool is_inner(UrlIndex url) const;
  void write_page(UrlIndex url, std::string& body) const;

  WebOptions options_;
  std::vector<UrlIndex> first_;  // of each host, and one past the last
  std::vector<HostIndex> host_of_;
  std::string text_;  // words that pages quote from
};

}  // namespace gossamer::sim
