#include "plugins/encoding/encodings.h"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "plugins/html/ascii.h"

namespace gossamer {

namespace {

constexpr auto kUtf8Kind = Encoding::Kind::utf8;
constexpr auto kUtf16Kind = Encoding::Kind::utf16;
constexpr auto kSingle = Encoding::Kind::single_byte;
constexpr auto kDouble = Encoding::Kind::double_byte;
constexpr std::size_t kMaxLabel = 32;  // in bytes; none is longer

// The names and labels of the Encoding Standard, section 4.2; the commonest encodings first.
// clang-format off
constexpr std::array kEncodings = {
    Encoding{"UTF-8", kUtf8Kind, nullptr, true,
             "utf-8 utf8 unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8"},
    Encoding{"windows-1252", kSingle, "windows-1252", true,
             "iso-8859-1 windows-1252 ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-ir-100 iso8859-1 "
             "iso88591 iso_8859-1 iso_8859-1:1987 l1 latin1 us-ascii x-cp1252"},
    Encoding{"UTF-16LE", kUtf16Kind, nullptr, false,
             "utf-16le utf-16 csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff"},
    Encoding{"UTF-16BE", kUtf16Kind, nullptr, false, "utf-16be unicodefffe"},
    Encoding{"windows-1251", kSingle, "windows-1251", true, "windows-1251 cp1251 x-cp1251"},
    Encoding{"Shift_JIS", Encoding::Kind::shift_jis, "windows-31j", true,
             "shift_jis csshiftjis ms932 ms_kanji shift-jis sjis windows-31j x-sjis"},
    // The standard decodes GBK as gb18030.
    Encoding{"GBK", Encoding::Kind::gb18030, "gb18030", true,
             "gb2312 gbk chinese csgb2312 csiso58gb231280 gb_2312 gb_2312-80 iso-ir-58 x-gbk"},
    Encoding{"EUC-KR", kDouble, "windows-949", true,
             "euc-kr cseuckr csksc56011987 iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 "
             "windows-949"},
    Encoding{"EUC-JP", Encoding::Kind::euc_jp, "EUC-JP", true, "euc-jp cseucpkdfmtjapanese x-euc-jp"},
    Encoding{"Big5", kDouble, "Big5-HKSCS", true, "big5 big5-hkscs cn-big5 csbig5 x-x-big5"},
    Encoding{"gb18030", Encoding::Kind::gb18030, "gb18030", true, "gb18030"},
    Encoding{"ISO-2022-JP", Encoding::Kind::iso_2022_jp, nullptr, false, "iso-2022-jp csiso2022jp"},
    Encoding{"windows-1250", kSingle, "windows-1250", true, "windows-1250 cp1250 x-cp1250"},
    Encoding{"windows-1253", kSingle, "windows-1253", true, "windows-1253 cp1253 x-cp1253"},
    Encoding{"windows-1254", kSingle, "windows-1254", true,
             "windows-1254 iso-8859-9 cp1254 csisolatin5 iso-ir-148 iso8859-9 iso88599 iso_8859-9 "
             "iso_8859-9:1989 l5 latin5 x-cp1254"},
    Encoding{"windows-1255", kSingle, "windows-1255", true, "windows-1255 cp1255 x-cp1255"},
    Encoding{"windows-1256", kSingle, "windows-1256", true, "windows-1256 cp1256 x-cp1256"},
    Encoding{"windows-1257", kSingle, "windows-1257", true, "windows-1257 cp1257 x-cp1257"},
    Encoding{"windows-1258", kSingle, "windows-1258", true, "windows-1258 cp1258 x-cp1258"},
    Encoding{"windows-874", kSingle, "windows-874", true,
             "windows-874 dos-874 iso-8859-11 iso8859-11 iso885911 tis-620"},
    Encoding{"ISO-8859-2", kSingle, "ISO-8859-2", true,
             "iso-8859-2 csisolatin2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2"},
    Encoding{"ISO-8859-3", kSingle, "ISO-8859-3", true,
             "iso-8859-3 csisolatin3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3"},
    Encoding{"ISO-8859-4", kSingle, "ISO-8859-4", true,
             "iso-8859-4 csisolatin4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4"},
    Encoding{"ISO-8859-5", kSingle, "ISO-8859-5", true,
             "iso-8859-5 csisolatincyrillic cyrillic iso-ir-144 iso8859-5 iso88595 iso_8859-5 iso_8859-5:1988"},
    Encoding{"ISO-8859-6", kSingle, "ISO-8859-6", true,
             "iso-8859-6 arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6-e "
             "iso-8859-6-i iso-ir-127 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987"},
    Encoding{"ISO-8859-7", kSingle, "ISO-8859-7", true,
             "iso-8859-7 csisolatingreek ecma-118 elot_928 greek greek8 iso-ir-126 iso8859-7 iso88597 iso_8859-7 "
             "iso_8859-7:1987 sun_eu_greek"},
    Encoding{"ISO-8859-8", kSingle, "ISO-8859-8", true,
             "iso-8859-8 csiso88598e csisolatinhebrew hebrew iso-8859-8-e iso-ir-138 iso8859-8 iso88598 "
             "iso_8859-8 iso_8859-8:1988 visual"},
    Encoding{"ISO-8859-8-I", kSingle, "ISO-8859-8", true, "iso-8859-8-i csiso88598i logical"},
    Encoding{"ISO-8859-10", kSingle, "ISO-8859-10", true,
             "iso-8859-10 csisolatin6 iso-ir-157 iso8859-10 iso885910 l6 latin6"},
    Encoding{"ISO-8859-13", kSingle, "ISO-8859-13", true, "iso-8859-13 iso8859-13 iso885913"},
    Encoding{"ISO-8859-14", kSingle, "ISO-8859-14", true, "iso-8859-14 iso8859-14 iso885914"},
    Encoding{"ISO-8859-15", kSingle, "ISO-8859-15", true,
             "iso-8859-15 csisolatin9 iso8859-15 iso885915 iso_8859-15 l9"},
    Encoding{"ISO-8859-16", kSingle, nullptr, true, "iso-8859-16"},
    Encoding{"KOI8-R", kSingle, "KOI8-R", true, "koi8-r cskoi8r koi koi8 koi8_r"},
    Encoding{"KOI8-U", kSingle, "KOI8-U", true, "koi8-u koi8-ru"},
    Encoding{"IBM866", kSingle, "IBM866", true, "ibm866 866 cp866 csibm866"},
    Encoding{"macintosh", kSingle, "macintosh", true, "macintosh csmacintosh mac x-mac-roman"},
    Encoding{"x-mac-cyrillic", kSingle, "x-mac-cyrillic", true, "x-mac-cyrillic x-mac-ukrainian"},
    Encoding{"x-user-defined", Encoding::Kind::user_defined, nullptr, true, "x-user-defined"},
    Encoding{"replacement", Encoding::Kind::replacement, nullptr, false,
             "replacement csiso2022kr hz-gb-2312 iso-2022-cn iso-2022-cn-ext iso-2022-kr"},
};
// clang-format on

// Label to encoding.
std::unordered_map<std::string_view, const Encoding*> every_label() {
  std::unordered_map<std::string_view, const Encoding*> encodings;
  for (const Encoding& encoding : kEncodings) {
    std::string_view labels = encoding.labels;
    while (!labels.empty()) {
      const std::size_t end = std::min(labels.find(' '), labels.size());
      encodings.emplace(labels.substr(0, end), &encoding);
      labels.remove_prefix(std::min(end + 1, labels.size()));
    }
  }
  return encodings;
}

}  // namespace

const Encoding& kUtf8 = kEncodings[0];
const Encoding& kWindows1252 = kEncodings[1];
const Encoding& kUtf16Le = kEncodings[2];
const Encoding& kUtf16Be = kEncodings[3];

const Encoding* encoding_for_label(std::string_view label) {
  static const std::unordered_map<std::string_view, const Encoding*> kEncodingOf = every_label();
  std::array<char, kMaxLabel> folded;
  label = strip_html_space(label);
  if (label.empty() || label.size() > folded.size()) return nullptr;
  std::ranges::transform(label, folded.begin(), to_ascii_lower);
  const auto found = kEncodingOf.find({folded.data(), label.size()});
  return found == kEncodingOf.end() ? nullptr : found->second;
}

}  // namespace gossamer
