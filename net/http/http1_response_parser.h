#pragma once

#include <string_view>

#include "net/http/body_reader.h"
#include "net/http/http1_head.h"
#include "net/http/message.h"

namespace gossamer {

// Reads one HTTP/1.x response out of the bytes of a connection (RFC 9112). A push parser: pure, no socket,
// and any split of the bytes gives the same result. Interim (1xx) responses are skipped. After an error it is
// spent.
class Http1ResponseParser {
 public:
  static constexpr int kMaxInterimResponses = 16;

  explicit Http1ResponseParser(bool to_head_request, HeadLimits limits = {})
      : limits_(limits), to_head_request_(to_head_request), collector_(limits.max_bytes) {}

  struct Step {
    std::size_t consumed = 0;  // bytes of the input that belong to this response
    std::string_view body;     // body bytes among them, still content-coded: a view into the input
  };

  // Consumes a prefix of `input`: up to the end of the head, of one piece of body, or all of it. Call again
  // with the rest until it is empty or the response is done().
  [[nodiscard]] Result<Step> parse(std::string_view input);
  // The peer has closed the connection. Ends a body that runs until the close; otherwise error `truncated`.
  [[nodiscard]] Result<void> finish();

  // The head of the final response was read; head() is valid from here on.
  [[nodiscard]] bool has_head() const { return has_head_; }
  [[nodiscard]] bool done() const { return has_head_ && body_.done(); }
  [[nodiscard]] ResponseHead& head() { return head_; }
  [[nodiscard]] const ResponseHead& head() const { return head_; }
  [[nodiscard]] const BodyFraming& framing() const { return framing_; }
  // Once done(): whether another request may follow on the connection.
  [[nodiscard]] bool keep_alive() const { return keep_alive_; }
  // Any byte of a response was seen, complete or not.
  [[nodiscard]] bool started() const { return has_head_ || interim_ > 0 || collector_.partial(); }

 private:
  Result<void> take_head(std::string_view text);

  HeadLimits limits_;
  bool to_head_request_;
  HeadCollector collector_;
  ResponseHead head_;
  BodyFraming framing_;
  BodyReader body_;
  int interim_ = 0;
  bool has_head_ = false;
  bool keep_alive_ = false;
};

}  // namespace gossamer
