#include "plugins/encoding/single_byte_index.h"

#include <algorithm>
#include <span>
#include <string_view>

#include "net/base/utf8.h"
#include "plugins/encoding/icu_converter.h"
#include "plugins/encoding/made_once.h"

namespace gossamer {

namespace {

struct Exception {
  std::string_view encoding;
  unsigned char byte;
  char16_t code_point;
};

// Where the standard's indexes differ from ICU 72, and so does what has no place in Unicode.
constexpr std::array kExceptions = {
    Exception{"KOI8-U", 0xAE, 0x045E},
    Exception{"KOI8-U", 0xBE, 0x040E},
    Exception{"windows-1253", 0xAA, kReplacementCharacter},
    Exception{"windows-1255", 0xCA, 0x05BA},
};

// clang-format off
// A0-FF of ISO-8859-16, which ICU does not have; 80-9F stand for themselves.
constexpr std::array<char16_t, 96> kIso8859_16 = {
    0x00A0, 0x0104, 0x0105, 0x0141, 0x20AC, 0x201E, 0x0160, 0x00A7, 0x0161, 0x00A9, 0x0218, 0x00AB,
    0x0179, 0x00AD, 0x017A, 0x017B, 0x00B0, 0x00B1, 0x010C, 0x0142, 0x017D, 0x201D, 0x00B6, 0x00B7,
    0x017E, 0x010D, 0x0219, 0x00BB, 0x0152, 0x0153, 0x0178, 0x017C, 0x00C0, 0x00C1, 0x00C2, 0x0102,
    0x00C4, 0x0106, 0x00C6, 0x00C7, 0x00C8, 0x00C9, 0x00CA, 0x00CB, 0x00CC, 0x00CD, 0x00CE, 0x00CF,
    0x0110, 0x0143, 0x00D2, 0x00D3, 0x00D4, 0x0150, 0x00D6, 0x015A, 0x0170, 0x00D9, 0x00DA, 0x00DB,
    0x00DC, 0x0118, 0x021A, 0x00DF, 0x00E0, 0x00E1, 0x00E2, 0x0103, 0x00E4, 0x0107, 0x00E6, 0x00E7,
    0x00E8, 0x00E9, 0x00EA, 0x00EB, 0x00EC, 0x00ED, 0x00EE, 0x00EF, 0x0111, 0x0144, 0x00F2, 0x00F3,
    0x00F4, 0x0151, 0x00F6, 0x015B, 0x0171, 0x00F9, 0x00FA, 0x00FB, 0x00FC, 0x0119, 0x021B, 0x00FF,
};
// clang-format on

// The only one with a meaning is the apple of the Macintosh.
bool is_private_use(char32_t code_point) {
  return code_point >= 0xE000 && code_point <= 0xF8FF && code_point != 0xF8FF;
}

}  // namespace

const SingleByteIndex& SingleByteIndex::of(const Encoding& encoding) {
  return made_once<SingleByteIndex>(&encoding);
}

SingleByteIndex::SingleByteIndex(const Encoding* encoding) {
  if (encoding->icu_name == nullptr) {
    for (std::size_t i = 0; i < 32; ++i) code_points_[i] = static_cast<char16_t>(0x80 + i);
    std::ranges::copy(kIso8859_16, code_points_.begin() + 32);
    return;
  }
  IcuConverter converter(encoding->icu_name);
  for (std::size_t i = 0; i < code_points_.size(); ++i) {
    const char byte = static_cast<char>(0x80 + i);
    const char32_t found = converter.decode({&byte, 1});
    code_points_[i] =
        found == 0 || is_private_use(found) ? kReplacementCharacter : static_cast<char16_t>(found);
  }
  for (const Exception& exception : kExceptions)
    if (exception.encoding == encoding->name) code_points_[exception.byte - 0x80u] = exception.code_point;
}

unsigned char SingleByteIndex::find(char32_t code_point) const {
  const auto found = std::ranges::find(code_points_, code_point);
  if (found == code_points_.end() || code_point == kReplacementCharacter) return 0;
  return static_cast<unsigned char>(0x80 + (found - code_points_.begin()));
}

}  // namespace gossamer
