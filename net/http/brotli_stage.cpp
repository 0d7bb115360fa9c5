#include <brotli/decode.h>
#include <string>

#include "net/http/content_stages.h"

namespace gossamer {
namespace {

// RFC 7932. Bytes after the end of the stream are ignored.
class BrotliStage final : public ContentDecoder::Stage {
 public:
  Result<bool> decode(std::string_view& input, std::string& out, std::size_t limit) override {
    const auto* next_in = reinterpret_cast<const std::uint8_t*>(input.data());
    std::size_t available_in = input.size();
    bool drained = complete_;
    while (!drained && out.size() < limit) {
      BrotliDecoderResult answer = BROTLI_DECODER_RESULT_ERROR;
      append_output(out, limit, [&](char* room, std::size_t size) {
        auto* next_out = reinterpret_cast<std::uint8_t*>(room);
        std::size_t available_out = size;
        if (state_) {
          answer = BrotliDecoderDecompressStream(state_.get(), &available_in, &next_in, &available_out,
                                                 &next_out, nullptr);
        }
        return size - available_out;
      });
      if (answer == BROTLI_DECODER_RESULT_ERROR) return bad_coding("br", "the data is corrupt");
      complete_ = answer == BROTLI_DECODER_RESULT_SUCCESS;
      drained = answer != BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT;
    }
    input.remove_prefix(complete_ ? input.size() : input.size() - available_in);
    return drained;
  }

  Result<void> finish() override {
    if (complete_) return {};
    return bad_coding("br", "the data ends too early");
  }

 private:
  struct Destroy {
    void operator()(BrotliDecoderState* state) const { BrotliDecoderDestroyInstance(state); }
  };
  std::unique_ptr<BrotliDecoderState, Destroy> state_{BrotliDecoderCreateInstance(nullptr, nullptr, nullptr)};
  bool complete_ = false;
};

}  // namespace

std::unique_ptr<ContentDecoder::Stage> make_brotli_stage() { return std::make_unique<BrotliStage>(); }

}  // namespace gossamer
