#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "crawler/scratch_file.h"

namespace gossamer {

// Memory in pages of 4 KiB of which a limited number is resident and the rest in a scratch file, written
// there only when it has changed and its place is needed (clock order). Belongs to one thread, which waits
// for the disk.
class PagedFile {
 public:
  static constexpr std::size_t kPageBytes = 4096;
  using PageId = std::uint32_t;

  struct Options {
    // Bytes of pages in memory; nullopt: all of them, and no file.
    std::optional<std::size_t> resident = std::nullopt;
    std::string scratch_directory = {};
  };

  explicit PagedFile(Options options) : options_(std::move(options)) {}

  PageId add();  // zeroed

  // Valid until the next call. Throws std::runtime_error when the page cannot be read back.
  const std::byte* read(PageId page) { return bytes_of(page); }
  // A byte of a page, if it is in memory.
  void prefetch(PageId page, std::size_t at) const {
    if (frame_of_[page] != kNone) __builtin_prefetch(&frames_[frame_of_[page]].bytes[at]);
  }
  std::byte* change(PageId page) {
    std::byte* const bytes = bytes_of(page);
    frames_[frame_of_[page]].changed = true;
    return bytes;
  }

  std::size_t memory_bytes() const;

  // Pages cannot be written: they stay in memory, beyond the limit. nullopt: all is well (again).
  const std::optional<Error>& trouble() const { return trouble_; }

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;

  struct Frame {
    std::unique_ptr<std::byte[]> bytes;
    PageId page = 0;
    bool used = true;  // since the clock's hand passed
    bool changed = false;
  };

  std::byte* bytes_of(PageId page) {
    if (frame_of_[page] == kNone) load(page);
    Frame& frame = frames_[frame_of_[page]];
    frame.used = true;
    return frame.bytes.get();
  }
  void load(PageId page);
  std::uint32_t free_frame();
  bool write_back(Frame& frame);

  Options options_;
  std::optional<ScratchFile> file_;
  std::vector<std::uint32_t> frame_of_;  // each page's, kNone: in the file
  std::vector<Frame> frames_;
  std::size_t hand_ = 0;
  std::optional<Error> trouble_;
};

}  // namespace gossamer
