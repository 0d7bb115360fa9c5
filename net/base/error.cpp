#include "net/base/error.h"

#include <system_error>
#include <utility>

namespace gossamer {

std::string_view to_string(ErrorClass error_class) {
  switch (error_class) {
    case ErrorClass::dns:
      return "dns";
    case ErrorClass::connect:
      return "connect";
    case ErrorClass::tls:
      return "tls";
    case ErrorClass::timeout:
      return "timeout";
    case ErrorClass::protocol:
      return "protocol";
    case ErrorClass::truncated:
      return "truncated";
    case ErrorClass::too_large:
      return "too_large";
    case ErrorClass::decode:
      return "decode";
    case ErrorClass::redirect:
      return "redirect";
    case ErrorClass::parse:
      return "parse";
    case ErrorClass::http_4xx:
      return "http_4xx";
    case ErrorClass::http_5xx:
      return "http_5xx";
    case ErrorClass::invalid_input:
      return "invalid_input";
    case ErrorClass::not_found:
      return "not_found";
    case ErrorClass::refused:
      return "refused";
    case ErrorClass::storage:
      return "storage";
    case ErrorClass::io:
      return "io";
  }
  return "unknown";
}

std::string_view to_string(Phase phase) {
  switch (phase) {
    case Phase::none:
      return "";
    case Phase::dns:
      return "dns";
    case Phase::connect:
      return "connect";
    case Phase::tls:
      return "tls";
    case Phase::send:
      return "send";
    case Phase::headers:
      return "headers";
    case Phase::body:
      return "body";
    case Phase::decode:
      return "decode";
    case Phase::parse:
      return "parse";
    case Phase::store:
      return "store";
  }
  return "unknown";
}

std::unexpected<Error> fail(ErrorClass error_class, Phase phase, std::string message) {
  return std::unexpected(Error{error_class, phase, std::move(message)});
}

std::unexpected<Error> fail(ErrorClass error_class, std::string message) {
  return fail(error_class, Phase::none, std::move(message));
}

std::string errno_message(std::string_view what, int error_number) {
  return std::string(what) + ": " + std::generic_category().message(error_number);
}

}  // namespace gossamer
