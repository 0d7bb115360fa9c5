#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace gossamer {

// Numbers by 64-bit hashes, in memory that is bounded by forgetting: where a new key finds no room, the entry
// with the smallest number nearby goes. So big counts, or late ids, stay. Keys must be well mixed; those of
// strings that strangers write, seeded.
class BoundedMap {
 public:
  // About `capacity` entries of 16 bytes, taken when the first key comes.
  explicit BoundedMap(std::size_t capacity);

  // The number of `key`: 0 if it is new, or was forgotten. Valid until the next call.
  std::uint64_t& operator[](std::uint64_t key);

  std::size_t memory_bytes() const { return buckets_.capacity() * sizeof(Bucket); }

 private:
  struct Bucket {
    std::array<std::uint64_t, 8> keys{};  // 0: free, or not in use
    std::array<std::uint64_t, 8> numbers{};
  };
  std::size_t bucket_count_;  // a power of two
  std::vector<Bucket> buckets_;
};

}  // namespace gossamer
