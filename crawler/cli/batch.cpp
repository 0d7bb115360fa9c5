#include "crawler/cli/batch.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <unistd.h>

namespace gossamer {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

// The code unit of a "\uXXXX" at `text[i]`.
std::optional<unsigned> code_unit(std::string_view text, std::size_t i) {
  if (text.size() - i < 6 || text[i] != '\\' || text[i + 1] != 'u') return std::nullopt;
  const std::string digits(text.substr(i + 2, 4));
  char* end = nullptr;
  const unsigned long unit = std::strtoul(digits.c_str(), &end, 16);
  return end == digits.c_str() + 4 ? std::optional(static_cast<unsigned>(unit)) : std::nullopt;
}

bool is_high_surrogate(std::optional<unsigned> unit) { return unit && *unit >= 0xd800 && *unit < 0xdc00; }
bool is_low_surrogate(std::optional<unsigned> unit) { return unit && *unit >= 0xdc00 && *unit < 0xe000; }

// JSON text with unpaired surrogates, which no UTF-8 can hold, replaced by U+FFFD.
std::string with_paired_surrogates(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const auto unit = code_unit(text, i);
    std::size_t length = 1;
    if (is_high_surrogate(unit) && is_low_surrogate(code_unit(text, i + 6))) {
      length = 12;
    } else if (is_high_surrogate(unit) || is_low_surrogate(unit)) {
      out += "\\ufffd";
      i += 6;
      continue;
    } else if (text[i] == '\\' && i + 1 < text.size()) {
      length = 2;
    }
    out += text.substr(i, length);
    i += length;
  }
  return out;
}

std::string answer_line(std::string_view line, const AnswerRequest& answer) {
  json request = json::parse(line, nullptr, false);
  if (request.is_discarded()) request = json::parse(with_paired_surrogates(line), nullptr, false);
  if (!request.is_object())
    return json_line({{"error", "not a request: right would be one JSON object on the line"}});
  const auto reply = answer(request);
  return json_line(reply ? *reply : ordered_json{{"error", reply.error().message}});
}

Result<> flush(std::string& out) {
  const bool written =
      std::fwrite(out.data(), 1, out.size(), stdout) == out.size() && std::fflush(stdout) == 0;
  out.clear();
  if (!written) return fail(ErrorClass::io, errno_message("cannot write to standard output", errno));
  return {};
}

}  // namespace

Result<> answer_requests(const AnswerRequest& answer) {
  constexpr std::size_t kMostUnwritten = 1 << 20;
  std::string in;  // what has been read and not yet answered
  std::string out;
  std::array<char, 65536> block;
  for (;;) {
    const ssize_t size = ::read(STDIN_FILENO, block.data(), block.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return fail(ErrorClass::io, errno_message("cannot read standard input", errno));
    const bool ended = size == 0;
    std::size_t searched = in.size();
    in.append(block.data(), static_cast<std::size_t>(size));
    if (ended && !in.empty()) in += '\n';  // the last line may lack it

    std::size_t begin = 0;
    for (std::size_t end; (end = in.find('\n', searched)) != std::string::npos; searched = begin = end + 1) {
      out += answer_line(std::string_view(in).substr(begin, end - begin), answer);
      if (out.size() < kMostUnwritten) continue;
      if (auto flushed = flush(out); !flushed) return flushed;
    }
    in.erase(0, begin);
    if (auto flushed = flush(out); !flushed || ended) return flushed;
  }
}

Result<std::string> string_at(const json& request, const char* key) {
  const auto found = request.find(key);
  if (found == request.end() || !found->is_string()) {
    return fail(ErrorClass::invalid_input, fmt::format("not a request: it has no string \"{}\"", key));
  }
  return found->get<std::string>();
}

std::string json_line(const ordered_json& object) {
  return object.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + '\n';
}

}  // namespace gossamer
