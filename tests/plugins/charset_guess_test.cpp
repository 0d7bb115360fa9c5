#include "plugins/charset_guess.h"

#include <array>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <unicode/ucnv.h>

#include "plugins/charset.h"

namespace gossamer {
namespace {

// Article 1 of the Universal Declaration of Human Rights, or what everybody knows of a language.
constexpr const char* kJapanese =
    "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。何でも薄暗いじめじめした所でニャーニャ"
    "ー泣いていた事だけは記憶している。吾輩はここで始めて人間"
    "というものを見た。";
constexpr const char* kKorean =
    "동해 물과 백두산이 마르고 닳도록 하느님이 보우하사 우리나라 만세. 무궁화 삼천리 화려 강산 대한 사람, "
    "대한으로 길이 보전하세. 남산 위에 저"
    " 소나무, 철갑을 두른 듯 바람 서리 불변함은 우리 기상일세.";
constexpr const char* kChinese =
    "人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心，并应以兄弟关系的精神相对待。人人有资格享受本宣"
    "言所载的一切权利和自由，不分种族、肤色、性别、语言、宗教"
    "、政治或其他见解。";
constexpr const char* kTraditional =
    "人人生而自由，在尊嚴和權利上一律平等。他們賦有理性和良心，並應以兄弟關係的精神相對待。人人有資格享受本宣"
    "言所載的一切權利和自由，不分種族、膚色、性別、語言、宗教"
    "、政治或其他見解。";
constexpr const char* kRussian =
    "Все люди рождаются свободными и равными в своем достоинстве и правах. Они "
    "наделены разумом и совестью и должны поступать в отношении друг друга в духе "
    "братства. Каждый человек должен обладать всеми правами и всеми свободами.";
constexpr const char* kCzech =
    "Všichni lidé rodí se svobodní a sobě rovní co do důstojnosti a práv. Jsou nadáni"
    " rozumem a svědomím a mají spolu jednat v duchu bratrství. Každý má všechna "
    "práva a všechny svobody, stanovené touto deklarací.";
constexpr const char* kPolish =
    "Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i swych praw. "
    "Są oni obdarzeni rozumem i sumieniem i powinni postępować wobec innych w duchu "
    "braterstwa.";
constexpr const char* kHungarian =
    "Minden emberi lény szabadon születik és egyenlő méltósága és joga van. Az "
    "emberek, ésszel és lelkiismerettel bírván, egymással szemben testvéri szellemben"
    " kell hogy viseltessenek.";
constexpr const char* kGreek =
    "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια και τα "
    "δικαιώματα. Είναι προικισμένοι με λογική και συνείδηση, και οφείλουν να "
    "συμπεριφέρονται μεταξύ τους με πνεύμα αδελφοσύνης.";
constexpr const char* kHebrew =
    "כל בני האדם נולדו בני חורין ושווים בערכם ובזכויותיהם. כולם חוננו בתבונה ובמצפון,"
    " לפיכך חובה עליהם לנהוג איש ברעהו ברוח של אחווה.";
constexpr const char* kArabic =
    "يولد جميع الناس أحراراً متساوين في الكرامة والحقوق. وقد وهبوا عقلاً وضميراً "
    "وعليهم أن يعامل بعضهم بعضاً بروح الإخاء. لكل إنسان حق التمتع بكافة الحقوق "
    "والحريات الواردة في هذا الإعلان.";
constexpr const char* kFrench =
    "Tous les êtres humains naissent libres et égaux en dignité et en droits. Ils "
    "sont doués de raison et de conscience et doivent agir les uns envers les autres "
    "dans un esprit de fraternité. Chacun peut se prévaloir de tous les droits et de "
    "toutes les libertés proclamés.";
constexpr const char* kGerman =
    "Alle Menschen sind frei und gleich an Würde und Rechten geboren. Sie sind mit "
    "Vernunft und Gewissen begabt und sollen einander im Geist der Brüderlichkeit "
    "begegnen. Niemand darf in Sklaverei gehalten werden, für alle Menschen gilt das "
    "überall.";
constexpr const char* kSpanish =
    "Todos los seres humanos nacen libres e iguales en dignidad y derechos y, dotados"
    " como están de razón y conciencia, deben comportarse fraternalmente los unos con"
    " los otros. Según la declaración, el niño tendrá protección.";
constexpr const char* kTurkish =
    "Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar. Akıl ve vicdana"
    " sahiptirler ve birbirlerine karşı kardeşlik zihniyeti ile hareket etmelidirler."
    " Herkes bu beyannamede ilan olunan bütün haklardan yararlanır.";
constexpr const char* kSwedish =
    "Alla människor är födda fria och lika i värde och rättigheter. De är utrustade "
    "med förnuft och samvete och bör handla gentemot varandra i en anda av "
    "broderskap. Var och en är berättigad till alla de rättigheter.";
constexpr const char* kEnglish =
    "The café’s menu — “special” of the day: crème brûlée, naïve résumé. It was a "
    "plain English page with a few quoted words and £ signs in it, nothing else at "
    "all really, for a while.";
constexpr const char* kThai =
    "มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกันในเกียรติศักดิ์และสิทธิ "
    "ต่างมีเหตุผลและมโนธรรม และควรปฏิบัติต่อกันด้วยเจตนารมณ์แห่งภราดรภาพ";

std::string encoded(std::string_view text, const char* encoding) {
  UErrorCode status = U_ZERO_ERROR;
  std::string out(text.size() * 4, '\0');
  const auto size = ucnv_convert(encoding, "UTF-8", out.data(), static_cast<std::int32_t>(out.size()),
                                 text.data(), static_cast<std::int32_t>(text.size()), &status);
  if (U_FAILURE(status)) throw std::runtime_error(encoding);
  out.resize(static_cast<std::size_t>(size));
  return out;
}

struct Case {
  const char* text;
  const char* encoding;  // ICU's name
};

class CharsetGuess : public testing::TestWithParam<Case> {};

TEST_P(CharsetGuess, ReadsTheTextOfAPageThatDoesNotSayItsEncoding) {
  const auto& [text, encoding] = GetParam();
  const std::string page =
      "<!DOCTYPE html><html><head><title>" + std::string(text) +
      "</title><script>var plain = \"ascii\";</script></head><body><div class=\"main\"><p>" + text +
      "</p><ul><li>" + text + "</li></ul></div></body></html>";
  const DecodedBody body = decode_body(encoded(page, encoding), "text/html");
  EXPECT_EQ(std::string(body.text), page) << body.encoding->name;
}

INSTANTIATE_TEST_SUITE_P(
    Languages, CharsetGuess,
    testing::Values(Case{kJapanese, "Shift_JIS"}, Case{kJapanese, "EUC-JP"}, Case{kKorean, "EUC-KR"},
                    Case{kChinese, "GB18030"}, Case{kTraditional, "Big5"}, Case{kRussian, "windows-1251"},
                    Case{kRussian, "KOI8-R"}, Case{kRussian, "ISO-8859-5"}, Case{kCzech, "ISO-8859-2"},
                    Case{kCzech, "windows-1250"}, Case{kPolish, "ISO-8859-2"}, Case{kPolish, "windows-1250"},
                    Case{kHungarian, "ISO-8859-2"}, Case{kGreek, "windows-1253"}, Case{kGreek, "ISO-8859-7"},
                    Case{kHebrew, "windows-1255"}, Case{kArabic, "windows-1256"}, Case{kArabic, "ISO-8859-6"},
                    Case{kFrench, "windows-1252"}, Case{kGerman, "windows-1252"},
                    Case{kSpanish, "windows-1252"}, Case{kTurkish, "windows-1254"},
                    Case{kSwedish, "windows-1252"}, Case{kEnglish, "windows-1252"}),
    [](const auto& test) {
      std::string name = std::to_string(test.index) + "_" + test.param.encoding;
      for (char& c : name)
        if (c == '-') c = '_';
      return name;
    });

std::string_view guessed(std::string_view body) {
  const Encoding* encoding = guess_encoding(body);
  return encoding == nullptr ? "none" : encoding->name;
}

TEST(CharsetGuess, OfLittleTextNothingIsGuessed) {
  EXPECT_EQ(guessed(""), "none");
  EXPECT_EQ(guessed("plain"), "none");
  EXPECT_EQ(guessed("caf\xE9"), "none");
  EXPECT_EQ(guessed("\x80\x81\xFF"), "none");
  EXPECT_EQ(guessed(std::string(100'000, '\xE9')), "none");
  EXPECT_EQ(guessed(encoded(kThai, "windows-874")), "none");
}

TEST(CharsetGuess, Utf8WithAMistakeIsStillUtf8) {
  EXPECT_EQ(guessed(std::string(kFrench) + "caf\xE9" + kFrench), "UTF-8");
  EXPECT_EQ(guessed(std::string(kJapanese).substr(0, 100)), "UTF-8");
  EXPECT_EQ(guessed(encoded(kFrench, "windows-1252")), "windows-1252");
}

TEST(CharsetGuess, AnEncodingWhereAsciiIsNotItselfIsNever) {
  EXPECT_EQ(guessed(encoded(kJapanese, "ISO-2022-JP") + "\xFF"), "none");
}

TEST(CharsetGuess, TheFirstBytesThatTellAreFoundHoweverFarDown) {
  EXPECT_EQ(guessed(std::string(1 << 20, ' ') + encoded(kRussian, "KOI8-R")), "KOI8-R");
}

TEST(CharsetGuess, WhateverIsDeclaredGoesBefore) {
  const std::string russian = encoded(kRussian, "KOI8-R");
  EXPECT_EQ(sniff_encoding(russian, "text/html").name, "KOI8-R");
  EXPECT_EQ(sniff_encoding(russian, "text/html; charset=windows-1251").name, "windows-1251");
  EXPECT_EQ(sniff_encoding("<meta charset=windows-1251>" + russian, "text/html").name, "windows-1251");
  EXPECT_EQ(sniff_encoding(russian, "application/xhtml+xml").name, "UTF-8");
}

}  // namespace
}  // namespace gossamer
