#pragma once

#include <string>
#include <string_view>
#include <zlib.h>

namespace gossamer {

// `text` in the format that zlib takes `window_bits` for: 15 zlib's, -15 raw deflate, 15 + 16 gzip.
inline std::string zlib_encode(std::string_view text, int window_bits) {
  std::string packed(compressBound(text.size()) + 64, '\0');
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

// `text` as one gzip member (RFC 1952).
inline std::string gzip(std::string_view text) { return zlib_encode(text, 15 + 16); }

}  // namespace gossamer
