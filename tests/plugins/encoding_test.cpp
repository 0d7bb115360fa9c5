#include <array>
#include <cstdint>
#include <gtest/gtest.h>
#include <string>
#include <string_view>

#include "net/base/utf8.h"
#include "plugins/encoding/legacy_decoder.h"
#include "plugins/encoding/query_encoder.h"

namespace gossamer {
namespace {

using namespace std::string_literals;
using Kind = Encoding::Kind;

std::string decoded(std::string_view bytes, std::string_view label) {
  std::string out;
  LegacyDecoder(*encoding_for_label(label)).write(bytes, true, out);
  return out;
}

std::string encoded(std::string_view query, std::string_view label) {
  std::string out;
  append_encoded_query(out, query, *encoding_for_label(label));
  return out;
}

std::uint64_t fnv1a(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

struct Range {
  int first;
  int last;
};

// Every sequence of bytes of these ranges, each after `prefix` and before a line break, which is in none.
template <std::size_t N>
void append_sequences(std::string& out, std::string_view prefix, const std::array<Range, N>& ranges,
                      std::size_t position = 0, std::string bytes = {}) {
  if (position == N) {
    out.append(prefix).append(bytes) += '\n';
    return;
  }
  for (int byte = ranges[position].first; byte <= ranges[position].last; ++byte)
    if (byte != '\n') append_sequences(out, prefix, ranges, position + 1, bytes + static_cast<char>(byte));
}

// All that its decoder tells apart, good and bad, as one text.
std::string every_sequence(const Encoding& encoding) {
  constexpr Range kHigh{0x80, 0xFF};
  constexpr Range kAny{0x00, 0xFF};
  constexpr Range kDigit{'0', '9'};
  constexpr Range kLead{0x81, 0xFE};
  constexpr Range kSomeLeads{0x81, 0x91};  // all of the first plane, and more
  std::string out;
  if (encoding.kind == Kind::iso_2022_jp) {
    for (const std::string_view escape : {"\x1B(B", "\x1B(J", "\x1B(I", "\x1B$@", "\x1B$B"}) {
      for (int byte = 0; byte <= 0xFF; ++byte)
        out.append(escape).append(1, static_cast<char>(byte)) += "\x1B(B";
      out += '\n';
    }
    for (int lead = 0x20; lead < 0x80; ++lead)
      for (int trail = 0x20; trail < 0x80; ++trail)
        out += "\x1B$B"s + static_cast<char>(lead) + static_cast<char>(trail) + "\x1B(B\n";
    return out;
  }
  append_sequences(out, "", std::array{kHigh});
  if (encoding.kind != Kind::single_byte) append_sequences(out, "", std::array{kHigh, kAny});
  if (encoding.kind == Kind::euc_jp) append_sequences(out, "\x8F", std::array{kHigh, kAny});
  if (encoding.name == "gb18030") append_sequences(out, "", std::array{kSomeLeads, kDigit, kLead, kDigit});
  return out;
}

// Each character before `end` that is not ASCII, '~' after it.
std::string every_character(char32_t end) {
  std::string out;
  for (char32_t c = 0x80; c < end; ++c) {
    if (c >= 0xD800 && c < 0xE000) continue;
    append_code_point(out, c);
    out += '~';
  }
  return out;
}

// FNV-1a of what every_sequence() is and what every_character() is by the Encoding Standard, made from its
// indexes and decoders by programs that share nothing with this one.
struct Expected {
  std::string_view name;
  std::uint64_t decoded;
  std::uint64_t encoded;
};

// clang-format off
constexpr std::array kExpected = std::to_array<Expected>({
    {"Big5", 0xeb4aba3695062992, 0x08eed6bb94dda9ad},
    {"EUC-JP", 0xcd5203c1e1f28aa9, 0xa55f65a8cc305129},
    {"EUC-KR", 0xdde9afc953ce0094, 0xe857ff86417557bc},
    {"GBK", 0x2fd5ef7b3e6dd532, 0x4171f675aab90d67},
    {"IBM866", 0x31ea444d3fe8381a, 0x11aae2b35a7023cd},
    {"ISO-2022-JP", 0x2bd8b36989a2589b, 0x79de38e47d89a372},
    {"ISO-8859-10", 0xbebc9ac169a9403f, 0x7ea7bbe745bead52},
    {"ISO-8859-13", 0xa14e384452070e3d, 0x683f8be6b73f33e0},
    {"ISO-8859-14", 0x213f5018f826bd93, 0xda3f2c4d44da5361},
    {"ISO-8859-15", 0xfabe039d6f139232, 0xa3192e155cc88a59},
    {"ISO-8859-16", 0x2771e117b9a2af64, 0xf4a0f26d8cc35eec},
    {"ISO-8859-2", 0x7bf742f57e2b697c, 0x0fbcdb38c3b31f1c},
    {"ISO-8859-3", 0xe572b341a18718b5, 0x132d4b54c3ea3975},
    {"ISO-8859-4", 0xeea4198fbc544ef5, 0xb050168164ecf477},
    {"ISO-8859-5", 0x97b02d7192514d0d, 0x4fef85aec6d84ac0},
    {"ISO-8859-6", 0x193a15c7c9139edc, 0x41323ebf031db5c2},
    {"ISO-8859-7", 0xf9e4bdda12ef32d1, 0xb55a36dcd2e898e2},
    {"ISO-8859-8", 0xcb6634dfce20d0bd, 0xe80e7d4902ec1000},
    {"KOI8-R", 0x550df8c6df896b31, 0x3333061140804db5},
    {"KOI8-U", 0x48062d21cfc9299d, 0xbaf65c1b17645312},
    {"Shift_JIS", 0xa0935533315d6637, 0x4609490e6d266e51},
    {"gb18030", 0x0e0e7567c7237edf, 0xba0ff6546301ad0e},
    {"macintosh", 0x36fb12d0bbc05609, 0x025c8122ed3cf03d},
    {"windows-1250", 0x69e3152f951e4911, 0xadd839e9f2b7b1d5},
    {"windows-1251", 0x979507a6a9b81be1, 0xbbfe6de054e2a653},
    {"windows-1252", 0xab41f17facf4b948, 0x6dc87fcb34c28385},
    {"windows-1253", 0x4ce1f423144b3b2c, 0xe3c4ecb5c4cd9799},
    {"windows-1254", 0x00e387a39ebdc324, 0x53f51287dc48b140},
    {"windows-1255", 0xbdca51238dd28865, 0x86812bda46ab0207},
    {"windows-1256", 0x514f4a39d7c362eb, 0x5ad63f6f3049b141},
    {"windows-1257", 0x2c0a7fe49df4869a, 0x8673c9362ebf783c},
    {"windows-1258", 0xcf3c5cdc59f5ea9f, 0x6ff51d3a568a6231},
    {"windows-874", 0xe2d7ae474c1ce359, 0x589e0eb16195a952},
    {"x-mac-cyrillic", 0x53fd8100af881e6f, 0x99e00a61d497fd76},
});
// clang-format on

TEST(Encoding, DecodesAndEncodesAsTheStandardsIndexesSay) {
  const std::string plane = every_character(0x10000);
  const std::string three_planes = every_character(0x30000);
  for (const Expected& expected : kExpected) {
    const Encoding* encoding = encoding_for_label(expected.name);
    ASSERT_NE(encoding, nullptr) << expected.name;
    EXPECT_EQ(fnv1a(decoded(every_sequence(*encoding), expected.name)), expected.decoded) << expected.name;
    const std::string& characters = encoding->kind == Kind::single_byte ? plane : three_planes;
    EXPECT_EQ(fnv1a(encoded(characters, expected.name)), expected.encoded) << expected.name;
  }
}

TEST(Encoding, DecodesWhatIcuReadsOtherwise) {
  EXPECT_EQ(decoded("\x80\xA0\xFD", "shift_jis"), "\u0080\uFFFD\uFFFD");
  EXPECT_EQ(decoded("\x80", "gbk"), "€");
  EXPECT_EQ(decoded("\xA3\xA0\xA6\xD9", "gb18030"), "\u3000\uFE10");
  EXPECT_EQ(decoded("\x88\x62\x88\xA5\xFA\x5F", "big5"), "Ê\u0304ê\u030C\u5029");
  EXPECT_EQ(decoded("\xAA", "windows-1253"), "\uFFFD");
  EXPECT_EQ(decoded("\xCA", "windows-1255"), "\u05BA");
  EXPECT_EQ(decoded("\xDB", "windows-874"), "\uFFFD");
  EXPECT_EQ(decoded("\xF0", "macintosh"), "\uF8FF");
}

TEST(Encoding, ErrorsAreReplacedAndSwallowNoAscii) {
  EXPECT_EQ(decoded("\x82\"", "shift_jis"), "\uFFFD\"");
  EXPECT_EQ(decoded("\x82", "shift_jis"), "\uFFFD");
  EXPECT_EQ(decoded("\x8F\xA2", "euc-jp"), "\uFFFD");
  EXPECT_EQ(decoded("\x8F\xA2<", "euc-jp"), "\uFFFD<");
  EXPECT_EQ(decoded("\x81\x30", "gb18030"), "\uFFFD");
  EXPECT_EQ(decoded("\x81\x30\x81", "gb18030"), "\uFFFD");
  EXPECT_EQ(decoded("\x81\x30<\x30", "gb18030"), "\uFFFD0<0");
  EXPECT_EQ(decoded("\x81\x30\x81<", "gb18030"), "\uFFFD0\uFFFD<");
}

TEST(Encoding, Iso2022JpFollowsItsEscapes) {
  EXPECT_EQ(decoded("\x1B(J\\~\x1B(B\\~", "iso-2022-jp"), "¥‾\\~");
  EXPECT_EQ(decoded("\x1B$B\"", "iso-2022-jp"), "\uFFFD") << "half a pair";
  EXPECT_EQ(decoded("\x1B$B$\x1B(Bx", "iso-2022-jp"), "\uFFFDx");
  EXPECT_EQ(decoded("\x1B(B\x1B(J", "iso-2022-jp"), "\uFFFD") << "an idle escape";
  EXPECT_EQ(decoded("\x1B$A<", "iso-2022-jp"), "\uFFFD$A<") << "no escape of this encoding";
}

TEST(Encoding, Utf16TakesSurrogatesInPairsOnly) {
  EXPECT_EQ(decoded("\x3D\xD8\x00\xDE"s, "utf-16le"), "😀");
  EXPECT_EQ(decoded("\xD8\x3D\x00\x61"s, "utf-16be"), "\uFFFDa");
  EXPECT_EQ(decoded("\xDE\x00\x00\x61"s, "utf-16be"), "\uFFFDa");
  EXPECT_EQ(decoded("\xD8\x3D"s, "utf-16be"), "\uFFFD");
  EXPECT_EQ(decoded("\xD8\x3D\xDE"s, "utf-16be"), "\uFFFD");
  EXPECT_EQ(decoded("\x00\x61\x00"s, "utf-16be"), "a\uFFFD");
}

TEST(Encoding, ATextInPiecesIsTheSameAsAtOnce) {
  const std::pair<std::string_view, std::string_view> texts[] = {
      {"gb18030", "a\x81\x30\x81\x30\xA3\xA0\x81\x30\x81<\x80\x81"},
      {"euc-jp", "\x8F\xA2\xAF\x8F\xA2<\x8E\xB1\xA4\xA2\x8F\xA2"},
      {"shift_jis", "\x82\xA0\xB1\x82"},
      {"iso-2022-jp", "\x1B$B$\"$\x1B(J~\x1B(B\x1B(I1\x1B(\x1B$B$"},
      {"utf-16le", "a\u013D\u00D8\u0100"},
  };
  for (const auto& [label, text] : texts) {
    for (std::size_t first = 0; first <= text.size(); ++first) {
      for (std::size_t second = first; second <= text.size(); ++second) {
        LegacyDecoder decoder(*encoding_for_label(label));
        std::string out;
        decoder.write(text.substr(0, first), false, out);
        decoder.write(text.substr(first, second - first), false, out);
        decoder.write(text.substr(second), true, out);
        EXPECT_EQ(out, decoded(text, label)) << label << ", cut at " << first << " and " << second;
      }
    }
  }
}

TEST(Encoding, QueriesInIso2022JpEndInAscii) {
  EXPECT_EQ(encoded("?q=日本&x", "iso-2022-jp"), "?q=%1B$BF|K\\%1B(B&x");
  EXPECT_EQ(encoded("¥a\\", "iso-2022-jp"), "%1B(J\\a%1B(B\\");
  EXPECT_EQ(encoded("日😀", "iso-2022-jp"), "%1B$BF|%1B(B%26%23128512%3B");
  EXPECT_EQ(encoded("で", "iso-2022-jp"), "%1B$B$G%1B(B");
  EXPECT_EQ(encoded("あ", "iso-2022-jp"), "%1B$B$%22%1B(B") << "its second byte is a quotation mark";
  EXPECT_EQ(encoded("あ\t\r\nい", "iso-2022-jp"), "%1B$B$%22$$%1B(B") << "no URL has these";
  EXPECT_EQ(encoded("a\x0E\x0F\x1B", "iso-2022-jp"), "a%26%2365533%3B%26%2365533%3B%26%2365533%3B")
      << "a page must not be able to write escapes";
  EXPECT_EQ(encoded("あ\x1B", "iso-2022-jp"), "%1B$B$%22%1B(B%26%2365533%3B");
}

}  // namespace
}  // namespace gossamer
