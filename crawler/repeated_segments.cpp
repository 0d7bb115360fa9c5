#include "crawler/repeated_segments.h"

#include <algorithm>
#include <array>
#include <span>

#include "net/base/ascii.h"

namespace gossamer {

namespace {

constexpr std::size_t kMaxSegments = 128;

bool is_shard(std::string_view segment) {
  if (segment.empty()) return false;
  return std::ranges::all_of(segment, is_ascii_digit) ||
         (segment.size() <= 3 && std::ranges::all_of(segment, [](char c) { return hex_value(c) >= 0; }));
}

using Segments = std::span<const std::string_view>;

bool has_frequent_segment(Segments segments, std::uint32_t limit) {
  for (std::size_t i = 0; i + limit < segments.size(); ++i) {
    const auto count = std::ranges::count(segments.subspan(i), segments[i]);
    if (count > limit && !is_shard(segments[i])) return true;
  }
  return false;
}

// A group of `length` segments, `times` in a row.
bool has_group(Segments segments, std::size_t length, std::size_t times) {
  std::size_t equal = 0;  // segments in a row that are the same one group later
  bool all_shards = true;
  for (std::size_t i = 0; i + length < segments.size(); ++i) {
    if (segments[i] != segments[i + length]) {
      equal = 0;
      all_shards = true;
      continue;
    }
    ++equal;
    all_shards = all_shards && is_shard(segments[i]);
    if (equal >= length * (times - 1) && !all_shards) return true;
  }
  return false;
}

// The segment that begins at `at`, after a slash; `at` moves to the next slash.
std::string_view next_segment(std::string_view path, std::size_t& at) {
  const std::size_t begin = at + 1;
  at = std::min(path.find('/', begin), path.size());
  return path.substr(begin, at - begin);
}

// False: they certainly are not. By length and first letter, for nearly every path ends here.
bool may_be_equal_segments(std::string_view path) {
  std::uint64_t seen = 0;
  for (std::size_t at = 0; at + 1 < path.size();) {
    const std::string_view segment = next_segment(path, at);
    const auto first = segment.empty() ? 0U : static_cast<unsigned char>(segment.front());
    const std::uint64_t bit = std::uint64_t{1} << ((segment.size() * 11 + first) % 64);
    if ((seen & bit) != 0) return true;
    seen |= bit;
  }
  return false;
}

}  // namespace

bool has_repeated_segments(std::string_view path, std::uint32_t limit) {
  if (!may_be_equal_segments(path)) return false;
  std::array<std::string_view, kMaxSegments> buffer;
  std::size_t count = 0;
  for (std::size_t at = 0; at + 1 < path.size() && count < buffer.size();)
    buffer[count++] = next_segment(path, at);
  const Segments segments = Segments(buffer).first(count);
  if (has_frequent_segment(segments, limit)) return true;
  const std::size_t times = std::max<std::size_t>(limit, 2);
  for (std::size_t length = 2; length * times <= count; ++length) {
    if (has_group(segments, length, times)) return true;
  }
  return false;
}

}  // namespace gossamer
