#include "net/http/http1_response_parser.h"

#include <utility>

namespace gossamer {

Result<Http1ResponseParser::Step> Http1ResponseParser::parse(std::string_view input) {
  if (has_head_) {
    auto step = body_.read(input);
    if (!step) return std::unexpected(std::move(step.error()));
    return Step{step->consumed, step->data};
  }
  const auto step = collector_.collect(input);
  if (!step) return std::unexpected(step.error());
  if (step->complete) {
    if (auto taken = take_head(step->head); !taken) return std::unexpected(std::move(taken.error()));
  }
  return Step{step->consumed, {}};
}

Result<void> Http1ResponseParser::take_head(std::string_view text) {
  auto head = parse_response_head(text, limits_);
  if (!head) return std::unexpected(std::move(head.error()));
  if (head->status == 101) {
    return fail(ErrorClass::protocol, Phase::headers,
                "the server switched protocols without being asked (101)");
  }
  if (head->status < 200) {
    if (++interim_ > kMaxInterimResponses) {
      return fail(ErrorClass::protocol, Phase::headers, "too many interim (1xx) responses");
    }
    return {};
  }
  const auto framing = response_framing(*head, to_head_request_);
  if (!framing) return std::unexpected(framing.error());
  head_ = std::move(*head);
  framing_ = *framing;
  body_ = BodyReader(framing_);
  has_head_ = true;
  // A response with both framings, or with a coding its version does not have, may be an attempt to smuggle
  // another one: what follows on the connection cannot be trusted (RFC 9112 section 6.1).
  const bool has_transfer_encoding = head_.headers.contains("transfer-encoding");
  const bool suspect = has_transfer_encoding &&
                       (head_.version == HttpVersion::http_1_0 || head_.headers.contains("content-length"));
  keep_alive_ = keeps_alive(head_.version, head_.headers) && !suspect &&
                framing_.kind != BodyFraming::Kind::until_close;
  return {};
}

Result<void> Http1ResponseParser::finish() {
  if (has_head_) return body_.finish();
  return fail(ErrorClass::truncated, Phase::headers,
              started() ? "connection closed in the middle of the response headers"
                        : "connection closed before any response byte");
}

}  // namespace gossamer
