#include <string>
#include <utility>
#include <zlib.h>

#include "net/http/content_stages.h"

namespace gossamer {
namespace {

// How the deflate data is wrapped, as inflateInit2 names it.
constexpr int kGzip = 15 + 16;
constexpr int kZlib = 15;
constexpr int kRaw = -15;

// Owns a z_stream.
class Inflater {
 public:
  Inflater() = default;
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() {
    if (open_) inflateEnd(&stream_);
  }

  void open(int wrapping) { open_ = inflateInit2(&stream_, wrapping) == Z_OK; }
  bool is_open() const { return open_; }
  void restart() { inflateReset(&stream_); }

  // Inflates all of `input`, or up to the end of the stream, and takes what it used off `input`. Returns what
  // zlib says: Z_OK, Z_STREAM_END or an error.
  Result<int> inflate_all(std::string_view& input, std::string& out, std::size_t max_size) {
    int answer = open_ ? Z_OK : Z_MEM_ERROR;
    bool full = false;
    while (answer == Z_OK && (full || !input.empty())) {
      const auto appended = append_output(out, max_size, [&](char* room, std::size_t size) {
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));  // zlib only reads it
        stream_.avail_in = static_cast<uInt>(std::min(input.size(), kMaxStep));
        stream_.next_out = reinterpret_cast<Bytef*>(room);
        stream_.avail_out = static_cast<uInt>(std::min(size, kMaxStep));
        answer = ::inflate(&stream_, Z_NO_FLUSH);
        full = stream_.avail_out == 0;
        input.remove_prefix(
            static_cast<std::size_t>(stream_.next_in - reinterpret_cast<const Bytef*>(input.data())));
        return static_cast<std::size_t>(stream_.next_out - reinterpret_cast<Bytef*>(room));
      });
      if (!appended) return std::unexpected(appended.error());
      if (answer == Z_BUF_ERROR) answer = Z_OK;  // no more output without more input
    }
    return answer;
  }

 private:
  static constexpr std::size_t kMaxStep = std::size_t{1} << 30;
  z_stream stream_{};
  bool open_ = false;
};

// RFC 1952. Several members may follow each other; what follows the last one and is no member is ignored, as
// browsers do.
class GzipStage final : public ContentDecoder::Stage {
 public:
  Result<void> decode(std::string_view input, std::string& out, std::size_t max_size) override {
    if (!inflater_.is_open()) inflater_.open(kGzip);
    while (!input.empty() && !trailing_garbage_) {
      if (complete_) {
        inflater_.restart();
        complete_ = false;
        first_member_ = false;
        member_output_ = false;
      }
      const std::size_t before = out.size();
      const auto answer = inflater_.inflate_all(input, out, max_size);
      if (!answer) return std::unexpected(answer.error());
      member_output_ = member_output_ || out.size() > before;
      complete_ = *answer == Z_STREAM_END;
      if (*answer == Z_OK || complete_) continue;
      if (first_member_ || member_output_) return bad_coding("gzip", "the data is corrupt");
      trailing_garbage_ = true;
    }
    return {};
  }

  Result<void> finish() override {
    if (complete_ || (!first_member_ && !member_output_)) return {};
    return bad_coding("gzip", "the data ends too early");
  }

 private:
  Inflater inflater_;
  bool first_member_ = true;
  bool member_output_ = false;  // the member at hand has given bytes
  bool complete_ = false;       // the member at hand has ended
  bool trailing_garbage_ = false;
};

// RFC 9110 section 8.4.1.2 means zlib (RFC 1950); some servers send raw deflate (RFC 1951). The first two
// bytes tell.
class DeflateStage final : public ContentDecoder::Stage {
 public:
  Result<void> decode(std::string_view input, std::string& out, std::size_t max_size) override {
    if (inflater_.is_open()) return run(input, out, max_size);
    start_.append(input);
    if (start_.size() < 2) return {};
    return open_and_run(out, max_size);
  }

  Result<void> finish() override {
    if (complete_) return {};
    return bad_coding("deflate", "the data ends too early");
  }

 private:
  Result<void> open_and_run(std::string& out, std::size_t max_size) {
    const auto first = static_cast<unsigned char>(start_[0]);
    const auto second = static_cast<unsigned char>(start_[1]);
    const bool zlib_header = (first & 0x0f) == Z_DEFLATED && (first * 256 + second) % 31 == 0;
    inflater_.open(zlib_header ? kZlib : kRaw);
    return run(std::exchange(start_, {}), out, max_size);
  }

  Result<void> run(std::string_view input, std::string& out, std::size_t max_size) {
    if (complete_) return {};  // trailing bytes
    const auto answer = inflater_.inflate_all(input, out, max_size);
    if (!answer) return std::unexpected(answer.error());
    complete_ = *answer == Z_STREAM_END;
    if (*answer != Z_OK && !complete_) return bad_coding("deflate", "the data is corrupt");
    return {};
  }

  Inflater inflater_;
  std::string start_;
  bool complete_ = false;
};

}  // namespace

std::unique_ptr<ContentDecoder::Stage> make_gzip_stage() { return std::make_unique<GzipStage>(); }
std::unique_ptr<ContentDecoder::Stage> make_deflate_stage() { return std::make_unique<DeflateStage>(); }

}  // namespace gossamer
