#pragma once

#include <cstddef>
#include <utility>

namespace gossamer {

// Zeroed memory straight from the kernel, in whole pages. It grows without being copied and is given back
// whole when it dies, so what a structure says it takes is what the process takes.
class PageMemory {
 public:
  PageMemory() = default;
  explicit PageMemory(std::size_t bytes) { grow(bytes); }
  PageMemory(PageMemory&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
  PageMemory& operator=(PageMemory&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~PageMemory();

  void grow(std::size_t bytes);  // to at least that many; may move the memory; throws std::bad_alloc

  std::byte* data() const { return data_; }
  std::size_t bytes() const { return bytes_; }

 private:
  std::byte* data_ = nullptr;
  std::size_t bytes_ = 0;
};

}  // namespace gossamer
