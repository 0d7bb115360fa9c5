#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>

#include "crawler/page_memory.h"
#include "storage/rows.h"

namespace gossamer {

enum class SeenHash : std::uint64_t {};

// The part of a seen set that is in memory: hash -> id, 12 bytes a slot, 14 to 18 bytes an entry once there
// are half a million. 256 sub-tables, told apart by the hash's top byte, grow one at a time by a quarter, at
// staggered sizes and in place: an insert never stalls for a rebuild of the whole, and growing needs no
// second copy. One thread changes it; when nothing does, any thread may read.
class SeenTable {
 public:
  SeenTable();
  SeenTable(SeenTable&&) noexcept = default;
  SeenTable& operator=(SeenTable&&) noexcept = default;

  void prefetch(SeenHash hash) const;

  std::optional<UrlId> find(SeenHash hash) const;

  // Where a hash is, or belongs: from find_slot() to an insert_at() that nothing comes between.
  struct Position {
    std::size_t slot = 0;
    std::optional<UrlId> id;  // nullopt: not in the table
  };
  Position find_slot(SeenHash hash) const;
  void insert_at(Position position, SeenHash hash, UrlId id);  // ids up to 2^40 - 1

  // Grows now as far as that many entries would make it grow: half the cost of an insert is to make room, and
  // a table that is as large as it will be has room.
  void reserve(std::size_t entries);
  // As many as a table that takes no more than `bytes` has room for, or a little less.
  static std::size_t entries_within(std::size_t bytes);

  // Which of kParts of its memory, some pages each, has a hash. To insert part by part spares most of the
  // walks through the page tables, which cost as much as the cache misses.
  static constexpr std::size_t kParts = 256;
  static std::size_t part_of(SeenHash hash) { return index_of(hash); }

  std::size_t size() const { return size_; }
  std::size_t memory_bytes() const { return bytes_ + sizeof *this; }  // as the kernel counts it

  // Every entry in ascending order of hashes. False stops.
  bool for_each(const std::function<bool(SeenHash, UrlId)>& callback) const;

  // What is stored for a hash: 1 in 2^56 hashes counts as its neighbour, for its slot would look empty.
  static SeenHash stored(SeenHash hash) {
    return SeenHash{(static_cast<std::uint64_t>(hash) & ~kEmptyKey) | key_of(hash)};
  }

 private:
  static constexpr std::size_t kSubTables = kParts;
  static constexpr std::size_t kStride = 4;  // slots a search looks at together
  static constexpr std::uint64_t kKeyBits = 56;
  static constexpr std::uint64_t kEmptyKey = (std::uint64_t{1} << kKeyBits) - 1;

  static std::size_t index_of(SeenHash hash) { return static_cast<std::uint64_t>(hash) >> kKeyBits; }
  static std::uint64_t key_of(SeenHash hash) {
    const std::uint64_t key = static_cast<std::uint64_t>(hash) & kEmptyKey;
    return key == kEmptyKey ? kEmptyKey - 1 : key;
  }

  struct Slot;

  // Open addressing with linear probing, where a key's home grows with the key and the slots in use are
  // sorted by key. So a search ends at the first greater key, also for an unknown one.
  struct SubTable {
    PageMemory memory;
    Slot* slots = nullptr;     // in memory
    std::size_t capacity = 0;  // homes; there are kTail slots more
    std::size_t used = 0;
    double size_now = 0;  // the exact size whose whole part is `capacity`: keeps the sub-tables staggered

    std::size_t home(std::uint64_t key) const {
      return static_cast<std::size_t>(static_cast<unsigned __int128>(key) * capacity >> kKeyBits);
    }
    std::size_t position(std::uint64_t key) const;
    void resize(double size);
    bool spread(std::size_t next_read);
  };

  void grow(SubTable& table, double size);

  std::array<SubTable, kSubTables> tables_;
  std::size_t size_ = 0;
  std::size_t bytes_ = 0;
};

// 56 bits of key and 40 bits of id in 12 bytes. An empty slot looks like the greatest key.
struct SeenTable::Slot {
  std::uint32_t words[3];

  std::uint64_t head() const {
    std::uint64_t head;
    __builtin_memcpy(&head, words, sizeof head);
    return head;
  }
  std::uint64_t key() const { return head() >> 8; }
  UrlId id() const { return (head() & 0xff) << 32 | words[2]; }
  bool empty() const { return key() == kEmptyKey; }

  void set(std::uint64_t key, UrlId id) {
    const std::uint64_t head = key << 8 | id >> 32;
    __builtin_memcpy(words, &head, sizeof head);
    words[2] = static_cast<std::uint32_t>(id);
  }
};

// Of the key, or where it belongs.
inline std::size_t SeenTable::SubTable::position(std::uint64_t key) const {
  // From its home on the slots' keys ascend, so the smaller ones of four are counted without a branch to be
  // foretold.
  for (std::size_t at = home(key);; at += kStride) {
    std::size_t smaller = 0;
    for (std::size_t i = 0; i < kStride; ++i) smaller += slots[at + i].key() < key ? 1 : 0;
    if (smaller < kStride) return at + smaller;
  }
}

inline void SeenTable::prefetch(SeenHash hash) const {
  const SubTable& table = tables_[index_of(hash)];
  const Slot* const home = &table.slots[table.home(key_of(hash))];
  __builtin_prefetch(home);
  __builtin_prefetch(home + kStride - 1);
}

inline SeenTable::Position SeenTable::find_slot(SeenHash hash) const {
  const SubTable& table = tables_[index_of(hash)];
  const std::uint64_t key = key_of(hash);
  const std::size_t at = table.position(key);
  const Slot& slot = table.slots[at];
  return {.slot = at, .id = slot.key() == key ? std::optional(slot.id()) : std::nullopt};
}

inline std::optional<UrlId> SeenTable::find(SeenHash hash) const { return find_slot(hash).id; }

}  // namespace gossamer
