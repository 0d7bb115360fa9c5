#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "net/base/error.h"
#include "storage/rows.h"

namespace gossamer {

// Which canonical URLs the job knows, and under which id: the only place where URLs are told apart. Kept are
// 64-bit hashes (XXH3 under a random secret of the job, so that no site can prepare URLs that collide), 12
// bytes a slot, 14 to 18 bytes a URL. Two URLs with one hash count as the same URL: with n URLs the chance
// that any two do is n^2/2^65 (3e-8 at one million, 3e-4 at a hundred million).
//
// 256 sub-tables, told apart by the hash's top byte, grow one at a time by a quarter, at staggered sizes: an
// insert never stalls for a rebuild of the whole. Belongs to the crawl loop.
class SeenSet {
 public:
  using Secret = std::array<std::uint8_t, 32>;
  static Secret random_secret();
  static std::string to_hex(const Secret& secret);       // 64 digits, for the database's meta table
  static Result<Secret> from_hex(std::string_view hex);  // ErrorClass::storage

  enum class Hash : std::uint64_t {};

  struct Insert {
    UrlId id;       // of the URL, known or new
    bool inserted;  // false: it was known
  };

  static constexpr UrlId kMaxId = (UrlId{1} << 40) - 1;

  explicit SeenSet(const Secret& secret);
  SeenSet(SeenSet&&) noexcept;
  SeenSet& operator=(SeenSet&&) noexcept;
  ~SeenSet();

  // `new_id` (1 ... kMaxId) is taken if the URL was not known.
  Insert insert(std::string_view canonical, UrlId new_id) { return insert(hash(canonical), new_id); }
  std::optional<UrlId> find(std::string_view canonical) const { return find(hash(canonical)); }

  // The same in two steps, for the links of a page: hash and prefetch all of them, then insert, and the cache
  // misses overlap.
  Hash hash(std::string_view canonical) const;
  void prefetch(Hash hash) const;
  Insert insert(Hash hash, UrlId new_id);
  std::optional<UrlId> find(Hash hash) const;

  std::size_t size() const { return size_; }
  std::size_t memory_bytes() const;

 private:
  struct Slot;
  struct SubTable;

  std::array<std::uint8_t, 192> key_;  // what XXH3 derives from the secret
  std::unique_ptr<SubTable[]> tables_;
  std::size_t size_ = 0;
};

}  // namespace gossamer
