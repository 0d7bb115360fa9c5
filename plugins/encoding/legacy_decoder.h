#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "plugins/encoding/encodings.h"
#include "plugins/encoding/iso_2022_jp_decoder.h"
#include "plugins/encoding/multi_byte_decoder.h"

namespace gossamer {

// Makes UTF-8 of a text in any encoding while its bytes come, as the decoders of the Encoding Standard do;
// what cannot be decoded is U+FFFD. UTF-16 must come without its byte order mark, UTF-8 at once.
class LegacyDecoder {
 public:
  explicit LegacyDecoder(const Encoding& encoding);

  // Appends what is known by now, all if these bytes are the `last`. False: `out` would have become longer
  // than `limit`, and only a part was appended.
  bool write(std::string_view bytes, bool last, std::string& out, std::size_t limit = std::string::npos);

 private:
  // Takes from `bytes` what it decodes.
  bool decode(std::string_view& bytes, bool last, std::string& out, std::size_t limit);

  const Encoding& encoding_;
  std::optional<MultiByteDecoder> multi_byte_;
  Iso2022JpDecoder iso_2022_jp_;
  std::string carry_;      // the start of a character: less than four bytes
  bool replaced_ = false;  // of an encoding that is never decoded: its one U+FFFD has been appended
};

}  // namespace gossamer
