#include "plugins/charset_guess.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <unicode/ucsdet.h>

#include "net/base/byte_scan.h"

namespace gossamer {

namespace {

constexpr std::size_t kExamined = 64 << 10;

// Tried with running text in twenty languages: from some 60 bytes on the right answer has 39 and more, and
// what has no right answer, like Thai, has up to 32.
constexpr std::int32_t kLeastConfidence = 36;
constexpr std::int32_t kLeastConfidenceOfUtf8 =
    25;  // which ICU gives as soon as ten are right for each wrong

struct CloseDetector {
  void operator()(UCharsetDetector* detector) const { ucsdet_close(detector); }
};

}  // namespace

const Encoding* guess_encoding(std::string_view body) {
  const char* const end = body.data() + body.size();
  const char* const start = find_non_ascii(body.data(), end);
  const auto text = std::string_view(start, end).substr(0, kExamined);
  if (text.empty()) return nullptr;

  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UCharsetDetector, CloseDetector> detector(ucsdet_open(&status));
  ucsdet_enableInputFilter(detector.get(), true);  // without tags
  ucsdet_setText(detector.get(), text.data(), static_cast<std::int32_t>(text.size()), &status);
  std::int32_t count = 0;
  const UCharsetMatch** const matches = ucsdet_detectAll(detector.get(), &count, &status);
  if (U_FAILURE(status) || matches == nullptr) return nullptr;

  const Encoding* best = nullptr;
  for (const UCharsetMatch* match : std::span(matches, static_cast<std::size_t>(count))) {  // best first
    const std::int32_t confidence = ucsdet_getConfidence(match, &status);
    const Encoding* encoding = encoding_for_label(ucsdet_getName(match, &status));
    if (encoding == &kUtf8 && confidence >= kLeastConfidenceOfUtf8) return encoding;
    if (best == nullptr && encoding != nullptr && encoding != &kUtf8 && encoding->ascii_is_itself &&
        confidence >= kLeastConfidence)
      best = encoding;
  }
  return best;
}

}  // namespace gossamer
