#include "plugins/text_decoder.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace gossamer {
namespace {

using namespace std::string_view_literals;

std::string decode_in_pieces(std::string_view bytes, std::string_view charset, std::size_t piece) {
  TextDecoder decoder(charset);
  std::string text;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size())))
    decoder.write(bytes.substr(0, piece), text);
  decoder.finish(text);
  return text;
}

std::string decode(std::string_view bytes, std::string_view charset = {}) {
  std::string whole = decode_in_pieces(bytes, charset, std::string_view::npos);
  for (std::size_t piece = 1; piece < 8; ++piece)
    EXPECT_EQ(decode_in_pieces(bytes, charset, piece), whole) << piece;
  return whole;
}

TEST(TextDecoder, TakesTheEncodingOfTheDeclaration) {
  EXPECT_EQ(decode("<?xml version='1.0' encoding='ISO-8859-1'?>\xe9"),
            "<?xml version='1.0' encoding='ISO-8859-1'?>\u00e9");
  EXPECT_EQ(decode(" \n<?xml encoding='windows-1251' ?>\xe9"), " \n<?xml encoding='windows-1251' ?>\u0439");
  EXPECT_EQ(decode("<?xml encoding='Shift_JIS'?>\x82\xa0"), "<?xml encoding='Shift_JIS'?>\u3042");
  EXPECT_EQ(decode("<?xml encoding='no-such'?>\u00e9"), "<?xml encoding='no-such'?>\u00e9");
  EXPECT_EQ(decode("<?xml encoding='utf-16'?>\u00e9"), "<?xml encoding='utf-16'?>\u00e9") << "it cannot be";
  EXPECT_EQ(decode("<?xml" + std::string(2000, ' ') + "encoding='iso-8859-1'?>\xe9"),
            "<?xml" + std::string(2000, ' ') + "encoding='iso-8859-1'?>\xe9");
}

TEST(TextDecoder, KnowsUtf16ByItsMarkOrItsFirstTag) {
  EXPECT_EQ(decode("\xff\xfe\xac\x20"sv), "\u20ac");
  EXPECT_EQ(decode("\xfe\xff\x20\xac"sv), "\u20ac");
  EXPECT_EQ(decode("<\0a\0>\0\xac\x20"sv), "<a>\u20ac");
  EXPECT_EQ(decode("\0<\0a\0>\x20\xac"sv), "<a>\u20ac");
  EXPECT_EQ(decode("\xff\xfe\x3d\xd8\x00\xde"sv), "\U0001F600");
  EXPECT_EQ(decode("\xff\xfe\x3d\xd8x\0y"sv), "\ufffdx\ufffd");
}

TEST(TextDecoder, TheTransportGoesBeforeTheDeclarationAndAMarkBeforeBoth) {
  EXPECT_EQ(decode("<?xml encoding='utf-8'?>\xe9", "iso-8859-1"), "<?xml encoding='utf-8'?>\u00e9");
  EXPECT_EQ(decode("<?xml encoding='iso-8859-1'?>\u00e9", "UTF-8"), "<?xml encoding='iso-8859-1'?>\u00e9");
  EXPECT_EQ(decode("\xEF\xBB\xBF\u00e9", "iso-8859-1"), "\u00e9");
  EXPECT_EQ(decode("\xff\xfe\xac\x20", "utf-8"), "\u20ac");
  EXPECT_EQ(decode("\u00e9", "no-such"), "\u00e9");
}

TEST(TextDecoder, LetsUtf8ThroughAsItIs) {
  EXPECT_EQ(decode("a\xff\u00e9\xc3"), "a\xff\u00e9\xc3");
  EXPECT_EQ(decode("\xEF\xBB\xBFx"), "x");
  EXPECT_EQ(decode("\xEF"), "\xEF");
  EXPECT_EQ(decode("<?xm"), "<?xm");
  EXPECT_EQ(decode(""), "");
}

TEST(TextDecoder, NeverDecodesWhatTheStandardHoldsUnsafe) {
  EXPECT_EQ(decode("<script>", "iso-2022-kr"), "\ufffd");
}

}  // namespace
}  // namespace gossamer
