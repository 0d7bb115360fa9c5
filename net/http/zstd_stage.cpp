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

  Result<void> decode(std::string_view input, std::string& out, std::size_t max_size) override {
    while (!input.empty()) {
      if (magic_.size() == kMagicBytes) {
        if (auto decoded = decode_frame(input, out, max_size); !decoded) return decoded;
        continue;
      }
      const std::size_t missing = std::min(kMagicBytes - magic_.size(), input.size());
      magic_.append(input.substr(0, missing));
      input.remove_prefix(missing);
      if (magic_.size() < kMagicBytes) return {};
      if (!starts_frame(magic_)) return bad_coding("zstd", "the data is corrupt");
      std::string_view magic = magic_;
      if (auto decoded = decode_frame(magic, out, max_size); !decoded) return decoded;
    }
    return {};
  }

  Result<void> finish() override {
    if (magic_.empty()) return {};
    return bad_coding("zstd", "the data ends too early");
  }

 private:
  // Takes what belongs to the frame at hand off `input`.
  Result<void> decode_frame(std::string_view& input, std::string& out, std::size_t max_size) {
    bool full = false;
    bool ended = false;
    while (!ended && (full || !input.empty())) {
      std::size_t answer = 0;
      ZSTD_inBuffer in{input.data(), input.size(), 0};
      const auto appended = append_output(out, max_size, [&](char* room, std::size_t size) {
        ZSTD_outBuffer output{room, size, 0};
        answer = ZSTD_decompressStream(context_.get(), &output, &in);
        full = output.pos == output.size;
        return output.pos;
      });
      if (!appended) return appended;
      if (ZSTD_isError(answer) != 0) return bad_coding("zstd", ZSTD_getErrorName(answer));
      input.remove_prefix(in.pos);
      ended = answer == 0;
    }
    if (ended) magic_.clear();
    return {};
  }

  struct Free {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };
  std::unique_ptr<ZSTD_DCtx, Free> context_{ZSTD_createDCtx()};
  std::string magic_;  // of the frame at hand, as far as it has come; empty between frames
};

}  // namespace

std::unique_ptr<ContentDecoder::Stage> make_zstd_stage() { return std::make_unique<ZstdStage>(); }

}  // namespace gossamer
