#include "net/http/http_connection.h"

#include <algorithm>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <optional>
#include <utility>

#include "net/http/content_coding.h"

namespace gossamer {
namespace {

constexpr std::size_t kReadBuffer = 64 * 1024;
constexpr std::uint64_t kMaxDrain =
    16 * 1024;  // a body nobody wants is read up to here to save the connection
constexpr std::size_t kTakenAtOnce = 64 * 1024;  // of a body that is taken as it comes, at most
constexpr std::uint64_t kMaxReserve = 1 << 20;   // a length is only a promise

TimePoint now() { return EventLoop::current().now(); }

// A stream's error in the terms of a fetch: what the server did, in which phase, and its address.
Error explain(Error error, Phase phase, std::string_view address) {
  error.phase = phase;
  if (error.error_class == ErrorClass::io) error.error_class = ErrorClass::truncated;
  if (error.error_class == ErrorClass::timeout) {
    const std::string_view what = phase == Phase::send      ? "the request could not be sent in time"
                                  : phase == Phase::headers ? "the response headers did not come in time"
                                                            : "the body did not come in time";
    error.message = fmt::format("{} ({})", what, address);
  } else {
    error.message = fmt::format("{} ({})", error.message, address);
  }
  return error;
}

// The response side of one exchange: bytes in, FetchResponse out.
class ResponseReader {
 public:
  ResponseReader(const HttpConnection::Exchange& options, FetchProgress& progress)
      : options_(options),
        progress_(progress),
        parser_(options.method == HttpMethod::head),
        admitted_(!options.admit_large_body || options.large_body >= options.max_body) {}

  enum class Next { read, admit, done };

  // Deals with all of `input`, or up to where the body has to be admitted: then admit() and call again with
  // what is left of it.
  Result<Next> take(std::string_view& input) {
    while (true) {
      if (awaits_admission_) return Next::admit;
      if (auto drained = decode(); !drained) {
        return std::unexpected(std::move(drained.error()));
      } else if (!*drained) {
        return Next::admit;
      }
      if (abandoned_ || parser_.done() || input.empty()) break;
      const bool had_head = parser_.has_head();
      const auto step = parser_.parse(input);
      progress_.wire_bytes += step ? step->consumed : input.size();
      if (!step) return std::unexpected(step.error());
      input.remove_prefix(step->consumed);
      encoded_ = step->body;
      if (!had_head && parser_.has_head()) {
        if (auto begun = begin_body(); !begun) return std::unexpected(std::move(begun.error()));
      }
    }
    surplus_ = !input.empty();
    return abandoned_ || parser_.done() ? Next::done : Next::read;
  }

  void admit() {
    admitted_ = true;
    awaits_admission_ = false;
    reserve();
  }

  // Bytes that the body has at most.
  std::size_t largest_body() const {
    const BodyFraming& framing = parser_.framing();
    const bool told = framing.kind == BodyFraming::Kind::length && decoder_ && decoder_->identity();
    return told ? std::min<std::uint64_t>(framing.length, options_.max_body) : options_.max_body;
  }

  // The peer closed the connection.
  Result<> end() { return parser_.finish(); }

  Result<FetchResponse> finish() {
    if (decoder_) {
      if (auto finished = decoder_->finish(); !finished) return std::unexpected(std::move(finished.error()));
      response_.body_complete = true;
    }
    ResponseHead& head = parser_.head();
    response_.status = head.status;
    response_.version = head.version;
    response_.reason = std::move(head.reason);
    response_.headers = std::move(head.headers);
    response_.wire_bytes = progress_.wire_bytes;
    return std::move(response_);
  }

  bool has_head() const { return parser_.has_head(); }
  // Bytes behind the response belong to nothing we asked for.
  bool reusable() const { return parser_.done() && parser_.keep_alive() && !surplus_ && !abandoned_; }

 private:
  // Decodes the piece of body at hand. False: it grows too large to be read on unasked.
  Result<bool> decode() {
    std::string& body = response_.body;
    const std::size_t pause_at = admitted_ ? std::string::npos : options_.large_body + 1;
    while (decoder_) {
      auto drained = decoder_->write(encoded_, body, std::min(pause_at, taken_at()));
      const bool broken = !drained && !is_cut(drained.error());
      // Also what came before it broke.
      const bool wanted = !options_.take_body || options_.take_body(options_.url, parser_.head(), body);
      if (broken) return drained;
      if (!drained || !wanted) {
        decoder_.reset();
        abandoned_ = true;
      } else if (*drained || body.size() >= pause_at) {
        return drained;
      }
    }
    return true;
  }

  // The size at which take_body is called next: before the body is as large as it may be.
  std::size_t taken_at() const {
    if (!options_.take_body) return std::string::npos;
    const std::size_t held = response_.body.size();
    return held + std::min(kTakenAtOnce, (options_.max_body - held) / 2 + 1);
  }

  // Whether the error is the end of a body that was to be cut there. Of stacked codings an inner one may
  // exceed the cap first: nothing says then what the body begins with.
  bool is_cut(const Error& error) const {
    return options_.truncate_body && error.error_class == ErrorClass::too_large &&
           response_.body.size() == options_.max_body;
  }

