#include "net/http/http1_request_parser.h"

#include <fmt/format.h>
#include <utility>

namespace gossamer {

Result<std::size_t> Http1RequestParser::parse(std::string_view input) {
  const auto too_large = [this] {
    return fail(ErrorClass::too_large, Phase::body, fmt::format("request body exceeds {} bytes", max_body_));
  };
  if (has_head_) {
    const auto step = body_reader_.read(input);
    if (!step) return std::unexpected(step.error());
    if (step->data.size() > max_body_ - body_.size()) return too_large();
    body_.append(step->data);
    return step->consumed;
  }
  const auto step = collector_.collect(input);
  if (!step) return std::unexpected(step.error());
  if (!step->complete) return step->consumed;
  auto head = parse_request_head(step->head, limits_);
  if (!head) return std::unexpected(std::move(head.error()));
  const auto framing = request_framing(*head);
  if (!framing) return std::unexpected(framing.error());
  if (framing->length > max_body_) return too_large();
  head_ = std::move(*head);
  body_reader_ = BodyReader(*framing);
  has_head_ = true;
  return step->consumed;
}

}  // namespace gossamer
