#include "net/http/content_coding.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <ranges>
#include <utility>

#include "net/base/ascii.h"
#include "net/http/content_stages.h"

namespace gossamer {
namespace {

// Values that servers send though they name no coding; browsers show such pages, so the bytes are taken as
// they are.
bool means_identity(std::string_view coding) {
  constexpr std::array<std::string_view, 7> kNames = {"identity", "none", "utf-8",      "utf8",
                                                      "binary",   "8bit", "aws-chunked"};
  return std::ranges::any_of(kNames,
                             [coding](std::string_view name) { return equals_ignoring_case(name, coding); });
}

std::unique_ptr<ContentDecoder::Stage> make_stage(std::string_view coding) {
  if (equals_ignoring_case(coding, "gzip") || equals_ignoring_case(coding, "x-gzip"))
    return make_gzip_stage();
  if (equals_ignoring_case(coding, "deflate")) return make_deflate_stage();
  if (equals_ignoring_case(coding, "br")) return make_brotli_stage();
  if (equals_ignoring_case(coding, "zstd")) return make_zstd_stage();
  return nullptr;
}

std::unexpected<Error> over_cap(std::size_t max_size) {
  return fail(ErrorClass::too_large, Phase::body, fmt::format("body exceeds {} bytes", max_size));
}

}  // namespace

std::unexpected<Error> bad_coding(std::string_view coding, std::string_view what) {
  return fail(ErrorClass::decode, Phase::decode, fmt::format("{} body: {}", coding, what));
}

Result<ContentDecoder> ContentDecoder::create(const Headers& headers, std::size_t max_decoded) {
  std::vector<std::string_view> codings = headers.list("content-encoding");
  for (const std::string_view coding : headers.list("transfer-encoding")) {
    if (!equals_ignoring_case(coding, "chunked")) codings.push_back(coding);
  }
  ContentDecoder decoder(max_decoded);
  for (const std::string_view coding : std::views::reverse(codings)) {
    if (means_identity(coding)) continue;
    auto stage = make_stage(coding);
    if (!stage) {
      return fail(ErrorClass::decode, Phase::decode,
                  fmt::format("content coding \"{}\" is not supported", is_token(coding) ? coding : "?"));
    }
    if (decoder.stages_.size() == kMaxCodings) {
      return fail(ErrorClass::decode, Phase::decode,
                  fmt::format("more than {} stacked content codings", kMaxCodings));
    }
    decoder.stages_.push_back({.stage = std::move(stage)});
  }
  return decoder;
}

Result<bool> ContentDecoder::write(std::string_view& encoded, std::string& body, std::size_t pause_at) {
  any_input_ = any_input_ || !encoded.empty();
  if (stages_.empty()) {
    const std::size_t room = std::min(pause_at, max_decoded_) - body.size();
    const std::string_view fits = encoded.substr(0, room);
    body.append(fits);
    encoded.remove_prefix(fits.size());
    if (!encoded.empty() && body.size() == max_decoded_) return over_cap(max_decoded_);
    return encoded.empty();
  }
  // One byte past the cap tells a body of exactly that size from a larger one.
  const std::size_t past_cap = max_decoded_ + (max_decoded_ < std::string::npos ? 1 : 0);
  const auto drained = decode(stages_.size(), encoded, body, std::min(pause_at, past_cap));
  if (body.size() <= max_decoded_) return drained;
  body.resize(max_decoded_);
  return over_cap(max_decoded_);
}

Result<bool> ContentDecoder::decode(std::size_t count, std::string_view& encoded, std::string& out,
                                    std::size_t limit) {
  constexpr std::size_t kBetween = 64 * 1024;
  if (count == 1) return stages_[0].stage->decode(encoded, out, limit);
  Link& before = stages_[count - 2];
  while (true) {
    std::string_view input = std::string_view(before.output).substr(before.taken);
    const auto drained = stages_[count - 1].stage->decode(input, out, limit);
    if (!drained || !*drained) {
      before.taken = before.output.size() - input.size();
      return drained;
    }
    before.output.clear();
    before.taken = 0;
    const auto decoded = decode(count - 1, encoded, before.output, kBetween);
    if (!decoded) return decoded;
    if (before.output.empty()) return true;
    before.total += before.output.size();
    if (before.total > max_decoded_) return over_cap(max_decoded_);
  }
}

Result<void> ContentDecoder::finish() {
  if (!any_input_) return {};
  for (const Link& link : stages_) {
    if (auto finished = link.stage->finish(); !finished) return finished;
  }
  return {};
}

}  // namespace gossamer
