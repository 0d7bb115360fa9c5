#pragma once

#include <optional>
#include <unordered_set>

#include "crawler/url_registry.h"

namespace gossamer {

// Brings a registry, its scope and its frontier back to where the rows of the database say the job stands:
// hosts and rules first, then the URLs, each in the order of their ids. The registry must be new, and is
// whole when this dies.
class UrlRegistry::Restore {
 public:
  // `urls`: about as many as will come.
  Restore(UrlRegistry& registry, std::uint64_t urls) : registry_(registry), seen_(registry.seen_, urls) {}

  void add(const HostRow& host);
  void add(const RuleRow& rule);
  // `not_before`: of the next attempt at a pending URL that was tried already. `again`: a failed URL is
  // pending from now on (to be told to the database by the caller), a done one is to be refreshed.
  void add(const UrlView& url, std::optional<TimePoint> not_before = std::nullopt, bool again = false);

 private:
  UrlRegistry& registry_;
  SeenSet::Loader seen_;
  std::unordered_set<RuleId> twins_rules_;  // refusals of a link, not of the URL
  Frontier::Entry entry_;                   // a buffer
};

}  // namespace gossamer
