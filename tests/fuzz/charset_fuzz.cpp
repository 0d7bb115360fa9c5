#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "net/base/byte_scan.h"
#include "net/base/utf8.h"
#include "plugins/charset.h"
#include "plugins/encoding/query_encoder.h"
#include "plugins/meta_prescan.h"
#include "plugins/text_decoder.h"
#include "tests/fuzz/require.h"

namespace {

std::string decode_in_pieces(std::string_view body, std::string_view charset, std::size_t size) {
  gossamer::TextDecoder decoder(charset);
  std::string text;
  while (!body.empty()) {
    const std::string piece(body.substr(0, size));  // of its own exact size
    body.remove_prefix(piece.size());
    decoder.write(piece, text);
  }
  decoder.finish(text);
  return text;
}

}  // namespace

// Input: a Content-Type header, newline, a body. Whatever is declared, the text is valid UTF-8, its bound
// holds, a body that is valid UTF-8 and was taken for it is handed out as it stands, and the text can stand
// in a query in its own encoding. Decoded while it comes, it is the same however it is cut.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gossamer;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::string_view content_type = input.substr(0, input.find('\n'));
  // A copy of its own exact size, so that a read past the end is seen.
  const std::string body(input.substr(std::min(content_type.size() + 1, input.size())));

  const DecodedBody decoded = decode_body(body, content_type);
  require(is_valid_utf8(decoded.text));
  require(decoded.encoding == &sniff_encoding(body, content_type));
  if (decoded.encoding == &kUtf8 && is_valid_utf8(body)) require(body.ends_with(decoded.text));

  const auto bounded = decode_body(body, content_type, body.size());
  if (bounded) require(bounded->text == decoded.text);
  if (decoded.text.size() <= body.size()) require(bounded.has_value());

  if (has_own_encoder(*decoded.encoding)) {
    std::string query;
    append_encoded_query(query, decoded.text, *decoded.encoding);
    require(is_ascii(query));
  }

  // A byte order mark is stronger than the header, and only the first 1,024 bytes declare anything.
  require(&sniff_encoding("\xEF\xBB\xBF" + body, content_type) == &kUtf8);
  require(prescan_encoding(body) == prescan_encoding(std::string_view(body).substr(0, 1024)));

  const std::string charset = charset_parameter(content_type);
  require(charset.size() <= content_type.size());

  const std::string streamed = decode_in_pieces(body, charset, std::string::npos);
  require(decode_in_pieces(body, charset, 1) == streamed);
  require(decode_in_pieces(body, charset, 3) == streamed);
  if (encoding_for_label(charset) != nullptr && decoded.encoding != &kUtf8) require(streamed == decoded.text);
  return 0;
}
