#pragma once

#include <cstdint>
#include <string_view>

#include "net/base/error.h"
#include "net/http/chunked.h"

namespace gossamer {

// How the end of a message body is known (RFC 9112 section 6.3).
struct BodyFraming {
  enum class Kind { none, length, chunked, until_close };
  Kind kind = Kind::none;
  std::uint64_t length = 0;  // of kind length

  bool operator==(const BodyFraming&) const = default;
};

// Cuts the body of one message out of the bytes of a connection. A push parser: keeps no input, copies no
// data.
class BodyReader {
 public:
  struct Step {
    std::size_t consumed = 0;  // bytes of the input that belong to this message
    std::string_view data;     // body bytes among them: a view into the input
  };

  BodyReader() = default;
  explicit BodyReader(BodyFraming framing);

  // Consumes a prefix of `input` up to the end of one piece of data or of the body; call again with the rest.
  [[nodiscard]] Result<Step> read(std::string_view input);
  // The peer has closed the connection: error `truncated` unless the body is complete or ends by the close.
  [[nodiscard]] Result<void> finish();
  [[nodiscard]] bool done() const { return done_; }
  // Content bytes still to come; 0 where the framing does not tell.
  [[nodiscard]] std::uint64_t expected() const { return remaining_; }

 private:
  BodyFraming::Kind kind_ = BodyFraming::Kind::none;
  std::uint64_t length_ = 0;
  std::uint64_t remaining_ = 0;
  ChunkedDecoder chunked_;
  bool done_ = true;
};

}  // namespace gossamer
