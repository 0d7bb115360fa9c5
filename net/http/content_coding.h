#pragma once

#include <cstddef>
#include <cstdint>
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
// decompression bomb stops there with error `too_large`. What a coding hands to the next is bounded in memory
// too (64 KiB), and by the cap over the whole body.
class ContentDecoder {
 public:
  static constexpr std::size_t kMaxCodings = 3;

  // One coding.
  class Stage {
   public:
    virtual ~Stage() = default;
    // Takes bytes off the front of `input` and appends what they decode to. True: all are taken, and nothing
    // is owed for them. False: `out`, smaller than `limit` before, has reached it; call again with the rest.
    virtual Result<bool> decode(std::string_view& input, std::string& out, std::size_t limit) = 0;
    virtual Result<void> finish() = 0;
  };

  // For a body with these headers. Transfer codings below chunked are undone too. Error `decode`: a coding
  // that is not supported, or too many.
  [[nodiscard]] static Result<ContentDecoder> create(const Headers& headers, std::size_t max_decoded);

  // Takes bytes off the front of `encoded` and appends what they decode to. True: all are taken. False:
  // `body`, smaller than `pause_at` before, has reached it; call again with the rest, which may be empty.
  // Over all calls `body` must be the same string, empty at first; the cap is of what it holds, for the
  // caller may take bytes out of it.
  [[nodiscard]] Result<bool> write(std::string_view& encoded, std::string& body,
                                   std::size_t pause_at = std::string::npos);
  // The body is complete: error `decode` if a coding wants more. A body of no bytes is complete in any
  // coding.
  [[nodiscard]] Result<void> finish();

  [[nodiscard]] bool identity() const { return stages_.empty(); }

 private:
  // A stage, and what it gave that the next one has not taken yet.
  struct Link {
    std::unique_ptr<Stage> stage;
    std::string output{};
    std::size_t taken = 0;  // bytes of `output`
    std::uint64_t total = 0;
  };

  explicit ContentDecoder(std::size_t max_decoded) : max_decoded_(max_decoded) {}

  // Stage::decode of the first `count` stages.
  Result<bool> decode(std::size_t count, std::string_view& encoded, std::string& out, std::size_t limit);

  std::vector<Link> stages_;  // in the order they are undone
  std::size_t max_decoded_;
  bool any_input_ = false;
};

}  // namespace gossamer
