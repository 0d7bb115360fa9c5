#pragma once

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "plugins/encoding/encodings.h"

namespace gossamer {

// What the pairs of bytes of an encoding stand for: its index of the Encoding Standard, by lead (81-FE) and
// trail (40-FE) byte. The characters come from ICU, but for those in which it differs from the standard.
class DoubleByteIndex {
 public:
  enum class Plane {
    pairs,
    jis0212,  // of EUC-JP: what follows the byte 8F
  };

  // Of Shift_JIS, EUC-JP, EUC-KR, Big5, GBK and gb18030. Any thread; lives for ever.
  static const DoubleByteIndex& of(const Encoding& encoding, Plane plane = Plane::pairs);

  explicit DoubleByteIndex(std::pair<const Encoding*, Plane> of);

  // 0 for none. Four pairs of Big5 are a letter and a combining mark, which stands kMarkShift bits higher.
  static constexpr int kMarkShift = 21;
  char32_t at(unsigned char lead, unsigned char trail) const {
    return lead < kFirstLead || lead > kLast || trail < kFirstTrail || trail > kLast
               ? 0
               : code_points_[lead - kFirstLead][trail - kFirstTrail];
  }

  // The pair that an encoder writes for `code_point`, the lead in the high byte; 0 for none.
  std::uint16_t find(char32_t code_point) const;

 private:
  static constexpr unsigned kFirstLead = 0x81;
  static constexpr unsigned kFirstTrail = 0x40;
  static constexpr unsigned kLast = 0xFE;

  void put(std::uint16_t pair, char32_t code_point) {
    code_points_[(pair >> 8) - kFirstLead][(pair & 0xFF) - kFirstTrail] = code_point;
  }
  void put_exceptions(const Encoding& encoding);
  void add_pairs(const Encoding& encoding);

  std::array<std::array<char32_t, kLast - kFirstTrail + 1>, kLast - kFirstLead + 1> code_points_{};
  std::vector<std::pair<char32_t, std::uint16_t>> pairs_;  // sorted; what at() has, the other way round
};

}  // namespace gossamer
