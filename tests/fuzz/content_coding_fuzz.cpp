#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "net/http/content_coding.h"

namespace {

constexpr std::size_t kCap = 1 << 16;

struct Outcome {
  std::string body;
  bool failed = false;
  bool operator==(const Outcome&) const = default;
};

// In pieces of the input, pausing after each `step` bytes of output.
Outcome decode(const gossamer::Headers& headers, std::string_view bytes, std::size_t piece,
               std::size_t step) {
  auto decoder = gossamer::ContentDecoder::create(headers, kCap);
  Outcome outcome;
  while (!bytes.empty() && !outcome.failed) {
    std::string_view part = bytes.substr(0, piece);
    for (bool drained = false; !drained && !outcome.failed;) {
      const std::size_t pause_at = outcome.body.size() + step;
      const auto written = decoder->write(part, outcome.body, pause_at);
      outcome.failed = !written;
      drained = written && *written;
      if (outcome.body.size() > std::min(kCap, pause_at)) std::abort();
      if (drained ? !part.empty() : written && outcome.body.size() < pause_at) std::abort();
    }
    bytes.remove_prefix(std::min(piece, bytes.size()));
  }
  outcome.failed = outcome.failed || !decoder->finish();
  return outcome;
}

}  // namespace

// Decoding must respect the cap and give the same in any split and with any pauses. The first byte chooses
// coding and split.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  constexpr std::string_view kCodings[] = {"gzip", "deflate",       "br",
                                           "zstd", "deflate, gzip", "zstd, br, gzip"};
  const gossamer::Headers headers{{"Content-Encoding", kCodings[data[0] % 6]}};
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Outcome whole = decode(headers, bytes, bytes.size(), kCap + 1);
  const Outcome split = decode(headers, bytes, 1 + data[0] / 6, 1 + data[0] / 3);
  if (whole.failed != split.failed || (!whole.failed && whole.body != split.body)) std::abort();
  return 0;
}
