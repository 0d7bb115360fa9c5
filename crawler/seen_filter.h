#pragma once

#include <cstddef>
#include <cstdint>

#include "crawler/page_memory.h"
#include "crawler/seen_table.h"

namespace gossamer {

// Says of most hashes that are not in a run that they are not: a Bloom filter whose bits for one hash lie in
// one cache line. At 10 bits a key 1 to 2 unknown hashes of 100 pass. Filled by one thread, then constant.
class SeenFilter {
 public:
  static constexpr double kBestBits = 10;  // a key
  static constexpr double kLeastBits = 2;  // below that a filter says too little

  // `bits` a key; under kLeastBits no filter at all: everything passes.
  SeenFilter(std::uint64_t keys, double bits);

  void add(SeenHash hash);
  bool passes(SeenHash hash) const;
  void prefetch(SeenHash hash) const {
    if (blocks_ != 0) __builtin_prefetch(block(hash));
  }
  std::size_t memory_bytes() const { return memory_.bytes(); }

 private:
  static constexpr std::size_t kBlockWords = 8;

  // Ascending hashes have ascending blocks.
  std::uint64_t* block(SeenHash hash) const {
    const auto at = static_cast<std::uint64_t>(static_cast<unsigned __int128>(hash) * blocks_ >> 64);
    return reinterpret_cast<std::uint64_t*>(memory_.data()) + at * kBlockWords;
  }

  std::uint64_t blocks_ = 0;
  int probes_ = 0;
  PageMemory memory_;
};

}  // namespace gossamer
