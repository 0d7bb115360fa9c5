#include "plugins/encoding/double_byte_index.h"

#include <algorithm>
#include <ranges>
#include <string>
#include <string_view>

#include "plugins/encoding/icu_converter.h"
#include "plugins/encoding/made_once.h"

namespace gossamer {

namespace {

using Kind = Encoding::Kind;

struct Exception {
  std::uint16_t pair;
  char32_t code_point;
};

constexpr char32_t mark(char32_t letter, char32_t combining) {
  return combining << DoubleByteIndex::kMarkShift | letter;
}

// Where the standard's indexes differ from ICU 72.
// clang-format off
constexpr std::array kGb18030 = std::to_array<Exception>({
    {0xA3A0, 0x3000}, {0xA6D9, 0xFE10}, {0xA6DA, 0xFE12}, {0xA6DB, 0xFE11}, {0xA6DC, 0xFE13}, {0xA6DD, 0xFE14},
    {0xA6DE, 0xFE15}, {0xA6DF, 0xFE16}, {0xA6EC, 0xFE17}, {0xA6ED, 0xFE18}, {0xA6F3, 0xFE19}, {0xFE59, 0x9FB4},
    {0xFE61, 0x9FB5}, {0xFE66, 0x9FB6}, {0xFE67, 0x9FB7}, {0xFE6D, 0x9FB8}, {0xFE7E, 0x9FB9}, {0xFE90, 0x9FBA},
    {0xFEA0, 0x9FBB},
});
// And A3C0-A3DF, the pictures of control characters.
constexpr std::array kBig5 = std::to_array<Exception>({
    {0x87A4, 0x9F97}, {0x87AC, 0x9F96}, {0x8840, 0x31C0}, {0x8841, 0x31C1}, {0x8842, 0x31C2}, {0x8843, 0x31C3},
    {0x8844, 0x31C4}, {0x8846, 0x31C5}, {0x8849, 0x31C6}, {0x884A, 0x31C7}, {0x884D, 0x31C8}, {0x884F, 0x31C9},
    {0x8850, 0x31CA}, {0x8851, 0x31CB}, {0x8852, 0x31CC}, {0x8854, 0x31CD}, {0x8855, 0x31CE},
    {0x8862, mark(0x00CA, 0x0304)}, {0x8864, mark(0x00CA, 0x030C)}, {0x88A3, mark(0x00EA, 0x0304)},
    {0x88A5, mark(0x00EA, 0x030C)}, {0x88A9, 0x23DA}, {0x88AA, 0x23DB}, {0x8C43, 0x9FA6}, {0x8C6D, 0x9FA7},
    {0x8C74, 0x9FA8}, {0x8CB7, 0x9FA9}, {0x8CB9, 0x9FAA}, {0x8CBB, 0x9FAB}, {0x8CC0, 0x9FAC}, {0x8CD7, 0x9FAD},
    {0x8CD8, 0x9FAE}, {0x8CDA, 0x9FAF}, {0x8CED, 0x9FB2}, {0x8D48, 0x9FB3}, {0x8E69, 0x7BB8}, {0x8E6F, 0x7C06},
    {0x8E7E, 0x7CCE}, {0x8EAB, 0x7DD2}, {0x8EB4, 0x7E1D}, {0x8ECD, 0x8005}, {0x8ED0, 0x8028}, {0x8F57, 0x83C1},
    {0x8F69, 0x84A8}, {0x8F6E, 0x840F}, {0x8FCB, 0x89A6}, {0x8FCC, 0x89A9}, {0x8FFE, 0x8D77}, {0x906D, 0x90FD},
    {0x907A, 0x92B9}, {0x90DC, 0x975C}, {0x90F1, 0x97FF}, {0x91BF, 0x9F16}, {0x9244, 0x8503}, {0x92AF, 0x5159},
    {0x92B0, 0x515B}, {0x92B1, 0x515D}, {0x92B2, 0x515E}, {0x92C8, 0x936E}, {0x92D1, 0x7479}, {0x9447, 0x6D67},
    {0x94CA, 0x799B}, {0x95D9, 0x9097}, {0x9644, 0x975D}, {0x96ED, 0x701E}, {0x96FC, 0x5B28}, {0x9B76, 0x7201},
    {0x9B78, 0x77D7}, {0x9B7B, 0x7E87}, {0x9BC6, 0x99D6}, {0x9BDE, 0x91D4}, {0x9BEC, 0x60DE}, {0x9BF6, 0x6FB6},
    {0x9C42, 0x8F36}, {0x9C53, 0x4FBB}, {0x9C62, 0x71DF}, {0x9C68, 0x9104}, {0x9C6B, 0x9DF0}, {0x9C77, 0x83CF},
    {0x9CBC, 0x5C10}, {0x9CBD, 0x79E3}, {0x9CD0, 0x5A67}, {0x9D57, 0x8F0B}, {0x9D5A, 0x7B51}, {0x9DC4, 0x62D0},
    {0x9EA9, 0x6062}, {0x9EEF, 0x75F9}, {0x9EFD, 0x6C4A}, {0x9F60, 0x9B2E}, {0x9F66, 0x9F17}, {0x9FCB, 0x50ED},
    {0x9FD8, 0x5F0C}, {0xA063, 0x880F}, {0xA077, 0x62CE}, {0xA0D5, 0x7468}, {0xA0DF, 0x7162}, {0xA0E4, 0x7250},
    {0xA3E0, 0x2421}, {0xC6CF, 0x5EF4}, {0xC6D3, 0x65E0}, {0xC6D5, 0x7676}, {0xC6D7, 0x96B6}, {0xC6DE, 0x3003},
    {0xC6DF, 0x4EDD}, {0xC879, 0x31CF}, {0xC8A1, 0x9FB0}, {0xC8A3, 0x9FB1}, {0xFA5F, 0x5029}, {0xFA66, 0x507D},
    {0xFABD, 0x5305}, {0xFAC5, 0x5344}, {0xFAD5, 0x537F}, {0xFB48, 0x5605}, {0xFBB8, 0x5A77}, {0xFBF3, 0x5E75},
    {0xFBF9, 0x5ED0}, {0xFC4F, 0x5F58}, {0xFC6C, 0x60A4}, {0xFCB9, 0x6490}, {0xFCE2, 0x6674}, {0xFCF1, 0x675E},
    {0xFDB7, 0x6C9C}, {0xFDB8, 0x6E1D}, {0xFDBB, 0x6E2F}, {0xFDF1, 0x716E}, {0xFE52, 0x732A}, {0xFE6F, 0x745C},
    {0xFEAA, 0x74E9}, {0xFEDD, 0x7809},
});
// clang-format on

bool is_private_use(char32_t code_point) { return code_point >= 0xE000 && code_point <= 0xF8FF; }

// Whether the standard's encoder never writes the pair: there is another one for the same character.
bool is_for_decoding_only(const Encoding& encoding, std::uint16_t pair, char32_t code_point) {
  const unsigned lead = pair >> 8;
  switch (encoding.kind) {
    case Kind::shift_jis:
      return (lead >= 0xED && lead <= 0xEF) || is_private_use(code_point);
    case Kind::euc_jp:
      return lead == 0x8E;  // half-width katakana, which are no part of the index
    case Kind::double_byte:
      return encoding.name == "Big5" && lead < 0xA1;
    default:
      return false;
  }
}

// Of several pairs for one character the first is written, but for these: Big5's, and no other encoding has
// them twice.
bool is_last_written(char32_t c) {
  return c == 0x2550 || c == 0x255E || c == 0x2561 || c == 0x256A || c == 0x5341 || c == 0x5345;
}

}  // namespace

const DoubleByteIndex& DoubleByteIndex::of(const Encoding& encoding, Plane plane) {
  return made_once<DoubleByteIndex>(std::pair(&encoding, plane));
}

DoubleByteIndex::DoubleByteIndex(std::pair<const Encoding*, Plane> of) {
  const auto& [encoding, plane] = of;
  const bool has_private_use = encoding->kind == Kind::gb18030 || encoding->kind == Kind::shift_jis;
  IcuConverter converter(encoding->icu_name);
  std::string bytes = plane == Plane::jis0212 ? "\x8F??" : "??";
  for (unsigned lead = kFirstLead; lead <= kLast; ++lead) {
    bytes[bytes.size() - 2] = static_cast<char>(lead);
    for (unsigned trail = kFirstTrail; trail <= kLast; ++trail) {
      bytes.back() = static_cast<char>(trail);
      const char32_t found = converter.decode(bytes);
      if (has_private_use || !is_private_use(found))
        put(static_cast<std::uint16_t>(lead << 8 | trail), found);
    }
  }
  if (plane == Plane::jis0212) {
    code_points_[0xF3 - kFirstLead].fill(0);  // IBM's, which the standard leaves out
    return;                                   // and no encoder writes any of them
  }
  add_pairs(*encoding);  // what ICU has instead of the exceptions, is understood by encoders too
  put_exceptions(*encoding);
  add_pairs(*encoding);
  std::ranges::sort(pairs_);
}

void DoubleByteIndex::put_exceptions(const Encoding& encoding) {
  if (encoding.kind == Kind::gb18030) {
    for (const Exception& exception : kGb18030) put(exception.pair, exception.code_point);
  } else if (encoding.kind == Kind::euc_jp) {
    for (unsigned trail = 0xE0; trail <= 0xE2; ++trail) put(static_cast<std::uint16_t>(0x8E00 | trail), 0);
  } else if (encoding.name == "Big5") {
    for (const Exception& exception : kBig5) put(exception.pair, exception.code_point);
    for (unsigned i = 0; i < 0x20; ++i) put(static_cast<std::uint16_t>(0xA3C0 + i), 0x2400 + i);
  }
}

void DoubleByteIndex::add_pairs(const Encoding& encoding) {
  for (unsigned lead = kFirstLead; lead <= kLast; ++lead) {
    for (unsigned trail = kFirstTrail; trail <= kLast; ++trail) {
      const auto pair = static_cast<std::uint16_t>(lead << 8 | trail);
      const char32_t found = at(static_cast<unsigned char>(lead), static_cast<unsigned char>(trail));
      if (found != 0 && !is_for_decoding_only(encoding, pair, found)) pairs_.emplace_back(found, pair);
    }
  }
}

std::uint16_t DoubleByteIndex::find(char32_t code_point) const {
  const auto found =
      std::ranges::equal_range(pairs_, code_point, {}, &std::pair<char32_t, std::uint16_t>::first);
  if (found.empty()) return 0;
  return is_last_written(code_point) ? found.back().second : found.front().second;
}

}  // namespace gossamer
