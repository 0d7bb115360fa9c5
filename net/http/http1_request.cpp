#include "net/http/http1_request.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "net/base/ascii.h"

namespace gossamer {
namespace {

bool client_decides_on(std::string_view name) {
  constexpr std::array<std::string_view, 7> kNames = {
      "connection", "content-length", "expect", "keep-alive", "te", "transfer-encoding", "upgrade"};
  return std::ranges::any_of(kNames,
                             [name](std::string_view other) { return equals_ignoring_case(name, other); });
}

}  // namespace

std::string_view to_string(HttpMethod method) { return method == HttpMethod::head ? "HEAD" : "GET"; }

Result<void> check_request_field(std::string_view name, std::string_view value) {
  if (!is_token(name)) {
    return fail(ErrorClass::invalid_input,
                fmt::format("\"{}\" is not a header name", is_field_value(name) ? name : "?"));
  }
  if (!is_field_value(value)) {
    return fail(ErrorClass::invalid_input,
                fmt::format("the value of header {} has a control character", name));
  }
  if (client_decides_on(name)) {
    return fail(ErrorClass::invalid_input,
                fmt::format("header {} cannot be set: the client decides on it", name));
  }
  return {};
}

Result<std::string> serialize_request(HttpMethod method, const Url& url, const Headers& fields) {
  std::string request;
  request.reserve(512);
  request.append(to_string(method)).append(" ").append(url.request_target()).append(" HTTP/1.1\r\n");
  if (!fields.contains("host")) request.append("Host: ").append(url.host()).append("\r\n");
  for (const Headers::Field field : fields) {
    if (auto checked = check_request_field(field.name, field.value); !checked) {
      return std::unexpected(std::move(checked.error()));
    }
    request.append(field.name).append(": ").append(field.value).append("\r\n");
  }
  return request.append("\r\n");
}

}  // namespace gossamer
