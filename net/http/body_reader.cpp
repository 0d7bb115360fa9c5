#include "net/http/body_reader.h"

#include <algorithm>
#include <fmt/format.h>

namespace gossamer {

BodyReader::BodyReader(BodyFraming framing)
    : kind_(framing.kind),
      length_(framing.kind == BodyFraming::Kind::length ? framing.length : 0),
      remaining_(length_),
      done_(kind_ == BodyFraming::Kind::none || (kind_ == BodyFraming::Kind::length && length_ == 0)) {}

Result<BodyReader::Step> BodyReader::read(std::string_view input) {
  if (done_) return Step{};
  switch (kind_) {
    case BodyFraming::Kind::none:
      break;
    case BodyFraming::Kind::until_close:
      return Step{input.size(), input};
    case BodyFraming::Kind::length: {
      const std::size_t size = std::min<std::uint64_t>(remaining_, input.size());
      remaining_ -= size;
      done_ = remaining_ == 0;
      return Step{size, input.substr(0, size)};
    }
    case BodyFraming::Kind::chunked: {
      auto step = chunked_.decode(input);
      if (!step) return std::unexpected(std::move(step.error()));
      done_ = chunked_.done();
      return Step{step->consumed, step->data};
    }
  }
  return Step{};
}

Result<void> BodyReader::finish() {
  if (done_) return {};
  if (kind_ == BodyFraming::Kind::length) {
    return fail(ErrorClass::truncated, Phase::body,
                fmt::format("connection closed after {} of {} body bytes", length_ - remaining_, length_));
  }
  if (kind_ == BodyFraming::Kind::chunked) {
    return fail(ErrorClass::truncated, Phase::body, "connection closed before the last chunk of the body");
  }
  done_ = true;
  return {};
}

}  // namespace gossamer
