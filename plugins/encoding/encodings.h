#pragma once

#include <string_view>

namespace gossamer {

// One of the encodings of the Encoding Standard.
struct Encoding {
  enum class Kind {
    utf8,
    single_byte,
    double_byte,  // EUC-KR and Big5; the others of two bytes and more have rules of their own
    shift_jis,
    euc_jp,
    iso_2022_jp,
    gb18030,  // GBK too
    utf16,
    replacement,
    user_defined
  };

  std::string_view name;  // as the standard spells it
  Kind kind;
  const char* icu_name;     // of ICU's converter with its table; null where there is none
  bool ascii_is_itself;     // the bytes 00-7F always stand for ASCII
  std::string_view labels;  // lower case, a space between
};

extern const Encoding& kUtf8;
extern const Encoding& kWindows1252;
extern const Encoding& kUtf16Le;
extern const Encoding& kUtf16Be;

// "Get an encoding": any case, surrounding white space ignored; null for an unknown label.
const Encoding* encoding_for_label(std::string_view label);

}  // namespace gossamer
