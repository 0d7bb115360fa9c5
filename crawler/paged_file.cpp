#include "crawler/paged_file.h"

#include <algorithm>
#include <span>
#include <stdexcept>
#include <utility>

namespace gossamer {

PagedFile::PageId PagedFile::add() {
  const auto page = static_cast<PageId>(frame_of_.size());
  const std::uint32_t frame = free_frame();
  frame_of_.push_back(frame);
  frames_[frame].page = page;
  frames_[frame].changed = true;
  std::fill_n(frames_[frame].bytes.get(), kPageBytes, std::byte{0});
  return page;
}

void PagedFile::load(PageId page) {
  const std::uint32_t frame = free_frame();
  const std::span bytes(frames_[frame].bytes.get(), kPageBytes);
  if (auto read = file_->read_at(std::uint64_t{page} * kPageBytes, bytes); !read) {
    throw std::runtime_error("a table cannot be read back: " + read.error().message);
  }
  frames_[frame].page = page;
  frame_of_[page] = frame;
}

// One that belongs to no page.
std::uint32_t PagedFile::free_frame() {
  const std::size_t limit =
      options_.resident ? std::max<std::size_t>(*options_.resident / kPageBytes, 1) : SIZE_MAX;
  if (frames_.size() >= limit) {
    for (std::size_t passed = 0; passed < 2 * frames_.size(); ++passed) {
      const auto at = static_cast<std::uint32_t>(hand_);
      hand_ = (hand_ + 1) % frames_.size();
      Frame& frame = frames_[at];
      if (std::exchange(frame.used, false)) continue;
      if (frame.changed && !write_back(frame)) break;
      frame_of_[frame.page] = kNone;
      frame.used = true;
      return at;
    }
  }
  frames_.push_back({.bytes = std::make_unique_for_overwrite<std::byte[]>(kPageBytes)});
  return static_cast<std::uint32_t>(frames_.size() - 1);
}

bool PagedFile::write_back(Frame& frame) {
  if (!file_) {
    auto created = ScratchFile::create(options_.scratch_directory);
    if (!created) {
      trouble_ = std::move(created.error());
      return false;
    }
    file_ = std::move(*created);
  }
  const std::span bytes(frame.bytes.get(), kPageBytes);
  if (auto written = file_->write_at(std::uint64_t{frame.page} * kPageBytes, bytes); !written) {
    trouble_ = std::move(written.error());
    return false;
  }
  trouble_.reset();
  frame.changed = false;
  return true;
}

std::size_t PagedFile::memory_bytes() const {
  constexpr std::size_t kHeapOverhead = 16;
  return frames_.size() * (kPageBytes + kHeapOverhead) + frames_.capacity() * sizeof(Frame) +
         frame_of_.capacity() * sizeof frame_of_[0];
}

}  // namespace gossamer
