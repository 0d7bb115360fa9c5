#pragma once

#include <string>
#include <string_view>

#include "net/http/body_reader.h"
#include "net/http/http1_head.h"
#include "net/http/message.h"

namespace gossamer {

// Reads one HTTP/1.x request out of the bytes of a connection, strictly (RFC 9112). A push parser like
// Http1ResponseParser; the body, which is bounded, is collected. After an error it is spent.
class Http1RequestParser {
 public:
  Http1RequestParser(HeadLimits limits, std::size_t max_body)
      : limits_(limits), max_body_(max_body), collector_(limits.max_bytes) {}

  // Consumes a prefix of `input` and says how much; call again with the rest until it is empty or done().
  // Errors: protocol (400); too_large in phase headers (431) or body (413).
  [[nodiscard]] Result<std::size_t> parse(std::string_view input);

  [[nodiscard]] bool started() const { return has_head_ || collector_.partial(); }
  [[nodiscard]] bool done() const { return has_head_ && body_reader_.done(); }
  [[nodiscard]] RequestHead& head() { return head_; }
  [[nodiscard]] std::string& body() { return body_; }

 private:
  HeadLimits limits_;
  std::size_t max_body_;
  HeadCollector collector_;
  RequestHead head_;
  BodyReader body_reader_;
  std::string body_;
  bool has_head_ = false;
};

}  // namespace gossamer
