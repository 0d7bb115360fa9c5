#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace gossamer {

// SimHash (Charikar 2002) over shingles of three words: texts that differ in a few words differ in a few
// bits. Words are runs of letters, digits and bytes beyond ASCII, in any case. Pure.
class SimHash {
 public:
  // Texts with fewer shingles have no hash: a few words are alike too easily.
  static constexpr std::uint32_t kFewestShingles = 32;

  // A piece of the text; a word does not go on in the next piece.
  void add(std::string_view text);
  std::optional<std::uint64_t> hash() const;

 private:
  void add_word(std::uint64_t word);

  std::uint64_t before_last_ = 0;
  std::uint64_t last_ = 0;
  std::uint32_t words_ = 0;
  // How many shingles have each bit set, for all 64 bits at once: plane p has bit p of each count.
  std::array<std::uint64_t, 32> planes_{};
};

// Of the text a reader sees in a page: not of tags, scripts, styles, comments and templates. `html` in an
// encoding that contains ASCII.
std::optional<std::uint64_t> simhash_of_html(std::string_view html);

inline int simhash_distance(std::uint64_t a, std::uint64_t b) { return std::popcount(a ^ b); }

}  // namespace gossamer
