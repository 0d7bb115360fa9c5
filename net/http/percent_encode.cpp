#include "net/http/percent_encode.h"

namespace gossamer {

void append_escape(unsigned char byte, std::string& out) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const char escape[3] = {'%', kDigits[byte >> 4], kDigits[byte & 15]};
  out.append(escape, sizeof escape);
}

void append_percent_encoded(std::string_view text, EncodeSet set, std::string& out) {
  std::size_t plain = 0;  // text[plain, i) needs no escape and is not yet in `out`
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!in_encode_set(text[i], set)) continue;
    out.append(text, plain, i - plain);
    append_escape(static_cast<unsigned char>(text[i]), out);
    plain = i + 1;
  }
  out.append(text, plain);
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int byte = escaped_byte(text, i);
    out.push_back(byte < 0 ? text[i] : static_cast<char>(byte));
    if (byte >= 0) i += 2;
  }
  return out;
}

}  // namespace gossamer
