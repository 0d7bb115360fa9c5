#include "net/http/content_coding.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <ranges>
#include <utility>

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

}  // namespace

std::unexpected<Error> over_cap(std::size_t max_size) {
  return fail(ErrorClass::too_large, Phase::body, fmt::format("body exceeds {} bytes", max_size));
}

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
    decoder.stages_.push_back(std::move(stage));
  }
  return decoder;
}

Result<void> ContentDecoder::write(std::string_view encoded, std::string& body) {
  if (encoded.empty()) return {};
  any_input_ = true;
  if (stages_.empty()) {
    if (encoded.size() > max_decoded_ - std::min(max_decoded_, body.size())) {
      body.append(encoded.substr(0, max_decoded_ - body.size()));
      return over_cap(max_decoded_);
    }
    body.append(encoded);
    return {};
  }
  std::string between;  // what one stage hands to the next
  for (const auto& stage : stages_) {
    if (stage == stages_.back()) return stage->decode(encoded, body, max_decoded_);
    std::string out;
    if (auto decoded = stage->decode(encoded, out, max_decoded_); !decoded) return decoded;
    between = std::move(out);
    encoded = between;
  }
  return {};
}

Result<void> ContentDecoder::finish() {
  if (!any_input_) return {};
  for (const auto& stage : stages_) {
    if (auto finished = stage->finish(); !finished) return finished;
  }
  return {};
}

}  // namespace gossamer
