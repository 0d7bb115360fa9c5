#include "crawler/bounded_map.h"

#include <algorithm>
#include <bit>

namespace gossamer {

BoundedMap::BoundedMap(std::size_t capacity)
    : bucket_count_(std::bit_ceil(std::max<std::size_t>(capacity / 8, 1))) {}

std::uint64_t& BoundedMap::operator[](std::uint64_t key) {
  if (buckets_.empty()) buckets_.resize(bucket_count_);
  key = std::max<std::uint64_t>(key, 1);
  Bucket& bucket = buckets_[key & (bucket_count_ - 1)];
  const auto found = std::ranges::find(bucket.keys, key);
  if (found != bucket.keys.end())
    return bucket.numbers[static_cast<std::size_t>(found - bucket.keys.begin())];
  const auto place =
      static_cast<std::size_t>(std::ranges::min_element(bucket.numbers) - bucket.numbers.begin());
  bucket.keys[place] = key;
  return bucket.numbers[place] = 0;
}

}  // namespace gossamer
