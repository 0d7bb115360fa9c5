#include "plugins/encoding/multi_byte_decoder.h"

#include "net/base/utf8.h"

namespace gossamer {

namespace {

using Kind = Encoding::Kind;

constexpr bool is_between(unsigned char byte, unsigned first, unsigned last) {
  return byte >= first && byte <= last;
}

bool is_lead(Kind kind, unsigned char byte) {
  switch (kind) {
    case Kind::shift_jis:
      return is_between(byte, 0x81, 0x9F) || is_between(byte, 0xE0, 0xFC);
    case Kind::euc_jp:
      return byte == 0x8E || byte == 0x8F || is_between(byte, 0xA1, 0xFE);
    default:
      return is_between(byte, 0x81, 0xFE);
  }
}

// What a byte that is not ASCII stands for without another; 0 for nothing.
char32_t alone(Kind kind, unsigned char byte) {
  if (kind == Kind::gb18030) return byte == 0x80 ? 0x20AC : 0;
  if (kind != Kind::shift_jis) return 0;
  return byte == 0x80 ? 0x80 : is_between(byte, 0xA1, 0xDF) ? 0xFF61u - 0xA1 + byte : 0;
}

unsigned char byte_at(std::string_view bytes, std::size_t i) { return static_cast<unsigned char>(bytes[i]); }

void append_with_mark(std::string& out, char32_t found) {
  constexpr char32_t kLetter = (1u << DoubleByteIndex::kMarkShift) - 1;
  append_code_point(out, found & kLetter);
  if (found > kLetter) append_code_point(out, found >> DoubleByteIndex::kMarkShift);
}

std::size_t append_error(std::string& out, std::size_t length) {
  append_code_point(out, kReplacementCharacter);
  return length;
}

}  // namespace

MultiByteDecoder::MultiByteDecoder(const Encoding& encoding)
    : kind_(encoding.kind), index_(DoubleByteIndex::of(encoding)) {
  if (kind_ == Kind::euc_jp) jis0212_ = &DoubleByteIndex::of(encoding, DoubleByteIndex::Plane::jis0212);
  if (kind_ == Kind::gb18030) four_bytes_.emplace(encoding.icu_name);
}

bool MultiByteDecoder::decodes(Kind kind) {
  return kind == Kind::double_byte || kind == Kind::shift_jis || kind == Kind::euc_jp ||
         kind == Kind::gb18030;
}

std::size_t MultiByteDecoder::length_of(std::string_view bytes) const {
  if (!is_lead(kind_, byte_at(bytes, 0))) return 1;
  if (bytes.size() == 1) return 2;
  const unsigned char second = byte_at(bytes, 1);
  if (kind_ == Kind::euc_jp) return byte_at(bytes, 0) == 0x8F && is_between(second, 0xA1, 0xFE) ? 3 : 2;
  if (kind_ != Kind::gb18030 || !is_between(second, '0', '9')) return 2;
  const bool may_be_four = (bytes.size() < 3 || is_between(byte_at(bytes, 2), 0x81, 0xFE)) &&
                           (bytes.size() < 4 || is_between(byte_at(bytes, 3), '0', '9'));
  return may_be_four ? 4 : 1;
}

std::size_t MultiByteDecoder::append_next(std::string& out, std::string_view bytes, bool last) {
  if (const char32_t found = alone(kind_, byte_at(bytes, 0)); found != 0) {
    append_code_point(out, found);
    return 1;
  }
  const std::size_t length = length_of(bytes);
  if (length > bytes.size()) return last ? append_error(out, bytes.size()) : 0;
  const std::string_view character = bytes.substr(0, length);
  char32_t found = 0;
  if (length == 2) found = index_.at(byte_at(bytes, 0), byte_at(bytes, 1));
  if (length == 3) found = jis0212_->at(byte_at(bytes, 1), byte_at(bytes, 2));
  if (length == 4) found = four_bytes_->decode(character);
  if (found == 0) {
    // Of four bytes the last is a digit, and part of the error all the same.
    const bool keeps_last = length < 4 && length > 1 && byte_at(character, length - 1) < 0x80;
    return append_error(out, keeps_last ? length - 1 : length);
  }
  append_with_mark(out, found);
  return length;
}

}  // namespace gossamer
