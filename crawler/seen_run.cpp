#include "crawler/seen_run.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <span>
#include <utility>

namespace gossamer {
namespace {

constexpr std::size_t kHashBytes = 8;
constexpr std::size_t kEntryBytes = 13;  // and 5 bytes of id
constexpr std::size_t kBlockBytes = 4096;
constexpr std::size_t kBlockEntries = kBlockBytes / kEntryBytes;  // the last byte of a block is unused
constexpr std::size_t kBufferBlocks = 16;

static_assert(std::endian::native == std::endian::little);

void put(std::byte* at, SeenRun::Entry entry) {
  std::memcpy(at, &entry.hash, kHashBytes);
  std::memcpy(at + kHashBytes, &entry.id, kEntryBytes - kHashBytes);
}

SeenRun::Entry entry_at(const std::byte* at) {
  SeenRun::Entry entry;
  std::memcpy(&entry.hash, at, kHashBytes);
  std::memcpy(&entry.id, at + kHashBytes, kEntryBytes - kHashBytes);
  return entry;
}

}  // namespace

SeenRun::SeenRun(ScratchFile file, std::uint64_t keys, double filter_bits)
    : file_(std::move(file)), filter_(keys, filter_bits) {
  first_hashes_.reserve((keys + kBlockEntries - 1) / kBlockEntries);
}

Result<std::optional<UrlId>> SeenRun::find(SeenHash hash) const {
  const auto after = std::ranges::upper_bound(first_hashes_, static_cast<std::uint64_t>(hash));
  if (after == first_hashes_.begin()) return std::nullopt;
  const auto block = static_cast<std::uint64_t>(after - first_hashes_.begin()) - 1;
  const std::uint64_t entries = std::min(kBlockEntries, size_ - block * kBlockEntries);
  std::array<std::byte, kBlockBytes> bytes;
  const std::span<std::byte> used(bytes.data(), entries * kEntryBytes);
  if (auto read = file_.read_at(block * kBlockBytes, used); !read) {
    return std::unexpected(std::move(read.error()));
  }
  std::size_t low = 0;
  std::size_t high = entries;
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    const Entry entry = entry_at(&bytes[middle * kEntryBytes]);
    if (entry.hash == hash) return entry.id;
    if (entry.hash < hash) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return std::nullopt;
}

std::size_t SeenRun::memory_bytes() const {
  return sizeof *this + filter_.memory_bytes() + first_hashes_.capacity() * sizeof first_hashes_[0];
}

std::uint64_t SeenRun::disk_bytes() const { return first_hashes_.size() * kBlockBytes; }

SeenRun::Writer::Writer(std::unique_ptr<SeenRun> run)
    : run_(std::move(run)), buffer_(kBufferBlocks * kBlockBytes) {}

Result<SeenRun::Writer> SeenRun::Writer::create(const std::string& directory, std::uint64_t keys,
                                                double filter_bits) {
  auto file = ScratchFile::create(directory);
  if (!file) return std::unexpected(std::move(file.error()));
  return Writer(std::unique_ptr<SeenRun>(new SeenRun(std::move(*file), keys, filter_bits)));
}

Result<> SeenRun::Writer::add(Entry entry) {
  if (run_->size_ % kBlockEntries == 0) {
    used_ = (used_ + kBlockBytes - 1) / kBlockBytes * kBlockBytes;
    if (used_ == buffer_.size()) {
      if (auto flushed = flush(); !flushed) return flushed;
    }
    run_->first_hashes_.push_back(static_cast<std::uint64_t>(entry.hash));
  }
  put(&buffer_[used_], entry);
  used_ += kEntryBytes;
  run_->filter_.add(entry.hash);
  ++run_->size_;
  return {};
}

Result<> SeenRun::Writer::flush() {
  if (auto done = run_->file_.write_at(written_, std::span(buffer_.data(), used_)); !done) return done;
  written_ += used_;
  used_ = 0;
  return {};
}

Result<std::shared_ptr<const SeenRun>> SeenRun::Writer::finish() {
  if (auto flushed = flush(); !flushed) return std::unexpected(std::move(flushed.error()));
  return std::shared_ptr<const SeenRun>(std::move(run_));
}

SeenRun::Reader::Reader(std::shared_ptr<const SeenRun> run)
    : run_(std::move(run)), buffer_(kBufferBlocks * kBlockBytes) {}

Result<> SeenRun::Reader::next() {
  constexpr std::uint64_t kBufferEntries = kBufferBlocks * kBlockEntries;
  if (index_ == run_->size_) {
    entry_.reset();
    return {};
  }
  const std::uint64_t in_buffer = index_ % kBufferEntries;
  if (in_buffer == 0) {
    const std::uint64_t entries = std::min(kBufferEntries, run_->size_ - index_);
    const std::uint64_t bytes =
        (entries - 1) / kBlockEntries * kBlockBytes + ((entries - 1) % kBlockEntries + 1) * kEntryBytes;
    const std::uint64_t offset = index_ / kBlockEntries * kBlockBytes;
    if (auto read = run_->file_.read_at(offset, std::span(buffer_.data(), bytes)); !read) return read;
  }
  entry_ =
      entry_at(&buffer_[in_buffer / kBlockEntries * kBlockBytes + in_buffer % kBlockEntries * kEntryBytes]);
  ++index_;
  return {};
}

}  // namespace gossamer
