#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <string>
#include <string_view>

#include "net/http/chunked.h"
#include "tests/fuzz/require.h"

namespace {

struct Outcome {
  std::string body;
  std::size_t consumed = 0;
  bool done = false;
  bool failed = false;
};

Outcome decode(std::string_view bytes, std::size_t piece) {
  gossamer::ChunkedDecoder decoder;
  Outcome outcome;
  while (!bytes.empty() && !decoder.done()) {
    const auto step = decoder.decode(bytes.substr(0, piece));
    outcome.failed = !step;
    if (!step) return outcome;
    require(step->consumed > 0 && step->consumed <= bytes.size());
    outcome.body += step->data;
    outcome.consumed += step->consumed;
    bytes.remove_prefix(step->consumed);
  }
  outcome.done = decoder.done();
  return outcome;
}

std::string encoded(std::string_view body, std::size_t chunk) {
  std::string bytes;
  for (; !body.empty(); body.remove_prefix(std::min(chunk, body.size()))) {
    const std::string_view part = body.substr(0, chunk);
    bytes += fmt::format("{:x};ext\r\n{}\r\n", part.size(), part);
  }
  return bytes + "0\r\nTrailer: x\r\n\r\n";
}

}  // namespace

// Any bytes decode alike however they are split, and any body comes back from its encoding, with what follows
// it left alone. The first byte chooses the split.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t piece = 1 + data[0];
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);

  const Outcome whole = decode(bytes, bytes.size());
  const Outcome split = decode(bytes, piece);
  require(whole.failed == split.failed && whole.body == split.body);
  require(whole.failed || (whole.consumed == split.consumed && whole.done == split.done));

  const std::string message = encoded(bytes, piece);
  const Outcome back = decode(message + "HTTP/1.1", 7);
  require(back.done && back.body == bytes && back.consumed == message.size());
  return 0;
}
