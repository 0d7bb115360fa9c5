#include "crawler/block_store.h"

#include <algorithm>
#include <bit>

namespace gossamer {

// 128, 192, 256, 384, 512, ... 65536.
std::size_t BlockStore::block_size(std::size_t size_class) {
  const std::size_t power = std::size_t{128} << (size_class / 2);
  return size_class % 2 == 0 ? power : power + power / 2;
}

Result<> BlockStore::open() {
  if (file_) return {};
  if (!directory_) return fail(ErrorClass::io, "there is no scratch directory");
  auto file = ScratchFile::create(*directory_);
  if (!file) return std::unexpected(std::move(file.error()));
  file_ = std::move(*file);
  return {};
}

void BlockStore::link(std::uint32_t index) {
  Slab& slab = slabs_[index];
  std::uint32_t& first = open_slabs_[slab.size_class];
  slab.previous = kNone;
  slab.next = first;
  if (first != kNone) slabs_[first].previous = index;
  first = index;
}

void BlockStore::unlink(std::uint32_t index) {
  const Slab& slab = slabs_[index];
  (slab.previous != kNone ? slabs_[slab.previous].next : open_slabs_[slab.size_class]) = slab.next;
  if (slab.next != kNone) slabs_[slab.next].previous = slab.previous;
}

// A slab of that class with a free block.
std::uint32_t BlockStore::take_slab(std::size_t size_class) {
  if (open_slabs_[size_class] != kNone) return open_slabs_[size_class];
  std::uint32_t index;
  if (free_slabs_.empty()) {
    index = static_cast<std::uint32_t>(slabs_.size());
    slabs_.emplace_back();
  } else {
    index = *free_slabs_.begin();
    free_slabs_.erase(free_slabs_.begin());
  }
  Slab& slab = slabs_[index];
  const std::size_t blocks = kSlab / block_size(size_class);
  for (std::size_t word = 0; word < slab.used_bits.size(); ++word) {
    const std::size_t here = blocks > word * 64 ? std::min<std::size_t>(blocks - word * 64, 64) : 0;
    slab.used_bits[word] = here == 64 ? 0 : ~std::uint64_t{0} << here;
  }
  slab.used = 0;
  slab.size_class = static_cast<std::uint8_t>(size_class);
  link(index);
  return index;
}

Result<BlockStore::Block> BlockStore::write(std::span<const std::byte> bytes) {
  if (auto opened = open(); !opened) return std::unexpected(std::move(opened.error()));
  std::size_t size_class = 0;
  while (block_size(size_class) < bytes.size()) ++size_class;
  const std::uint32_t index = take_slab(size_class);
  if (index > UINT32_MAX / (kSlab / kUnit) - 1) {
    unlink(index);
    slabs_.pop_back();
    return fail(ErrorClass::io, "a scratch file cannot grow past 256 GiB");
  }
  Slab& slab = slabs_[index];
  std::size_t word = 0;
  while (slab.used_bits[word] == ~std::uint64_t{0}) ++word;
  const auto bit = static_cast<std::size_t>(std::countr_one(slab.used_bits[word]));
  slab.used_bits[word] |= std::uint64_t{1} << bit;
  file_slabs_ = std::max(file_slabs_, slabs_.size());
  ++slab.used;
  if (slab.used == kSlab / block_size(size_class)) unlink(index);
  const std::size_t offset = index * kSlab + (word * 64 + bit) * block_size(size_class);
  const auto block = static_cast<Block>(offset / kUnit);
  if (auto written = file_->write_at(offset, bytes); !written) {
    free(block);
    return std::unexpected(std::move(written.error()));
  }
  return block;
}

Result<std::span<const std::byte>> BlockStore::read(Block block, std::size_t begin, std::size_t end) {
  if (buffer_.size() < kSlab) buffer_.resize(kSlab);
  const std::span<std::byte> bytes(buffer_.data(), end - begin);
  if (auto got = file_->read_at(std::uint64_t{block} * kUnit + begin, bytes); !got) {
    return std::unexpected(std::move(got.error()));
  }
  return bytes;
}

void BlockStore::free(Block block) {
  const std::uint32_t index = block / (kSlab / kUnit);
  Slab& slab = slabs_[index];
  const std::size_t size = block_size(slab.size_class);
  const std::size_t number = (block % (kSlab / kUnit)) * kUnit / size;
  slab.used_bits[number / 64] &= ~(std::uint64_t{1} << (number % 64));
  if (slab.used == kSlab / size) link(index);
  if (--slab.used > 0) return;
  unlink(index);
  free_slabs_.insert(index);
  give_back();
}

// Cuts free slabs off the end of the file, some at a time.
void BlockStore::give_back() {
  constexpr std::size_t kAtOnce = 16;
  while (!slabs_.empty() && slabs_.back().used == 0) {
    free_slabs_.erase(static_cast<std::uint32_t>(slabs_.size() - 1));
    slabs_.pop_back();
  }
  if (file_slabs_ < slabs_.size() + kAtOnce && !slabs_.empty()) return;
  file_->truncate(std::uint64_t{slabs_.size()} * kSlab);
  file_slabs_ = slabs_.size();
}

std::size_t BlockStore::capacity(Block block) const {
  return block_size(slabs_[block / (kSlab / kUnit)].size_class);
}

void BlockStore::prefetch(Block block) const {
  file_->prefetch(std::uint64_t{block} * kUnit, capacity(block));
}

std::size_t BlockStore::memory_bytes() const {
  constexpr std::size_t kSetNode = 48;
  return slabs_.capacity() * sizeof(Slab) + free_slabs_.size() * kSetNode + buffer_.capacity();
}

}  // namespace gossamer
