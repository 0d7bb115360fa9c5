#pragma once

#include <algorithm>
#include <cstdint>
#include <fmt/core.h>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "storage/sqlite.h"

namespace gossamer {

// What the ledger's checks are made of.

// Counts offences of one kind and remembers the first.
class Offence {
 public:
  void add(std::int64_t url) {
    if (count_++ == 0) first_ = url;
  }
  void report(std::string_view what, std::vector<std::string>& mismatches) const {
    if (count_ > 0) mismatches.push_back(fmt::format("{} {} (the first: URL {})", count_, what, first_));
  }

 private:
  std::uint64_t count_ = 0;
  std::int64_t first_ = 0;
};

// A set of URL ids: a bit a URL.
class UrlSet {
 public:
  explicit UrlSet(std::int64_t last_url) : bits_(static_cast<std::size_t>(last_url) + 1) {}
  // False: there is no such URL.
  bool insert(std::int64_t url) {
    if (!covers(url)) return false;
    bits_[static_cast<std::size_t>(url)] = true;
    return true;
  }
  bool contains(std::int64_t url) const { return covers(url) && bits_[static_cast<std::size_t>(url)]; }
  // False: it is not in the set.
  bool erase(std::int64_t url) {
    if (!contains(url)) return false;
    bits_[static_cast<std::size_t>(url)] = false;
    return true;
  }
  void for_each(const std::function<void(std::int64_t)>& callback) const {
    for (std::size_t url = 0; url < bits_.size(); ++url) {
      if (bits_[url]) callback(static_cast<std::int64_t>(url));
    }
  }

 private:
  bool covers(std::int64_t url) const { return url > 0 && static_cast<std::size_t>(url) < bits_.size(); }
  std::vector<bool> bits_;
};

// Rows whose first column is the id of a URL, ascending, asked for in ascending order.
class RowsByUrl {
 public:
  explicit RowsByUrl(Statement rows) : rows_(std::move(rows)) {}

  // Whether `url` has a row; rows passed over belong to no URL that was asked for.
  Result<bool> contains(std::int64_t url, Offence& unexpected) {
    while (!current_ || *current_ < url) {
      if (current_) unexpected.add(*current_);
      if (auto more = next(); !more || !*more) return more;
    }
    if (*current_ != url) return false;
    current_.reset();
    return true;
  }
  // Passes over the rest.
  Result<void> finish(Offence& unexpected) {
    auto rest = contains(INT64_MAX, unexpected);
    if (!rest) return std::unexpected(std::move(rest.error()));
    return {};
  }

 private:
  Result<bool> next() {
    current_.reset();
    if (ended_) return false;
    auto row = rows_.step();
    if (!row) return row;
    ended_ = !*row;
    if (ended_) return false;
    current_ = rows_.integer(0);
    return true;
  }

  Statement rows_;
  std::optional<std::int64_t> current_;
  bool ended_ = false;
};

// The versions that pages have had, and the pages there were.
class PageVersions {
 public:
  explicit PageVersions(std::int64_t last_url) : pages_(last_url) {}
  void add(std::int64_t url, std::int64_t version) {
    pages_.insert(url);
    if (version > 1) later_[url] = std::max(later_[url], version);
  }
  bool had(std::int64_t url) const { return pages_.contains(url); }
  bool had(std::int64_t url, std::int64_t version) const {
    if (version <= 1) return version == 1 && had(url);
    const auto last = later_.find(url);
    return last != later_.end() && version <= last->second;
  }

 private:
  UrlSet pages_;
  std::unordered_map<std::int64_t, std::int64_t> later_;  // the last version, of pages with more than one
};

}  // namespace gossamer
