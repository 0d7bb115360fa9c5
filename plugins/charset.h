#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "net/base/error.h"
#include "plugins/encoding/encodings.h"

namespace gossamer {

// A page's body as UTF-8. `text` views the body itself where nothing had to be changed, else *storage.
struct DecodedBody {
  const Encoding* encoding = nullptr;  // never null; lives for ever
  std::string_view text;               // valid UTF-8, without byte order mark
  std::unique_ptr<std::string> storage;
};

// The byte order mark that a text begins with; null for none.
struct ByteOrderMark {
  const Encoding* encoding = nullptr;
  std::size_t size = 0;
};
ByteOrderMark byte_order_mark(std::string_view text);

// The encoding of a page (WHATWG HTML 13.2.3.2, without a user's overrides), by the first that tells:
//   1. a byte order mark; 2. the charset of `content_type`, the whole header value; 3. the declaration in the
//   first 1,024 bytes; 4. the body itself: all valid UTF-8 is UTF-8, and so is an XML media type; else what
//   it looks like (plugins/charset_guess.h); 5. windows-1252.
// A body in ASCII alone that declares nothing is thus "UTF-8". An unknown label counts as none.
const Encoding& sniff_encoding(std::string_view body, std::string_view content_type);

// Sniffs and decodes; what the encoding cannot explain becomes U+FFFD. At most three bytes come of each.
DecodedBody decode_body(std::string_view body, std::string_view content_type);

// The same for bodies that strangers make large. Errors: too_large, when that took more than `max_text`
// bytes.
Result<DecodedBody> decode_body(std::string_view body, std::string_view content_type, std::size_t max_text);

// The value of the charset parameter of a Content-Type header (MIME Sniffing 4.4), "" for none.
std::string charset_parameter(std::string_view content_type);

// Whether a media type is that of an XML document (RFC 7303), of whatever vocabulary.
bool is_xml_type(std::string_view media_type);

// The media type of a Content-Type header, without parameters and surrounding white space, case as sent.
std::string_view media_type_of(std::string_view content_type);

}  // namespace gossamer
