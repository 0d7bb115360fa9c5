#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace gossamer {

// The decoder of ISO-2022-JP (Encoding Standard, section 12.2.1).
class Iso2022JpDecoder {
 public:
  // Takes from `bytes` what it decodes, all if they are the `last`. False: `out` has become longer than
  // `limit`.
  bool write(std::string_view& bytes, bool last, std::string& out, std::size_t limit);

 private:
  enum class Set { ascii, roman, katakana, jis0208, none };

  static Set set_of_escape(std::string_view bytes);
  static char32_t code_point_of(Set set, char byte);

  Set set_ = Set::ascii;
  bool is_after_escape_ = false;  // nothing stands between: another one makes it idle, which is an error
};

}  // namespace gossamer
