#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "net/base/error.h"

namespace gossamer {

// The JSON Lines file of --items, beside the database. Written and synced first, then its size is committed
// with the transaction: what lies behind the committed size belongs to a crash and is cut off when opened.
class ItemsFile {
 public:
  // Opens, or creates if nothing is committed, and truncates to `committed`; a file that is not `ours` yet
  // must be empty. Errors: invalid_input when the file is shorter than `committed`, has content that is not
  // ours, or is no regular file; refused when another crawl holds it; storage.
  static Result<ItemsFile> open(const std::string& path, std::uint64_t committed, bool ours);

  ItemsFile(ItemsFile&& other) noexcept;
  ItemsFile& operator=(ItemsFile&& other) noexcept;  // swaps
  ~ItemsFile();

  // Appends and syncs. On an error the file is cut back to what it was.
  Result<void> append(std::string_view lines);

  // Cuts the file back to `size` after a transaction that failed.
  void truncate(std::uint64_t size);

  std::uint64_t size() const { return size_; }
  const std::string& path() const { return path_; }

 private:
  ItemsFile(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}

  std::string path_;
  int fd_ = -1;
  std::uint64_t size_ = 0;
};

}  // namespace gossamer
