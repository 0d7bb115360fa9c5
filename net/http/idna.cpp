#include <string>
#include <string_view>
#include <unicode/uidna.h>

#include "net/http/url_host.h"

namespace gossamer {
namespace {

// CheckHyphens = false and VerifyDnsLength = false, which ICU does not have as options.
constexpr std::uint32_t kIgnoredErrors = UIDNA_ERROR_EMPTY_LABEL | UIDNA_ERROR_LABEL_TOO_LONG |
                                         UIDNA_ERROR_DOMAIN_NAME_TOO_LONG | UIDNA_ERROR_LEADING_HYPHEN |
                                         UIDNA_ERROR_TRAILING_HYPHEN | UIDNA_ERROR_HYPHEN_3_4;

// Punycode takes quadratic time, and no name above 253 bytes can be looked up.
constexpr std::size_t kMaxDomainBytes = 4096;

// CheckBidi, CheckJoiners, Transitional_Processing = false, UseSTD3ASCIIRules = false. Shared by all threads,
// never freed.
const UIDNA* uts46() {
  static const UIDNA* const instance = [] {
    UErrorCode status = U_ZERO_ERROR;
    return uidna_openUTS46(UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_NONTRANSITIONAL_TO_ASCII, &status);
  }();
  return instance;
}

// The capital sharp s stands for the small one since UTS #46 15.1; before, and in older ICU, for "ss": the
// name of another host. To be dropped when no ICU before 74 is used.
std::string with_small_sharp_s(std::string_view domain) {
  constexpr std::string_view kCapital = "\u1E9E";
  std::string mapped(domain);
  for (std::size_t at = 0; (at = mapped.find(kCapital, at)) != std::string::npos;)
    mapped.replace(at, kCapital.size(), "\u00DF");
  return mapped;
}

}  // namespace

bool append_idna(std::string_view given, std::string& out) {
  const UIDNA* idna = uts46();
  if (idna == nullptr || given.size() > kMaxDomainBytes) return false;
  const std::string domain = with_small_sharp_s(given);
  std::string ascii(domain.size() * 2 + 64, '\0');
  for (;;) {
    UErrorCode status = U_ZERO_ERROR;
    UIDNAInfo info = UIDNA_INFO_INITIALIZER;
    const std::int32_t length =
        uidna_nameToASCII_UTF8(idna, domain.data(), static_cast<std::int32_t>(domain.size()), ascii.data(),
                               static_cast<std::int32_t>(ascii.size()), &info, &status);
    const bool too_small = status == U_BUFFER_OVERFLOW_ERROR;
    if ((U_FAILURE(status) && !too_small) || (info.errors & ~kIgnoredErrors) != 0 || length <= 0)
      return false;
    ascii.resize(static_cast<std::size_t>(length));
    if (too_small) continue;
    out += ascii;
    return true;
  }
}

}  // namespace gossamer
