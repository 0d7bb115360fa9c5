#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crawler/seen_runs.h"
#include "crawler/seen_table.h"
#include "net/base/error.h"
#include "storage/rows.h"

namespace gossamer {

// Which canonical URLs the job knows, and under which id: the only place where URLs are told apart. Kept are
// 64-bit hashes (XXH3 under a random secret of the job, so that no site can prepare URLs that collide), 12
// bytes a slot, 14 to 18 bytes a URL. Two URLs with one hash count as the same URL: with n URLs the chance
// that any two do is n^2/2^65 (3e-8 at one million, 3e-4 at a hundred million).
//
// With Options the memory is bounded: a table that has used up its share is written to disk as a sorted run
// by a thread of its own, and the runs are merged there (SeenRuns). insert() and find() are right all the
// time; for what may be in a run they read the disk, one block a run that does not say no. Who cannot wait
// for that asks lookup() first, runs it on another thread, and hands the answers to warm(). Belongs to the
// crawl loop.
class SeenSet {
 public:
  using Secret = std::array<std::uint8_t, 32>;
  static Secret random_secret();
  static std::string to_hex(const Secret& secret);       // 64 digits, for the database's meta table
  static Result<Secret> from_hex(std::string_view hex);  // Error: invalid_input

  using Hash = SeenHash;

  struct Options {
    std::size_t memory = std::size_t{64} << 20;  // bytes in all, 4 MiB at least
    std::string scratch_directory;               // best that of the database
  };

  struct Insert {
    UrlId id;       // of the URL, known or new
    bool inserted;  // false: it was known
  };

  class Lookup;
  // What a Lookup read.
  struct LookupAnswers {
    std::vector<std::pair<Hash, UrlId>> found;
    std::vector<Hash> missing;
    std::uint64_t tables = 0;
  };

  // Puts the URLs of a database back.
  class Loader;

  static constexpr UrlId kMaxId = (UrlId{1} << 40) - 1;

  explicit SeenSet(const Secret& secret);  // all in memory, whatever it takes
  SeenSet(const Secret& secret, const Options& options);
  SeenSet(SeenSet&&) noexcept;
  SeenSet& operator=(SeenSet&&) noexcept;
  ~SeenSet();

  // `new_id` (1 ... kMaxId) is taken if the URL was not known. Throws std::runtime_error when the scratch
  // disk cannot be read: nobody knows then what is new, and the crawl must end.
  Insert insert(std::string_view canonical, UrlId new_id) { return insert(hash(canonical), new_id); }
  std::optional<UrlId> find(std::string_view canonical) const { return find(hash(canonical)); }

  // The same in two steps, for the links of a page: hash and prefetch all of them, then insert, and the cache
  // misses overlap.
  Hash hash(std::string_view canonical) const;
  void prefetch(Hash hash) const;
  Insert insert(Hash hash, UrlId new_id);
  std::optional<UrlId> find_in_memory(Hash hash) const { return table_.find(hash); }  // not all that is known
  std::optional<UrlId> find(Hash hash) const;

  // Takes the newest runs; and what must be read from disk before insert() or find() can answer for `hashes`;
  // nullopt: nothing. It is called once, on any thread, also when the set has changed or is gone.
  std::optional<Lookup> lookup(std::span<const Hash> hashes);
  // The answers are kept for the inserts that follow at once, and as long as newer ones leave them room.
  void warm(const LookupAnswers& answers);

  std::size_t size() const { return size_; }
  std::size_t memory_bytes() const;
  std::uint64_t disk_bytes() const;
  std::uint64_t disk_reads() const { return disk_reads_; }  // by insert() and find() themselves

  // The scratch disk takes no more: nothing is lost, but the memory grows beyond its bound until it does.
  // nullopt: all is well (again).
  std::optional<Error> trouble() const;

 private:
  struct Disk;

  std::optional<UrlId> find_beyond(Hash hash) const;
  void add(SeenTable::Position position, Hash hash, UrlId id);
  void freeze();
  void adopt();

  std::array<std::uint8_t, 192> key_;  // what XXH3 derives from the secret
  SeenTable table_;
  std::unique_ptr<Disk> disk_;  // null: all in memory
  std::size_t size_ = 0;
  mutable std::uint64_t disk_reads_ = 0;
};

// Reads in ascending order of hashes, from the runs there were when it was made.
class SeenSet::Lookup {
 public:
  LookupAnswers operator()();

 private:
  friend class SeenSet;
  Lookup(std::vector<Hash> hashes, std::shared_ptr<const SeenRuns::View> view)
      : hashes_(std::move(hashes)), view_(std::move(view)) {}

  std::vector<Hash> hashes_;
  std::shared_ptr<const SeenRuns::View> view_;
};

// The database has no URL twice, so what is loaded is not looked for on disk. URLs go in by the batch, those
// of one part of the table together, and the last ones when the loader dies. Meanwhile the set is the
// loader's.
class SeenSet::Loader {
 public:
  // `urls`: about as many as will come; the set makes room for them at once, as far as its memory goes.
  Loader(SeenSet& seen, std::size_t urls);
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;
  ~Loader();

  void add(std::string_view canonical, UrlId id);

 private:
  struct Batch {
    struct Url {
      Hash hash;
      UrlId id;
    };
    std::array<Url, 64> urls;
    std::size_t size = 0;
  };
  void insert(Batch& batch);

  SeenSet& seen_;
  std::vector<Batch> batches_{SeenTable::kParts};  // by SeenTable::part_of()
};

}  // namespace gossamer
