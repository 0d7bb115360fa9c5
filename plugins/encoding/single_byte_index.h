#pragma once

#include <array>

#include "plugins/encoding/encodings.h"

namespace gossamer {

// What the bytes 80-FF of a single-byte encoding stand for: its index of the Encoding Standard.
class SingleByteIndex {
 public:
  // Any thread; lives for ever.
  static const SingleByteIndex& of(const Encoding& encoding);

  explicit SingleByteIndex(const Encoding* encoding);

  // U+FFFD where the byte, of 80-FF, stands for nothing.
  char32_t at(unsigned char byte) const { return code_points_[byte - 0x80u]; }

  // The byte that stands for `code_point`, 0 for none.
  unsigned char find(char32_t code_point) const;

 private:
  std::array<char16_t, 128> code_points_;
};

}  // namespace gossamer
