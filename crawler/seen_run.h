#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "crawler/scratch_file.h"
#include "crawler/seen_filter.h"
#include "crawler/seen_table.h"

namespace gossamer {

// A part of a seen set on disk: hashes and their ids in ascending order in a scratch file, 13 bytes each. In
// memory are a filter and the first hash of every 4 KiB, so that a search reads one block. Constant once
// written; any thread may read.
class SeenRun {
 public:
  struct Entry {
    SeenHash hash{};
    UrlId id = 0;
  };

  // False: certainly not in the run.
  bool may_have(SeenHash hash) const { return filter_.passes(hash); }
  void prefetch(SeenHash hash) const { filter_.prefetch(hash); }
  // Reads one block of the file.
  Result<std::optional<UrlId>> find(SeenHash hash) const;

  std::uint64_t size() const { return size_; }
  std::size_t filter_bytes() const { return filter_.memory_bytes(); }
  std::size_t memory_bytes() const;
  std::uint64_t disk_bytes() const;

  class Writer;
  class Reader;

 private:
  SeenRun(ScratchFile file, std::uint64_t keys, double filter_bits);

  ScratchFile file_;
  SeenFilter filter_;
  std::vector<std::uint64_t> first_hashes_;  // of each block
  std::uint64_t size_ = 0;
};

// Writes a run from front to back.
class SeenRun::Writer {
 public:
  // For at most `keys` entries, with a filter of `filter_bits` a key (SeenFilter).
  static Result<Writer> create(const std::string& directory, std::uint64_t keys, double filter_bits);

  Result<> add(Entry entry);  // in ascending order of hashes
  Result<std::shared_ptr<const SeenRun>> finish();

  std::size_t filter_bytes() const { return run_->filter_bytes(); }

 private:
  explicit Writer(std::unique_ptr<SeenRun> run);
  Result<> flush();

  std::unique_ptr<SeenRun> run_;
  std::vector<std::byte> buffer_;
  std::size_t used_ = 0;       // of buffer_
  std::uint64_t written_ = 0;  // bytes of the file
};

// Reads a run from front to back.
class SeenRun::Reader {
 public:
  explicit Reader(std::shared_ptr<const SeenRun> run);

  const std::optional<Entry>& entry() const {
    return entry_;
  }  // nullopt: the end, or before the first next()
  Result<> next();

 private:
  std::shared_ptr<const SeenRun> run_;
  std::vector<std::byte> buffer_;
  std::uint64_t index_ = 0;  // of the entry that comes next
  std::optional<Entry> entry_;
};

}  // namespace gossamer
