#include "plugins/encoding/query_encoder.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <optional>
#include <unicode/utf8.h>

#include "net/base/byte_scan.h"
#include "net/http/percent_encode.h"
#include "plugins/encoding/double_byte_index.h"
#include "plugins/encoding/icu_converter.h"
#include "plugins/encoding/single_byte_index.h"

namespace gossamer {

namespace {

using Kind = Encoding::Kind;

std::string pair_bytes(std::uint16_t pair) {
  if (pair == 0) return {};
  return {static_cast<char>(pair >> 8), static_cast<char>(pair & 0xFF)};
}

std::string one_byte(char32_t byte) {
  return byte == 0 ? std::string() : std::string(1, static_cast<char>(byte));
}

bool is_half_width_katakana(char32_t c) { return c >= 0xFF61 && c <= 0xFF9F; }

// U+FF61 to U+FF9F in full width.
constexpr std::u16string_view kFullWidth =
    u"。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテト"
    u"ナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン゛゜";
static_assert(kFullWidth.size() == 0xFF9F - 0xFF61 + 1);

// What changes the meaning of the bytes behind it in ISO-2022-JP. Pages must not bring their own (Encoding
// Standard 12.2.2, step 3).
bool is_shift(char32_t c) { return c == 0x0E || c == 0x0F || c == 0x1B; }

// The minus sign is written as a hyphen.
char32_t as_in_jis0208(char32_t c) { return c == 0x2212 ? 0xFF0D : c; }

// An encoder of the Encoding Standard that writes into the query of a URL.
class QueryEncoder {
 public:
  QueryEncoder(std::string& out, const Encoding& encoding) : out_(out), encoding_(encoding) {}

  void append(char32_t c) {
    if (encoding_.kind == Kind::iso_2022_jp) {
      append_iso_2022_jp(c);
    } else if (c < 0x80) {
      out_ += static_cast<char>(c);
    } else if (const std::string bytes = bytes_of(c); !bytes.empty()) {
      append_bytes(bytes);
    } else {
      append_unencodable(c);
    }
  }

  // To be called after the last character.
  void finish() { change_to(Set::ascii); }

 private:
  enum class Set { ascii, roman, jis0208 };  // of ISO-2022-JP

  void append_bytes(std::string_view bytes) { append_percent_encoded(bytes, EncodeSet::special_query, out_); }

  void append_unencodable(char32_t c) {
    fmt::format_to(std::back_inserter(out_), "%26%23{}%3B", static_cast<std::uint32_t>(c));
  }

  // The bytes of a character that is not ASCII, "" where the encoding has none.
  std::string bytes_of(char32_t c);
  const SingleByteIndex& single_bytes();
  const DoubleByteIndex& pairs();
  std::string japanese_bytes(char32_t c);
  std::string chinese_bytes(char32_t c);

  void append_iso_2022_jp(char32_t c);
  void change_to(Set set);

  std::string& out_;
  const Encoding& encoding_;
  const SingleByteIndex* single_bytes_ = nullptr;
  const DoubleByteIndex* pairs_ = nullptr;
  std::optional<IcuConverter> four_bytes_;  // of gb18030
  Set set_ = Set::ascii;
};

const SingleByteIndex& QueryEncoder::single_bytes() {
  if (single_bytes_ == nullptr) single_bytes_ = &SingleByteIndex::of(encoding_);
  return *single_bytes_;
}

const DoubleByteIndex& QueryEncoder::pairs() {
  const bool is_iso_2022_jp = encoding_.kind == Kind::iso_2022_jp;  // has the characters of EUC-JP
  if (pairs_ == nullptr)
    pairs_ = &DoubleByteIndex::of(is_iso_2022_jp ? *encoding_for_label("euc-jp") : encoding_);
  return *pairs_;
}

std::string QueryEncoder::bytes_of(char32_t c) {
  switch (encoding_.kind) {
    case Kind::single_byte:
      return one_byte(single_bytes().find(c));
    case Kind::user_defined:
      return one_byte(c >= 0xF780 && c <= 0xF7FF ? c - 0xF700 : 0);
    case Kind::double_byte:
      return pair_bytes(pairs().find(c));
    case Kind::shift_jis:
    case Kind::euc_jp:
      return japanese_bytes(c);
    case Kind::gb18030:
      return chinese_bytes(c);
    default:
      return {};
  }
}

std::string QueryEncoder::japanese_bytes(char32_t c) {
  const bool is_shift_jis = encoding_.kind == Kind::shift_jis;
  if (c == 0xA5) return "\\";
  if (c == 0x203E) return "~";
  if (is_shift_jis && c == 0x80) return "\x80";
  if (is_half_width_katakana(c)) {
    const char byte = static_cast<char>(c - 0xFF61 + 0xA1);
    return is_shift_jis ? std::string{byte} : std::string{'\x8E', byte};
  }
  return pair_bytes(pairs().find(as_in_jis0208(c)));
}

std::string QueryEncoder::chinese_bytes(char32_t c) {
  const bool is_gbk = encoding_.name == "GBK";
  if (c == 0xE5E5) return {};  // ICU's A3A0, which the standard takes for a space
  if (is_gbk && c == 0x20AC) return "\x80";
  const std::uint16_t pair = pairs().find(c);
  if (pair != 0 || is_gbk) return pair_bytes(pair);
  if (!four_bytes_) four_bytes_.emplace(encoding_.icu_name);
  return four_bytes_->encode(c);
}

void QueryEncoder::change_to(Set set) {
  if (set != set_) append_bytes(set == Set::ascii ? "\x1B(B" : set == Set::roman ? "\x1B(J" : "\x1B$B");
  set_ = set;
}

void QueryEncoder::append_iso_2022_jp(char32_t c) {
  if (c == '\t' || c == '\n' || c == '\r') return;  // no URL has them, and they must not part what it has
  if (is_shift(c)) c = 0xFFFD;
  if (c == 0xA5 || c == 0x203E) {
    change_to(Set::roman);
    append_bytes(c == 0xA5 ? "\\" : "~");
  } else if (c < 0x80) {
    if (set_ != Set::roman || c == '\\' || c == '~') change_to(Set::ascii);
    out_ += static_cast<char>(c);
  } else {
    if (is_half_width_katakana(c)) c = kFullWidth[c - 0xFF61];
    const std::uint16_t pair = pairs().find(as_in_jis0208(c));
    if (pair == 0) {
      if (set_ == Set::jis0208) change_to(Set::ascii);
      append_unencodable(c);
    } else {
      change_to(Set::jis0208);
      append_bytes(pair_bytes(static_cast<std::uint16_t>(pair & 0x7F7F)));
    }
  }
}

}  // namespace

bool has_own_encoder(const Encoding& encoding) {
  return encoding.kind != Kind::utf8 && encoding.kind != Kind::utf16 && encoding.kind != Kind::replacement;
}

bool is_encoded_as_itself(std::string_view query, const Encoding& encoding) {
  if (!is_ascii(query)) return false;
  return encoding.kind != Kind::iso_2022_jp ||
         std::ranges::none_of(query, [](char c) { return is_shift(static_cast<unsigned char>(c)); });
}

void append_encoded_query(std::string& out, std::string_view query, const Encoding& encoding) {
  QueryEncoder encoder(out, encoding);
  const auto size = static_cast<std::int32_t>(query.size());
  for (std::int32_t i = 0; i < size;) {
    UChar32 c = 0;
    U8_NEXT_OR_FFFD(query.data(), i, size, c);
    encoder.append(static_cast<char32_t>(c));
  }
  encoder.finish();
}

}  // namespace gossamer
