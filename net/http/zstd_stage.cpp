#include <algorithm>
#include <cstdint>
#include <string>
#include <zstd.h>

#include "net/http/content_stages.h"

namespace gossamer {
namespace {

constexpr std::size_t kMagicBytes = 4;

// The first bytes of a Zstandard or a skippable frame (RFC 8878 section 3.1), little-endian. The library also
// reads the formats of its experimental past; nobody may send those, and their decoders are less tried.
bool starts_frame(std::string_view magic) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < kMagicBytes; ++i) {
    value |= std::uint32_t{static_cast<unsigned char>(magic[i])} << (8 * i);
  }
  return value == ZSTD_MAGICNUMBER || (value & ZSTD_MAGIC_SKIPPABLE_MASK) == ZSTD_MAGIC_SKIPPABLE_START;
}

// RFC 8878; several frames may follow each other. The window is bounded to 8 MB (RFC 9659).
class ZstdStage final : public ContentDecoder::Stage {
 public:
  ZstdStage() {
    constexpr int kMaxWindowLog = 23;
    if (context_) ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, kMaxWindowLog);
  }

  Result<bool> decode(std::string_view& input, std::string& out, std::size_t limit) override {
    while (full_ || !input.empty()) {
      if (out.size() >= limit) return false;
      if (magic_.size() == kMagicBytes) {
        if (auto decoded = decode_frame(input, out, limit); !decoded) return std::unexpected(decoded.error());
        continue;
      }
      const std::size_t missing = std::min(kMagicBytes - magic_.size(), input.size());
      magic_.append(input.substr(0, missing));
      input.remove_prefix(missing);
      if (magic_.size() < kMagicBytes) return true;
      if (!starts_frame(magic_)) return bad_coding("zstd", "the data is corrupt");
      std::string_view magic = magic_;
      if (auto decoded = decode_frame(magic, out, limit); !decoded) return std::unexpected(decoded.error());
    }
    return true;
  }

  Result<void> finish() override {
    if (magic_.empty()) return {};
    return bad_coding("zstd", "the data ends too early");
  }

 private:
  // Takes what belongs to the frame at hand off `input`, until `out` reaches `limit`.
  Result<void> decode_frame(std::string_view& input, std::string& out, std::size_t limit) {
    bool ended = false;
    while (!ended && (full_ || !input.empty()) && out.size() < limit) {
      std::size_t answer = 0;
      ZSTD_inBuffer in{input.data(), input.size(), 0};
      append_output(out, limit, [&](char* room, std::size_t size) {
        ZSTD_outBuffer output{room, size, 0};
        answer = ZSTD_decompressStream(context_.get(), &output, &in);
        full_ = output.pos == output.size;
        return output.pos;
      });
      if (ZSTD_isError(answer) != 0) return bad_coding("zstd", ZSTD_getErrorName(answer));
      input.remove_prefix(in.pos);
      ended = answer == 0;
    }
    if (ended) {
      magic_.clear();
      full_ = false;
    }
    return {};
  }

  struct Free {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };
  std::unique_ptr<ZSTD_DCtx, Free> context_{ZSTD_createDCtx()};
  bool full_ = false;  // the last output filled its room: more may be owed
  std::string magic_;  // of the frame at hand, as far as it has come; empty between frames
};

}  // namespace

std::unique_ptr<ContentDecoder::Stage> make_zstd_stage() { return std::make_unique<ZstdStage>(); }

}  // namespace gossamer
