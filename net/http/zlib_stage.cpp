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

  // The last output filled its room: more may be owed.
  bool is_full() const { return full_; }

  // Inflates all of `input`, or up to the end of the stream or the limit of `out`, and takes what it used off
  // `input`. Returns what zlib says: Z_OK, Z_STREAM_END or an error.
  int inflate_all(std::string_view& input, std::string& out, std::size_t limit) {
    int answer = open_ ? Z_OK : Z_MEM_ERROR;
    while (answer == Z_OK && (full_ || !input.empty()) && out.size() < limit) {
      append_output(out, limit, [&](char* room, std::size_t size) {
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));  // zlib only reads it
        stream_.avail_in = static_cast<uInt>(std::min(input.size(), kMaxStep));
        stream_.next_out = reinterpret_cast<Bytef*>(room);
        stream_.avail_out = static_cast<uInt>(std::min(size, kMaxStep));
        answer = ::inflate(&stream_, Z_NO_FLUSH);
        full_ = stream_.avail_out == 0 && answer != Z_STREAM_END;
        input.remove_prefix(
            static_cast<std::size_t>(stream_.next_in - reinterpret_cast<const Bytef*>(input.data())));
        return static_cast<std::size_t>(stream_.next_out - reinterpret_cast<Bytef*>(room));
      });
      if (answer == Z_BUF_ERROR) answer = Z_OK;  // no more output without more input
    }
    return answer;
  }

 private:
  static constexpr std::size_t kMaxStep = std::size_t{1} << 30;
  z_stream stream_{};
  bool open_ = false;
  bool full_ = false;
};

// RFC 1952. Several members may follow each other; what follows the last one and is no member is ignored, as
// browsers do.
class GzipStage final : public ContentDecoder::Stage {
 public:
  Result<bool> decode(std::string_view& input, std::string& out, std::size_t limit) override {
    if (!inflater_.is_open()) inflater_.open(kGzip);
    while (!trailing_garbage_ && (inflater_.is_full() || !input.empty())) {
      if (out.size() >= limit) return false;
      if (complete_) {
        inflater_.restart();
        complete_ = false;
        first_member_ = false;
        member_output_ = false;
      }
      const std::size_t before = out.size();
      const int answer = inflater_.inflate_all(input, out, limit);
      member_output_ = member_output_ || out.size() > before;
      complete_ = answer == Z_STREAM_END;
      if (answer == Z_OK || complete_) continue;
      if (first_member_ || member_output_) return bad_coding("gzip", "the data is corrupt");
      trailing_garbage_ = true;
    }
    input = {};
    return true;
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
  Result<bool> decode(std::string_view& input, std::string& out, std::size_t limit) override {
    if (!inflater_.is_open()) {
      const std::size_t missing = std::min(kSniffed - start_.size(), input.size());
      start_.append(input.substr(0, missing));
      input.remove_prefix(missing);
      if (start_.size() < kSniffed) return true;
      open();
    }
    if (!start_.empty()) {
      std::string_view start = start_;
      const auto drained = run(start, out, limit);
      start_.erase(0, start_.size() - start.size());
      if (!drained || !*drained) return drained;
    }
    return run(input, out, limit);
  }

  Result<void> finish() override {
    if (complete_) return {};
    return bad_coding("deflate", "the data ends too early");
  }

 private:
  void open() {
    const auto first = static_cast<unsigned char>(start_[0]);
    const auto second = static_cast<unsigned char>(start_[1]);
    const bool zlib_header = (first & 0x0f) == Z_DEFLATED && (first * 256 + second) % 31 == 0;
    inflater_.open(zlib_header ? kZlib : kRaw);
  }

  Result<bool> run(std::string_view& input, std::string& out, std::size_t limit) {
    while (!complete_ && (inflater_.is_full() || !input.empty())) {
      if (out.size() >= limit) return false;
      const int answer = inflater_.inflate_all(input, out, limit);
      complete_ = answer == Z_STREAM_END;
      if (answer != Z_OK && !complete_) return bad_coding("deflate", "the data is corrupt");
    }
    input = {};  // or trailing bytes
    return true;
  }

  static constexpr std::size_t kSniffed = 2;
  Inflater inflater_;
  std::string start_;  // bytes that are not inflated yet, of the first kSniffed
  bool complete_ = false;
};

}  // namespace

std::unique_ptr<ContentDecoder::Stage> make_gzip_stage() { return std::make_unique<GzipStage>(); }
std::unique_ptr<ContentDecoder::Stage> make_deflate_stage() { return std::make_unique<DeflateStage>(); }

}  // namespace gossamer
