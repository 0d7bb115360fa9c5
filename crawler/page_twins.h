#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "crawler/bounded_map.h"
#include "crawler/trap_limits.h"
#include "storage/rows.h"

namespace gossamer {

// Which pages have the content of an earlier page of their host: the same digest or, if that is asked for,
// nearly the same SimHash. Remembers some 250,000 digests (4 MiB) and the last 32 hashes of some 4,000 hosts
// (2 MiB); what is forgotten has no twins. Belongs to the crawl loop.
class PageTwins {
 public:
  explicit PageTwins(const TrapLimits& limits);

  // Whether pages need a SimHash.
  bool wants_simhash() const { return distance_ != 0; }

  // How many pages back, about.
  std::size_t remembers() const { return on_ ? 250'000 : 0; }

  // The earlier page with the content of `url`, which is remembered if there is none. At a resume called for
  // the last of the pages again, in the order of the ids.
  std::optional<UrlId> twin_of(UrlId url, HostId host, std::uint64_t digest_high, std::uint64_t digest_low,
                               std::optional<std::uint64_t> simhash);

 private:
  static constexpr std::size_t kHosts = 4096;
  static constexpr std::size_t kPages = 32;
  struct Recent {
    HostId host = 0;
    std::uint32_t count = 0;  // ever added; the ring's next place is count % kPages
    std::array<std::uint64_t, kPages> hashes{};
    std::array<UrlId, kPages> urls{};
  };
  std::optional<UrlId> near_twin_of(UrlId url, HostId host, std::uint64_t simhash);

  bool on_;
  int distance_;  // bits; 0: off
  BoundedMap digests_;
  std::vector<Recent> recent_;  // by host % kHosts
};

// The chain of twins that the links of a page carry on: one longer if the page is a twin itself.
inline std::uint32_t twins_of_links(std::uint32_t twins_of_page, bool is_twin) {
  return is_twin ? twins_of_page + 1 : 0;
}

}  // namespace gossamer
