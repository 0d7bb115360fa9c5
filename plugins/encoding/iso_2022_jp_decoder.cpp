#include "plugins/encoding/iso_2022_jp_decoder.h"

#include <utility>

#include "net/base/utf8.h"
#include "plugins/encoding/double_byte_index.h"

namespace gossamer {

namespace {

constexpr char kEscape = '\x1B';
constexpr std::size_t kEscapeLength = 3;

bool is_of_pair(char byte) { return byte >= 0x21 && byte <= 0x7E; }

char32_t pair_of(const DoubleByteIndex& jis0208, char lead, char trail) {
  constexpr int kInEucJp = 0x80;
  const char32_t found = is_of_pair(trail) ? jis0208.at(static_cast<unsigned char>(lead | kInEucJp),
                                                        static_cast<unsigned char>(trail | kInEucJp))
                                           : 0;
  return found == 0 ? kReplacementCharacter : found;
}

}  // namespace

// The set that an escape sequence at the start of `bytes` changes to; none, if there is no such sequence.
Iso2022JpDecoder::Set Iso2022JpDecoder::set_of_escape(std::string_view bytes) {
  const std::string_view sequence = bytes.substr(0, kEscapeLength);
  if (sequence == "\x1B(B") return Set::ascii;
  if (sequence == "\x1B(J") return Set::roman;
  if (sequence == "\x1B(I") return Set::katakana;
  return sequence == "\x1B$@" || sequence == "\x1B$B" ? Set::jis0208 : Set::none;
}

// What a byte stands for in a set of single bytes.
char32_t Iso2022JpDecoder::code_point_of(Set set, char byte) {
  if (set == Set::katakana)
    return byte >= 0x21 && byte <= 0x5F ? 0xFF61u - 0x21 + byte : kReplacementCharacter;
  if (static_cast<unsigned char>(byte) >= 0x80 || byte == '\x0E' || byte == '\x0F' || byte == kEscape)
    return kReplacementCharacter;
  if (set == Set::roman && byte == '\\') return 0xA5;
  if (set == Set::roman && byte == '~') return 0x203E;
  return static_cast<unsigned char>(byte);
}

bool Iso2022JpDecoder::write(std::string_view& bytes, bool last, std::string& out, std::size_t limit) {
  const DoubleByteIndex& jis0208 = DoubleByteIndex::of(*encoding_for_label("euc-jp"));
  while (!bytes.empty() && out.size() <= limit) {
    const bool is_escape = bytes[0] == kEscape;
    const std::size_t wanted = is_escape ? kEscapeLength : set_ == Set::jis0208 ? 2 : 1;
    if (bytes.size() < wanted && !last) break;
    if (const Set next = is_escape ? set_of_escape(bytes) : Set::none; next != Set::none) {
      set_ = next;
      bytes.remove_prefix(kEscapeLength);
      if (std::exchange(is_after_escape_, true)) append_code_point(out, kReplacementCharacter);
      continue;
    }
    is_after_escape_ = false;
    char32_t found = kReplacementCharacter;
    std::size_t length = 1;
    if (set_ != Set::jis0208) {
      found = code_point_of(set_, bytes[0]);
    } else if (is_of_pair(bytes[0]) && bytes.size() > 1 && bytes[1] != kEscape) {
      length = 2;
      found = pair_of(jis0208, bytes[0], bytes[1]);
    }
    append_code_point(out, found);
    bytes.remove_prefix(length);
  }
  return out.size() <= limit;
}

}  // namespace gossamer
