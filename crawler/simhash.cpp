#include "crawler/simhash.h"

#include "plugins/html/content_model.h"
#include "plugins/html/tokenizer.h"

namespace gossamer {

namespace {

// What each byte is in a word; 0: not of one.
constexpr std::array<unsigned char, 256> kWordBytes = [] {
  std::array<unsigned char, 256> table{};
  for (unsigned c = '0'; c <= '9'; ++c) table[c] = static_cast<unsigned char>(c);
  for (unsigned c = 'a'; c <= 'z'; ++c) table[c] = table[c - 32] = static_cast<unsigned char>(c);
  for (unsigned c = 0x80; c < 256; ++c) table[c] = static_cast<unsigned char>(c);
  return table;
}();

// Every bit of the result depends on every bit of `x` (the finaliser of SplitMix64).
constexpr std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

class VisibleText {
 public:
  explicit VisibleText(SimHash& hash) : hash_(hash) {}

  void text(std::string_view raw, RawTextKind kind) {
    if (kind != RawTextKind::rawtext && templates_ == 0) hash_.add(raw);
  }
  ContentModel start_tag(const StartTag& tag) {
    if (tag.key == name_key("template")) ++templates_;
    return content_model_of(tag);
  }
  void end_tag(const EndTag& tag) {
    if (templates_ > 0 && tag.key == name_key("template")) --templates_;
  }
  void comment(std::string_view) {}
  void doctype(const Doctype&) {}
  bool allows_cdata() const { return false; }

 private:
  SimHash& hash_;
  std::size_t templates_ = 0;  // open ones
};

}  // namespace

void SimHash::add(std::string_view text) {
  std::uint64_t word = 0;
  for (const char c : text) {
    if (const unsigned char byte = kWordBytes[static_cast<unsigned char>(c)]; byte != 0) {
      word = (word + byte) * 0x9e3779b97f4a7c15u;
      word ^= word >> 29;
    } else if (word != 0) {
      add_word(word);
      word = 0;
    }
  }
  if (word != 0) add_word(word);
}

void SimHash::add_word(std::uint64_t word) {
  const std::uint64_t shingle = mix(std::rotl(before_last_, 42) + std::rotl(last_, 21) + word);
  before_last_ = last_;
  last_ = word;
  if (++words_ < 3) return;
  std::uint64_t carry = shingle;
  for (std::size_t plane = 0; carry != 0 && plane < planes_.size(); ++plane) {
    const std::uint64_t next = planes_[plane] & carry;
    planes_[plane] ^= carry;
    carry = next;
  }
}

std::optional<std::uint64_t> SimHash::hash() const {
  if (words_ < kFewestShingles + 2) return std::nullopt;
  const std::uint32_t half = (words_ - 2) / 2;
  // Compares all counts with `half`, from the highest bit down.
  std::uint64_t more = 0;
  std::uint64_t equal = ~std::uint64_t{0};
  for (std::size_t plane = planes_.size(); plane-- > 0;) {
    const std::uint64_t bit = (half >> plane & 1) != 0 ? ~std::uint64_t{0} : 0;
    more |= equal & planes_[plane] & ~bit;
    equal &= ~(planes_[plane] ^ bit);
  }
  return more;
}

std::optional<std::uint64_t> simhash_of_html(std::string_view html) {
  SimHash hash;
  VisibleText sink(hash);
  Tokenizer<VisibleText>(html, sink).run();
  return hash.hash();
}

}  // namespace gossamer
