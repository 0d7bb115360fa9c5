#include "plugins/charset.h"

#include <algorithm>
#include <fmt/format.h>

#include "net/base/byte_scan.h"
#include "net/base/utf8.h"
#include "plugins/charset_guess.h"
#include "plugins/encoding/legacy_decoder.h"
#include "plugins/html/ascii.h"
#include "plugins/meta_prescan.h"

namespace gossamer {

namespace {

constexpr std::size_t kLargeBody = 1 << 20;
constexpr std::size_t kMargin = 4096;  // by which a decoder may pass its limit before it sees it

// Takes the quoted-string (RFC 9110 section 5.6.4) that `text` begins with, and gives what it stands for; one
// without an end reaches up to that of `text`.
std::string take_quoted_string(std::string_view& text) {
  std::string value;
  std::size_t i = 1;
  for (; i < text.size() && text[i] != '"'; ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    value += text[i];
  }
  text.remove_prefix(std::min(i + 1, text.size()));
  return value;
}

}  // namespace

ByteOrderMark byte_order_mark(std::string_view body) {
  if (body.starts_with("\xEF\xBB\xBF")) return {&kUtf8, 3};
  if (body.starts_with("\xFE\xFF")) return {&kUtf16Be, 2};
  if (body.starts_with("\xFF\xFE")) return {&kUtf16Le, 2};
  return {};
}

bool is_xml_type(std::string_view media_type) {
  return equals_ignoring_case(media_type, "text/xml") ||
         equals_ignoring_case(media_type, "application/xml") ||
         (media_type.size() > 4 && equals_ignoring_case(media_type.substr(media_type.size() - 4), "+xml"));
}

std::string_view media_type_of(std::string_view content_type) {
  return strip_html_space(content_type.substr(0, content_type.find(';')));
}

std::string charset_parameter(std::string_view content_type) {
  while (true) {
    content_type.remove_prefix(std::min(content_type.find(';'), content_type.size()));
    if (content_type.empty()) return {};
    content_type.remove_prefix(1);
    const std::size_t equals = content_type.find_first_of("=;");
    if (equals == std::string_view::npos) return {};
    if (content_type[equals] == ';') continue;
    const std::string_view name = strip_html_space(content_type.substr(0, equals));
    content_type.remove_prefix(equals + 1);
    const bool is_quoted = content_type.starts_with('"');
    std::string value = is_quoted
                            ? take_quoted_string(content_type)
                            : std::string(strip_html_space(content_type.substr(0, content_type.find(';'))));
    if (equals_ignoring_case(name, "charset") && (is_quoted || !value.empty())) return value;
  }
}

const Encoding& sniff_encoding(std::string_view body, std::string_view content_type) {
  if (const ByteOrderMark mark = byte_order_mark(body); mark.encoding != nullptr) return *mark.encoding;
  if (const Encoding* found = encoding_for_label(charset_parameter(content_type))) return *found;
  if (const Encoding* found = prescan_encoding(body)) return *found;
  if (is_xml_type(media_type_of(content_type)) || is_valid_utf8(body)) return kUtf8;
  const Encoding* guessed = guess_encoding(body);
  return guessed != nullptr ? *guessed : kWindows1252;
}

DecodedBody decode_body(std::string_view body, std::string_view content_type) {
  return *decode_body(body, content_type, std::string::npos);
}

Result<DecodedBody> decode_body(std::string_view body, std::string_view content_type, std::size_t max_text) {
  DecodedBody decoded;
  decoded.encoding = &sniff_encoding(body, content_type);
  const ByteOrderMark mark = byte_order_mark(body);
  if (mark.encoding != nullptr) body.remove_prefix(mark.size);
  decoded.text = body;
  const Encoding& encoding = *decoded.encoding;
  if (encoding.kind == Encoding::Kind::utf8 ? is_valid_utf8(body)
                                            : encoding.ascii_is_itself && is_ascii(body))
    return decoded;

  decoded.storage = std::make_unique<std::string>();
  // A large text must not be copied while it grows; memory that is reserved and never touched costs nothing.
  const std::size_t room = body.size() < kLargeBody ? body.size() + body.size() / 8 : body.size() * 3;
  decoded.storage->reserve(std::min(room, max_text) + kMargin);
  if (!LegacyDecoder(encoding).write(body, true, *decoded.storage, max_text)) {
    return fail(ErrorClass::too_large, Phase::parse,
                fmt::format("its text has more than {} bytes in UTF-8", max_text));
  }
  decoded.text = *decoded.storage;
  return decoded;
}

}  // namespace gossamer
