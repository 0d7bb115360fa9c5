#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "plugins/encoding/double_byte_index.h"
#include "plugins/encoding/encodings.h"
#include "plugins/encoding/icu_converter.h"

namespace gossamer {

// The decoders of the Encoding Standard for Shift_JIS, EUC-JP, EUC-KR, Big5, GBK and gb18030 (sections 10 to
// 13), a character at a time.
class MultiByteDecoder {
 public:
  explicit MultiByteDecoder(const Encoding& encoding);

  static bool decodes(Encoding::Kind kind);

  // Appends what `bytes`, of which the first is not ASCII, begin with: a character or, for what is none,
  // U+FFFD. Gives the number of bytes that were it: an ASCII byte is never part of an error. 0: they are the
  // start of a character, and not the `last` of the text.
  std::size_t append_next(std::string& out, std::string_view bytes, bool last);

 private:
  // Bytes that a character with this start has; 1 if there is none.
  std::size_t length_of(std::string_view bytes) const;

  const Encoding::Kind kind_;
  const DoubleByteIndex& index_;
  const DoubleByteIndex* jis0212_ = nullptr;  // of EUC-JP
  std::optional<IcuConverter> four_bytes_;    // of gb18030
};

}  // namespace gossamer
