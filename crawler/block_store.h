#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "crawler/scratch_file.h"

namespace gossamer {

// Blocks of 128 bytes to 64 KiB in a scratch file, which is made when the first is written. The file is
// divided into slabs of 64 KiB, each of blocks of one size. Free slabs are used again, those near the start
// first, and given back to the file system at the end of the file. 88 bytes of memory a slab.
// Belongs to the crawl loop; reads and writes go to the page cache.
class BlockStore {
 public:
  using Block = std::uint32_t;  // its offset in the file, in units of 64 bytes
  static constexpr std::size_t kLargest = 65'535;

  // In an existing directory, "" the working directory. nullopt: nothing can be stored.
  explicit BlockStore(std::optional<std::string> directory) : directory_(std::move(directory)) {}

  bool enabled() const { return directory_.has_value(); }

  // Stores at most kLargest bytes in a block of their own. Errors: io (the disk is full, ...); then nothing
  // was stored.
  Result<Block> write(std::span<const std::byte> bytes);

  // The bytes from `begin` to `end` of what was written, until the next call. Errors: io.
  Result<std::span<const std::byte>> read(Block block, std::size_t begin, std::size_t end);

  void free(Block block);
  std::size_t capacity(Block block) const;

  // The block will be read soon.
  void prefetch(Block block) const;

  std::uint64_t disk_bytes() const { return slabs_.size() * kSlab; }  // free slabs included
  std::size_t memory_bytes() const;

 private:
  static constexpr std::size_t kUnit = 64;
  static constexpr std::size_t kSlab = 65'536;
  static constexpr std::size_t kClasses = 19;
  static constexpr std::uint32_t kNone = UINT32_MAX;

  struct Slab {
    std::array<std::uint64_t, 8> used_bits;
    std::uint32_t previous;  // among the slabs of its class that have a free block
    std::uint32_t next;
    std::uint16_t used;  // blocks; 0: the slab is free
    std::uint8_t size_class;
  };

  static std::size_t block_size(std::size_t size_class);
  Result<> open();
  std::uint32_t take_slab(std::size_t size_class);
  void link(std::uint32_t slab);
  void unlink(std::uint32_t slab);
  void give_back();

  std::optional<std::string> directory_;
  std::optional<ScratchFile> file_;
  std::vector<Slab> slabs_;
  std::set<std::uint32_t> free_slabs_;
  std::size_t file_slabs_ = 0;                                 // as long as the file may be
  std::array<std::uint32_t, kClasses> open_slabs_ = filled();  // of each class: the first with a free block
  std::vector<std::byte> buffer_;

  static constexpr std::array<std::uint32_t, kClasses> filled() {
    std::array<std::uint32_t, kClasses> none{};
    none.fill(kNone);
    return none;
  }
};

}  // namespace gossamer
