#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "plugins/encoding/encodings.h"
#include "plugins/encoding/legacy_decoder.h"

namespace gossamer {

// Makes UTF-8 of an XML or text document while its bytes come. Its encoding is, by the first that tells: its
// byte order mark; what the transport says (RFC 7303 section 3.2); zero bytes around its '<'; the XML
// declaration; UTF-8.
//
// What is in UTF-8 goes through as it stands, ill-formed bytes too, but for the byte order mark. What another
// encoding does not have becomes U+FFFD.
class TextDecoder {
 public:
  // `charset`: the transport's, "" for none; a label that the Encoding Standard does not have is ignored.
  explicit TextDecoder(std::string_view charset) : transport_(encoding_for_label(charset)) {}

  // Appends what is known by now; holds 1,024 bytes back, while they do not tell the encoding.
  void write(std::string_view bytes, std::string& out);
  void finish(std::string& out);

 private:
  bool decide(bool last);
  const Encoding* declared(bool last);
  void decode(std::string_view bytes, bool last, std::string& out);

  const Encoding* transport_;
  bool decided_ = false;
  std::string start_;                     // the first bytes, until they tell
  std::optional<LegacyDecoder> decoder_;  // none: UTF-8
};

}  // namespace gossamer
