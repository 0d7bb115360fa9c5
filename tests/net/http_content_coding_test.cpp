#include <brotli/encode.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>
#include <zstd.h>

#include "net/http/content_coding.h"
#include "tests/support/gzip.h"

namespace gossamer {
namespace {

constexpr std::size_t kNoCap = std::size_t{1} << 30;

std::string encode(std::string_view coding, std::string_view text) {
  if (coding == "gzip" || coding == "x-gzip") return zlib_encode(text, 15 + 16);
  if (coding == "deflate") return zlib_encode(text, 15);
  if (coding == "raw deflate") return zlib_encode(text, -15);
  if (coding == "br") {
    std::size_t size = BrotliEncoderMaxCompressedSize(text.size()) + 64;
    std::string out(size, '\0');
    BrotliEncoderCompress(5, 22, BROTLI_MODE_GENERIC, text.size(),
                          reinterpret_cast<const std::uint8_t*>(text.data()), &size,
                          reinterpret_cast<std::uint8_t*>(out.data()));
    out.resize(size);
    return out;
  }
  if (coding == "zstd") {
    std::string out(ZSTD_compressBound(text.size()), '\0');
    out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
    return out;
  }
  return std::string(text);
}

const std::vector<std::string>& codings() {
  static const std::vector<std::string> all = {"gzip", "x-gzip", "deflate", "raw deflate", "br", "zstd"};
  return all;
}

Headers header_for(std::string_view coding) {
  return {{"Content-Encoding", coding == "raw deflate" ? "deflate" : coding}};
}

// The decoded body, or "class: message".
std::string decode(const Headers& headers, std::string_view encoded, std::size_t piece,
                   std::size_t cap = kNoCap) {
  auto decoder = ContentDecoder::create(headers, cap);
  const auto text = [](const Error& error) {
    return std::string(to_string(error.error_class)) + ": " + error.message;
  };
  if (!decoder) return text(decoder.error());
  std::string body;
  for (std::size_t at = 0; at < encoded.size(); at += piece) {
    std::string_view part = encoded.substr(at, piece);
    const auto written = decoder->write(part, body);
    EXPECT_LE(body.size(), cap);
    if (!written) return text(written.error());
  }
  const auto finished = decoder->finish();
  return finished ? body : text(finished.error());
}

std::string sample() {
  std::string text;
  for (int i = 0; i < 3000; ++i) text += "line " + std::to_string(i * 7919 % 1000) + "\n";
  return text;
}

TEST(ContentCoding, EveryCodingDecodesInAnySplit) {
  for (const std::string& coding : codings()) {
    const std::string encoded = encode(coding, sample());
    for (const std::size_t piece : {encoded.size(), std::size_t{1}, std::size_t{2}, std::size_t{1000}}) {
      EXPECT_EQ(decode(header_for(coding), encoded, piece), sample()) << coding << " in pieces of " << piece;
    }
    EXPECT_EQ(decode(header_for(coding), encode(coding, ""), 1), "") << coding;
  }
  EXPECT_EQ(decode({}, "plain", 2), "plain");
}

TEST(ContentCoding, TruncationIsNoticedAtEveryByte) {
  const std::string text = "some text that is long enough to be compressed, compressed, compressed";
  for (const std::string& coding : codings()) {
    const std::string encoded = encode(coding, text);
    for (std::size_t size = 1; size < encoded.size(); ++size) {
      EXPECT_EQ(decode(header_for(coding), encoded.substr(0, size), size),
                "decode: " +
                    std::string(header_for(coding).get("content-encoding") == "x-gzip"
                                    ? "gzip"
                                    : *header_for(coding).get("content-encoding")) +
                    " body: the data ends too early")
          << coding << " cut at " << size;
    }
  }
}

TEST(ContentCoding, BodyOfNoBytesIsCompleteInAnyCoding) {
  for (const std::string& coding : codings()) EXPECT_EQ(decode(header_for(coding), "", 1), "") << coding;
}

TEST(ContentCoding, CapAllowsItsOwnSizeAndNotOneMore) {
  const std::string text(100'000, 'x');
  for (const std::string& coding : codings()) {
    const std::string encoded = encode(coding, text);
    for (const std::size_t piece : {encoded.size(), std::size_t{1}}) {
      EXPECT_EQ(decode(header_for(coding), encoded, piece, text.size()), text) << coding;
      EXPECT_EQ(decode(header_for(coding), encoded, piece, text.size() - 1),
                "too_large: body exceeds 99999 bytes")
          << coding;
    }
  }
  EXPECT_EQ(decode({}, "12345", 2, 5), "12345");
  EXPECT_EQ(decode({}, "123456", 4, 5), "too_large: body exceeds 5 bytes");
}

TEST(ContentCoding, BombStopsAtTheCap) {
  const std::string zeros(64 << 20, '\0');
  for (const std::string& coding : codings()) {
    auto decoder = ContentDecoder::create(header_for(coding), 1 << 20);
    std::string body;
    const std::string encoded = encode(coding, zeros);
    std::string_view rest = encoded;
    EXPECT_FALSE(decoder->write(rest, body)) << coding;
    EXPECT_LE(body.capacity(), std::size_t{3} << 20) << coding;
  }
  const std::string nested = encode("gzip", encode("gzip", zeros));
  EXPECT_EQ(decode({{"Content-Encoding", "gzip, gzip"}}, nested, nested.size(), 1 << 20),
            "too_large: body exceeds 1048576 bytes");
}

TEST(ContentCoding, CorruptDataIsNoticed) {
  for (const std::string& coding : codings()) {
    EXPECT_TRUE(
        decode(header_for(coding), "<html>this is no compressed data</html>", 5).starts_with("decode: "))
        << coding;
  }
  std::string wrong_checksum = encode("gzip", "text");
  wrong_checksum[wrong_checksum.size() - 5] ^= 1;
  EXPECT_EQ(decode(header_for("gzip"), wrong_checksum, 3), "decode: gzip body: the data is corrupt");
}

TEST(ContentCoding, MembersAndFramesFollowEachOther) {
  for (const std::size_t piece : {std::size_t{1}, std::size_t{1000}}) {
    EXPECT_EQ(decode(header_for("gzip"), encode("gzip", "one ") + encode("gzip", "two"), piece), "one two");
    EXPECT_EQ(decode(header_for("zstd"), encode("zstd", "one ") + encode("zstd", "two"), piece), "one two");
    EXPECT_EQ(decode(header_for("gzip"), encode("gzip", "one") + std::string("\0\0garbage", 9), piece),
              "one");
    EXPECT_EQ(decode(header_for("br"), encode("br", "one") + "garbage", piece), "one");
    EXPECT_EQ(decode(header_for("deflate"), encode("deflate", "one") + "garbage", piece), "one");
  }
}

TEST(ContentCoding, OnlyTodaysZstdFramesAreRead) {
  EXPECT_EQ(decode(header_for("zstd"),
                   "\x50\x2a\x4d\x18\x03" + std::string(3, '\0') + "abc" + encode("zstd", "text"), 2),
            "text");
  for (const std::size_t piece :
       {std::size_t{1}, std::size_t{100}}) {  // version 0.5, which the library would take
    EXPECT_EQ(decode(header_for("zstd"), "\x25\xb5\x2f\xfd\x0b\xf3\xff" + std::string(1, '\0'), piece),
              "decode: zstd body: the data is corrupt");
  }
}

TEST(ContentCoding, StackedCodingsAreUndoneFromTheLast) {
  const std::string stacked = encode("br", encode("zstd", encode("gzip", sample())));
  EXPECT_EQ(decode({{"Content-Encoding", "gzip, zstd"}, {"content-encoding", "br"}}, stacked, 7), sample());
  EXPECT_EQ(decode({{"Content-Encoding", "gzip, gzip, gzip, gzip"}}, "", 1),
            "decode: more than 3 stacked content codings");
  EXPECT_EQ(decode({{"Content-Encoding", "gzip"}, {"Transfer-Encoding", "deflate, chunked"}},
                   encode("deflate", encode("gzip", "both")), 3),
            "both");
}

TEST(ContentCoding, NamesThatAreNoCodingsAreIgnoredAndUnknownOnesRefused) {
  EXPECT_EQ(decode({{"Content-Encoding", "identity"}}, "x", 1), "x");
  EXPECT_EQ(decode({{"Content-Encoding", "UTF-8"}}, "x", 1), "x");
  EXPECT_EQ(decode({{"Content-Encoding", ""}}, "x", 1), "x");
  EXPECT_EQ(decode({{"Content-Encoding", "GZIP"}}, encode("gzip", "x"), 1), "x");
  EXPECT_EQ(decode({{"Content-Encoding", "compress"}}, "x", 1),
            "decode: content coding \"compress\" is not supported");
}

}  // namespace
}  // namespace gossamer
