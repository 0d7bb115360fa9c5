#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/base/error.h"
#include "net/http/headers.h"

namespace gossamer {

// What the decoder below understands, for the Accept-Encoding field.
inline constexpr std::string_view kAcceptEncoding = "gzip, deflate, br, zstd";

// Undoes the content codings of one body as its bytes come: gzip (and x-gzip), deflate (zlib-wrapped or, as
// some servers send it, raw), br, zstd, stacked up to kMaxCodings deep. Output is bounded by the cap given: a
// decompression bomb stops there with error `too_large`, holding at most the cap in memory for each coding.
class ContentDecoder {
 public:
  static constexpr std::size_t kMaxCodings = 3;

  // One coding. `decode` appends to `out`, which must not grow past `max_size`.
  class Stage {
   public:
    virtual ~Stage() = default;
    virtual Result<void> decode(std::string_view input, std::string& out, std::size_t max_size) = 0;
    virtual Result<void> finish() = 0;
  };

  // For a body with these headers. Transfer codings below chunked are undone too. Error `decode`: a coding
  // that is not supported, or too many.
  [[nodiscard]] static Result<ContentDecoder> create(const Headers& headers, std::size_t max_decoded);

  // Appends to `body`, which over all calls must be the same string, empty at first.
  [[nodiscard]] Result<void> write(std::string_view encoded, std::string& body);
  // The body is complete: error `decode` if a coding wants more. A body of no bytes is complete in any
  // coding.
  [[nodiscard]] Result<void> finish();

  [[nodiscard]] bool identity() const { return stages_.empty(); }

 private:
  explicit ContentDecoder(std::size_t max_decoded) : max_decoded_(max_decoded) {}

  std::vector<std::unique_ptr<Stage>> stages_;  // in the order they are undone
  std::size_t max_decoded_;
  bool any_input_ = false;
};

}  // namespace gossamer
