#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "net/http/http1_response_parser.h"

namespace {

struct Outcome {
  std::string body;
  int status = 0;
  bool done = false;
  bool keep_alive = false;
  bool failed = false;
  bool operator==(const Outcome&) const = default;
};

Outcome parse(std::string_view bytes, std::size_t piece, bool to_head_request) {
  gossamer::Http1ResponseParser parser(to_head_request, {.max_bytes = 4096, .max_fields = 64});
  Outcome outcome;
  while (!bytes.empty() && !parser.done()) {
    const auto step = parser.parse(bytes.substr(0, piece));
    if (!step) {
      outcome.failed = true;
      return outcome;
    }
    if (step->consumed == 0) std::abort();  // no progress
    outcome.body += step->body;
    bytes.remove_prefix(step->consumed);
  }
  outcome.failed = !parser.finish();
  outcome.done = parser.done();
  if (parser.has_head()) {
    outcome.status = parser.head().status;
    outcome.keep_alive = parser.keep_alive();
  }
  return outcome;
}

}  // namespace

// A response must parse alike however its bytes are split. The first byte chooses the split.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const bool to_head_request = (data[0] & 0x80) != 0;
  const std::size_t piece = 1 + (data[0] & 0x7f);
  const Outcome whole = parse(bytes, bytes.size(), to_head_request);
  Outcome split = parse(bytes, piece, to_head_request);
  // An error may come before or after the body bytes that precede it in the same piece were handed out.
  if (whole.failed && split.failed) return 0;
  if (!(whole == split)) std::abort();
  (void)gossamer::parse_request_head(bytes, {});
  return 0;
}
