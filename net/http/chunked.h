#pragma once

#include <cstdint>
#include <string_view>

#include "net/base/error.h"

namespace gossamer {

// Undoes the chunked transfer coding (RFC 9112 section 7.1). A push decoder over bytes: it keeps no input and
// copies no data. Extensions and trailer fields are skipped; both are bounded.
class ChunkedDecoder {
 public:
  static constexpr std::size_t kMaxLineBytes = 16 * 1024;     // a chunk-size line with its extensions
  static constexpr std::size_t kMaxTrailerBytes = 64 * 1024;  // all trailer lines together

  struct Step {
    std::size_t consumed = 0;  // bytes of the input that are dealt with
    std::string_view data;     // a piece of the body: a view into the input
  };

  // Consumes a prefix of `input`, at most up to the end of one piece of data; call again with the rest. All
  // of the input is consumed unless data was found or the body ended. Needs !done().
  [[nodiscard]] Result<Step> decode(std::string_view input);

  // The last chunk and the trailer section were read.
  [[nodiscard]] bool done() const { return state_ == State::done; }

  // While reading data: bytes left of the chunk at hand.
  [[nodiscard]] std::uint64_t chunk_remaining() const { return remaining_; }

 private:
  enum class State {
    size_start,
    size,
    extension,
    size_lf,
    data,
    data_cr,
    data_lf,
    trailer_start,
    trailer,
    trailer_lf,
    done
  };

  Result<void> take(char c);
  Result<void> end_size_line();

  State state_ = State::size_start;
  std::uint64_t remaining_ = 0;
  std::size_t line_bytes_ = 0;
};

}  // namespace gossamer
