#pragma once

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "crawler/block_store.h"
#include "crawler/frontier_entry.h"

namespace gossamer {

// URLs ordered by a key, part of them in memory (the window), the rest on disk in sorted runs of about 4 KiB,
// of which memory knows only the first key and the place. The window is read ahead from the runs as it
// empties and written out by spill(). 32 bytes and the URL itself a URL, 32 more in memory; 16 bytes of
// memory a run. A queue without a window is 32 bytes and may have one short run, so that a million hosts with
// three URLs each stay small.
//
// Belongs to the crawl loop. The store must be the same in all calls; an error of the store changes nothing.
class UrlQueue {
 public:
  // A URL; its bytes follow the struct.
  struct Record {
    std::uint64_t key;
    UrlId id;
    HostId host;
    std::uint32_t length;
    std::uint16_t priority;
    std::uint16_t depth;
    std::uint16_t attempt : 14;
    std::uint16_t refresh : 1;
    std::uint16_t sitemap : 1;
    std::uint8_t hops;
    std::uint8_t twins;

    std::string_view url() const { return {reinterpret_cast<const char*>(this + 1), length}; }
    std::size_t size() const { return sizeof(Record) + length; }
    FrontierEntry entry() const;
  };
  static_assert(sizeof(Record) == 32);

  UrlQueue();
  UrlQueue(UrlQueue&&) noexcept;
  UrlQueue& operator=(UrlQueue&&) noexcept;
  ~UrlQueue();  // leaves its blocks to the store, which is to die too

  void push(std::uint64_t key, const FrontierEntry& entry);

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  std::uint64_t smallest_key() const;  // of a queue that is not empty

  // The record with the smallest key (of equals with the smallest id), valid until the next call that is not
  // const. If it lies on disk, up to `window` bytes that come next are read with it. The queue must not be
  // empty. Errors: io.
  Result<const Record*> front(BlockStore& store, std::size_t window);
  // Removes what front() gave.
  void pop();

  // Writes the window to disk but for the `keep` bytes that come first (and URLs of more than
  // BlockStore::kLargest bytes). Errors: io; what could not be written stays in memory.
  Result<> spill(BlockStore& store, std::size_t keep);

  std::size_t window_bytes() const { return window_ ? window_->bytes : 0; }  // what spill(0) frees
  std::size_t memory_bytes() const;                                          // without the queue itself

 private:
  struct Free {
    void operator()(Record* record) const { std::free(record); }
  };
  struct Item {
    std::uint64_t key;
    std::unique_ptr<Record, Free> record;
  };
  struct Run {
    std::uint64_t key = 0;  // of the first record that is left
    BlockStore::Block block = 0;
    std::uint16_t begin = 0;  // of what is left
    std::uint16_t end = 0;    // begin: there is no run
    bool empty() const { return begin == end; }
  };
  struct Later {
    bool operator()(const Item& a, const Item& b) const;
    bool operator()(const Run& a, const Run& b) const { return a.key > b.key; }
  };
  struct Window {
    std::vector<Item> items;  // heaps, smallest key first
    std::vector<Run> runs;
    std::size_t bytes = 0;  // of the items
  };

  static std::size_t memory_of(const Record& record);
  Window& window();
  void add_item(std::unique_ptr<Record, Free> record);
  static bool is_whole(std::span<const std::byte> bytes, std::uint64_t first_key);
  Result<> load(BlockStore& store, std::size_t at_most);
  Result<> load_short_run(BlockStore& store);
  void add_run(const Run& run);
  void shrink();

  std::unique_ptr<Window> window_;
  Run short_run_;  // the one run of less than half a block: rewritten with what is spilled next
  std::uint32_t size_ = 0;
};

}  // namespace gossamer
