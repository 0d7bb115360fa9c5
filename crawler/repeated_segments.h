#pragma once

#include <cstdint>
#include <string_view>

namespace gossamer {

// Whether one segment comes more than `limit` times in a path, or a group of at least two segments `limit`
// times in a row (at least twice): /a/b/a/b/a/b for 3. Shards do not count: numbers, and up to three hex
// digits, as in /00/00/00/00/12.jpg. Looks at the first 128 segments. Pure.
bool has_repeated_segments(std::string_view path, std::uint32_t limit);

}  // namespace gossamer
