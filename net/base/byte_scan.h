#pragma once

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace gossamer {

// Scans of short runs of bytes, inline because a page has thousands of them: 16 bytes a step where SSE2 is
// there, memchr and plain loops elsewhere. Each returns `end` when nothing is found.

inline const char* find_byte(const char* p, const char* end, char wanted) {
#if defined(__SSE2__)
  const __m128i needle = _mm_set1_epi8(wanted);
  for (; end - p >= 16; p += 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    const auto mask = static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(block, needle)));
    if (mask != 0) return p + std::countr_zero(mask);
  }
  while (p != end && *p != wanted) ++p;
  return p;
#else
  if (p == end) return end;
  const void* found = std::memchr(p, wanted, static_cast<std::size_t>(end - p));
  return found != nullptr ? static_cast<const char*>(found) : end;
#endif
}

// The first byte that keeps raw text from standing for itself: '&', CR or NUL.
inline const char* find_coded_byte(const char* p, const char* end) {
#if defined(__SSE2__)
  const __m128i ampersand = _mm_set1_epi8('&');
  const __m128i carriage_return = _mm_set1_epi8('\r');
  const __m128i nul = _mm_setzero_si128();
  for (; end - p >= 16; p += 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    const __m128i hits =
        _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(block, ampersand), _mm_cmpeq_epi8(block, carriage_return)),
                     _mm_cmpeq_epi8(block, nul));
    const auto mask = static_cast<std::uint32_t>(_mm_movemask_epi8(hits));
    if (mask != 0) return p + std::countr_zero(mask);
  }
#endif
  while (p != end && *p != '&' && *p != '\r' && *p != '\0') ++p;
  return p;
}

// The first byte >= 0x80.
inline const char* find_non_ascii(const char* p, const char* end) {
#if defined(__SSE2__)
  for (; end - p >= 16; p += 16) {
    const auto mask =
        static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))));
    if (mask != 0) return p + std::countr_zero(mask);
  }
#else
  for (; end - p >= 8; p += 8) {
    std::uint64_t word;
    std::memcpy(&word, p, sizeof word);
    if ((word & 0x8080808080808080u) != 0) break;
  }
#endif
  while (p != end && static_cast<unsigned char>(*p) < 0x80) ++p;
  return p;
}

inline bool is_ascii(std::string_view text) {
  const char* end = text.data() + text.size();
  return find_non_ascii(text.data(), end) == end;
}

}  // namespace gossamer
