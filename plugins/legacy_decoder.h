#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "plugins/encodings.h"

namespace gossamer {

// Makes UTF-8 of a text in any encoding while its bytes come; what cannot be decoded is U+FFFD. UTF-16 must
// come without its byte order mark, UTF-8 at once.
class LegacyDecoder {
 public:
  explicit LegacyDecoder(const Encoding& encoding);
  LegacyDecoder(const LegacyDecoder&) = delete;
  LegacyDecoder& operator=(const LegacyDecoder&) = delete;
  ~LegacyDecoder();

  // Appends what is known by now, all if these bytes are the `last`. False: `out` would have become longer
  // than `limit`, and only a part was appended.
  bool write(std::string_view bytes, bool last, std::string& out, std::size_t limit = std::string::npos);

 private:
  class Conversion;

  const Encoding& encoding_;
  std::unique_ptr<Conversion> conversion_;  // of an encoding with characters of several bytes
  bool replaced_ = false;                   // of one that is never decoded: its one U+FFFD has been appended
};

}  // namespace gossamer
