#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "net/base/error.h"
#include "net/http/body_reader.h"
#include "net/http/message.h"

namespace gossamer {

// Bounds on the start line and header fields of one message. Beyond them: error `too_large`.
struct HeadLimits {
  std::size_t max_bytes = 256 * 1024;  // what browsers take
  std::size_t max_fields = 1024;
};

// Gathers the bytes of a message head up to and including its empty line, over any split of the input. Copies
// only when a head comes in several pieces.
class HeadCollector {
 public:
  explicit HeadCollector(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  struct Step {
    std::size_t consumed = 0;
    bool complete = false;
    std::string_view head;  // when complete: all lines; dies with `input` or the next call
  };
  // Empty lines before the start line are skipped (RFC 9112 section 2.2), within the limit.
  [[nodiscard]] Result<Step> collect(std::string_view input);
  // Whether bytes of a head were taken without its end.
  [[nodiscard]] bool partial() const { return scanner_.taken > 0; }

 private:
  struct Scanner {
    std::size_t taken = 0;  // bytes of this head seen so far
    bool in_line = false;   // the current line has a byte other than CR
    bool started = false;   // the start line was seen
  };
  std::size_t max_bytes_;
  Scanner scanner_;
  std::string buffer_;
  bool handed_out_ = false;  // buffer_ holds a head the caller has seen
};

// Parses a head as gathered by HeadCollector. Responses are read leniently, as browsers read them: bare LF
// ends a line, a missing reason phrase, stray blanks around names, and lines without a colon (skipped) are
// taken. Requests are read strictly. Obsolete line folding becomes one blank; NUL bytes are refused in both.
[[nodiscard]] Result<ResponseHead> parse_response_head(std::string_view head, const HeadLimits& limits);
[[nodiscard]] Result<RequestHead> parse_request_head(std::string_view head, const HeadLimits& limits);

// The body that follows (RFC 9112 section 6.3). `to_head_request`: the response answers HEAD.
[[nodiscard]] Result<BodyFraming> response_framing(const ResponseHead& head, bool to_head_request);
[[nodiscard]] Result<BodyFraming> request_framing(const RequestHead& head);

}  // namespace gossamer
