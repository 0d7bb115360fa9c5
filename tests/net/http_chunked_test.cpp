#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <string>

#include "net/http/chunked.h"
#include "tests/support/conformance.h"

namespace gossamer {
namespace {

std::string decode_base64(std::string_view text) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  unsigned buffer = 0;
  int bits = 0;
  for (const char c : text) {
    const std::size_t value = kAlphabet.find(c);
    if (value == std::string_view::npos) break;
    buffer = (buffer << 6) | static_cast<unsigned>(value);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes += static_cast<char>((buffer >> bits) & 0xff);
    }
  }
  return bytes;
}

struct SizeLine {
  bool invalid = false;
  bool partial = true;
  std::size_t consumed = 0;
  std::uint64_t size = 0;
};

// Feeds one byte at a time until the size line has ended: the decoder then wants data, or, after size 0,
// trailers.
SizeLine read_size_line(std::string_view bytes) {
  ChunkedDecoder decoder;
  SizeLine line;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    const auto step = decoder.decode(bytes.substr(at, 1));
    line.invalid = !step;
    if (line.invalid) return line;
    if (bytes[at] == '\n') {
      line.partial = false;
      line.consumed = at + 1;
      line.size = decoder.chunk_remaining();
      return line;
    }
  }
  return line;
}

TEST(Chunked, PublicChunkSizeCases) {
  const auto tests = conformance_data("http/chunk_size_cases.json");
  if (!tests) GTEST_SKIP() << "no http/chunk_size_cases.json: set GOSSAMER_TEST_DATA";
  ConformanceSet set("Chunk sizes");
  for (const auto& test : *tests) {
    const SizeLine line = read_size_line(decode_base64(test["line_b64"].get<std::string>()));
    const bool invalid = test["invalid"].get<bool>();
    bool same = line.invalid == invalid && (invalid || line.partial == test["partial"].get<bool>());
    if (same && !invalid && !test["size"].is_null()) {
      same = line.consumed == test["consumed"].get<std::size_t>() &&
             line.size == test["size"].get<std::uint64_t>();
    }
    set.check(test["id"].get<std::string>(), same ? "" : test.dump());
  }
  set.finish(14);
}

std::string error_of(std::string_view bytes) {
  ChunkedDecoder decoder;
  while (!bytes.empty() && !decoder.done()) {
    const auto step = decoder.decode(bytes);
    if (!step) return step.error().message;
    bytes.remove_prefix(step->consumed);
  }
  return "";
}

TEST(Chunked, MalformedFramingIsRefused) {
  EXPECT_EQ(error_of("\r\n"), "malformed chunked body: a chunk size must start with a hexadecimal digit");
  EXPECT_EQ(error_of("-1\r\n"), "malformed chunked body: a chunk size must start with a hexadecimal digit");
  EXPECT_EQ(error_of("2\r\nabc\r\n"), "malformed chunked body: no line break after the data of a chunk");
  EXPECT_EQ(error_of("2\r\nab\rc"), "malformed chunked body: no line break after the data of a chunk");
  EXPECT_EQ(error_of("0\r\n\rX"), "malformed chunked body: CR without LF in the trailer section");
}

TEST(Chunked, LinesWithoutEndAreBounded) {
  EXPECT_EQ(error_of("1;" + std::string(ChunkedDecoder::kMaxLineBytes, 'x')),
            "malformed chunked body: a chunk-size line without end");
  EXPECT_EQ(error_of(std::string(ChunkedDecoder::kMaxLineBytes + 1, '0')),
            "malformed chunked body: a chunk-size line without end");
  std::string trailers = "0\r\n";
  while (trailers.size() <= ChunkedDecoder::kMaxTrailerBytes + 100) trailers += "A: b\r\n";
  EXPECT_EQ(error_of(trailers), "trailer fields exceed 65536 bytes");
}

}  // namespace
}  // namespace gossamer
