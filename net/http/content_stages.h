#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

#include "net/http/content_coding.h"

namespace gossamer {

// The single codings behind ContentDecoder, each around its C library.
std::unique_ptr<ContentDecoder::Stage> make_gzip_stage();
std::unique_ptr<ContentDecoder::Stage> make_deflate_stage();
std::unique_ptr<ContentDecoder::Stage> make_brotli_stage();
std::unique_ptr<ContentDecoder::Stage> make_zstd_stage();

// "gzip body: what", class and phase `decode`.
std::unexpected<Error> bad_coding(std::string_view coding, std::string_view what);

// Appends what `produce(char* room, std::size_t size)` writes and returns the count of. `out` is smaller than
// `limit`, and does not grow past it.
template <class Produce>
void append_output(std::string& out, std::size_t limit, Produce produce) {
  constexpr std::size_t kMinRoom = 32 * 1024;
  const std::size_t used = out.size();
  const std::size_t size = std::min(std::max(used + kMinRoom, out.capacity()), limit);
  out.resize_and_overwrite(size,
                           [&](char* data, std::size_t) { return used + produce(data + used, size - used); });
}

}  // namespace gossamer
