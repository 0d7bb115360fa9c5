#include <string>
#include <zstd.h>

#include "net/http/content_stages.h"

namespace gossamer {
namespace {

// RFC 8878; several frames may follow each other. The window is bounded to 8 MB (RFC 9659).
class ZstdStage final : public ContentDecoder::Stage {
 public:
  ZstdStage() {
    constexpr int kMaxWindowLog = 23;
    if (context_) ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, kMaxWindowLog);
  }

  Result<void> decode(std::string_view input, std::string& out, std::size_t max_size) override {
    ZSTD_inBuffer in{input.data(), input.size(), 0};
    bool full = false;
    while (full || in.pos < in.size) {
      std::size_t answer = 0;
      const auto appended = append_output(out, max_size, [&](char* room, std::size_t size) {
        ZSTD_outBuffer output{room, size, 0};
        answer = ZSTD_decompressStream(context_.get(), &output, &in);
        full = output.pos == output.size;
        return output.pos;
      });
      if (!appended) return appended;
      if (ZSTD_isError(answer) != 0) return bad_coding("zstd", ZSTD_getErrorName(answer));
      frame_complete_ = answer == 0;
      if (frame_complete_) full = false;
    }
    return {};
  }

  Result<void> finish() override {
    if (frame_complete_) return {};
    return bad_coding("zstd", "the data ends too early");
  }

 private:
  struct Free {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };
  std::unique_ptr<ZSTD_DCtx, Free> context_{ZSTD_createDCtx()};
  bool frame_complete_ = false;
};

}  // namespace

std::unique_ptr<ContentDecoder::Stage> make_zstd_stage() { return std::make_unique<ZstdStage>(); }

}  // namespace gossamer