  Result<> begin_body() {
    progress_.status = parser_.head().status;
    progress_.content_type = parser_.head().headers.get("content-type").value_or("");
    const bool wanted = !options_.want_body || options_.want_body(parser_.head());
    const BodyFraming& framing = parser_.framing();
    const bool by_length = framing.kind == BodyFraming::Kind::length;
    if (!wanted) {
      abandoned_ = !parser_.done() && !(by_length && framing.length <= kMaxDrain);
      return {};
    }
    if (parser_.done()) {
      response_.body_complete = true;
      return {};
    }
    auto decoder = ContentDecoder::create(parser_.head().headers, options_.max_body);
    if (!decoder) return std::unexpected(std::move(decoder.error()));
    decoder_.emplace(std::move(*decoder));
    if (options_.take_body) return {};
    if (by_length && decoder_->identity() && framing.length > options_.max_body && !options_.truncate_body) {
      return fail(ErrorClass::too_large, Phase::body,
                  fmt::format("body of {} bytes exceeds {} bytes", framing.length, options_.max_body));
    }
    awaits_admission_ = !admitted_ && by_length && framing.length > options_.large_body;
    if (!awaits_admission_) reserve();
    return {};
  }

  // Room for the body, where its length is known.
  void reserve() {
    const BodyFraming& framing = parser_.framing();
    if (framing.kind != BodyFraming::Kind::length || !decoder_->identity()) return;
    const std::uint64_t most = options_.admit_large_body && admitted_ ? options_.max_body : kMaxReserve;
    response_.body.reserve(std::min({framing.length, most, std::uint64_t{options_.max_body}}));
  }

  const HttpConnection::Exchange& options_;
  FetchProgress& progress_;
  Http1ResponseParser parser_;
  std::optional<ContentDecoder> decoder_;  // while the body is wanted
  FetchResponse response_;
  std::string_view encoded_;  // of the body: in the caller's input, not decoded yet
  bool admitted_;             // the body may be of any size
  bool awaits_admission_ = false;
  bool abandoned_ = false;  // the rest of the body is not wanted, and too long to read for nothing
  bool surplus_ = false;
};

}  // namespace

Task<Result<>> HttpConnection::send(std::string_view request, const HttpTimeouts& timeouts, Deadline deadline,
                                    FetchProgress* progress) {
  reusable_ = false;
  answered_ = false;
  progress->address = address_;
  const TimePoint start = now();
  progress->enter(Phase::send, start);
  const auto sent = co_await stream_->write_all(request, std::min(deadline, start + timeouts.send));
  if (!sent) co_return std::unexpected(explain(sent.error(), Phase::send, address_));

  const TimePoint sent_at = now();
  progress->timings.send = sent_at - start;
  progress->enter(Phase::headers, sent_at);
  buffer_ = std::make_unique_for_overwrite<char[]>(kReadBuffer);
  const auto first = co_await stream_->read_some({buffer_.get(), kReadBuffer},
                                                 std::min(deadline, sent_at + timeouts.headers));
  if (!first) co_return std::unexpected(explain(first.error(), Phase::headers, address_));
  received_ = *first;
  answered_ = received_ > 0;
  co_return Result<>{};
}

Task<Result<FetchResponse>> HttpConnection::receive(Exchange options, FetchProgress* progress) {
  const std::unique_ptr<char[]> buffer = std::move(buffer_);
  std::size_t count = received_;
  ResponseReader reader(options, *progress);
  const TimePoint sent_at = progress->since;
  TimePoint headers_at = sent_at;
  Duration held{};
  Deadline deadline = std::min(options.deadline, sent_at + options.timeouts.headers);
  while (true) {
    const Phase phase = reader.has_head() ? Phase::body : Phase::headers;
    if (count == 0) {
      if (auto ended = reader.end(); !ended)
        co_return std::unexpected(explain(ended.error(), phase, address_));
      break;
    }
    const TimePoint read_at = now();
    if (phase == Phase::headers) headers_at = read_at;
    std::string_view input(buffer.get(), count);
    auto taken = reader.take(input);
    progress->enter(reader.has_head() ? Phase::body : phase, read_at);
    if (taken == ResponseReader::Next::admit) {
      progress->held = true;
      co_await options.admit_large_body(reader.largest_body());
      progress->held = false;
      held = now() - read_at;
      options.deadline = deadline_after(options.deadline, held);
      reader.admit();
      taken = reader.take(input);
    }
    if (!taken) co_return std::unexpected(taken.error());
    if (*taken == ResponseReader::Next::done) break;
    if (reader.has_head()) deadline = std::min(options.deadline, now() + options.timeouts.body_idle);
    const auto more = co_await stream_->read_some({buffer.get(), kReadBuffer}, deadline);
    if (!more) {
      co_return std::unexpected(
          explain(more.error(), reader.has_head() ? Phase::body : Phase::headers, address_));
    }
    count = *more;
  }

  auto response = reader.finish();
  if (!response) co_return std::unexpected(std::move(response.error()));
  reusable_ = reader.reusable();
  response->address = address_;
  response->timings.send = progress->timings.send;
  response->timings.headers = headers_at - sent_at;
  response->timings.body = now() - headers_at - held;
  response->timings.held = held;
  co_return std::move(*response);
}

}  // namespace gossamer
