#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "net/base/error.h"

namespace gossamer {

// What answers one request of a `--batch` command. A request it cannot answer is an error, not the end.
using AnswerRequest = std::function<Result<nlohmann::ordered_json>(const nlohmann::json& request)>;

// Reads one JSON object a line from standard input until it ends and prints one line for each, in order: the
// answer, or
// {"error": message}. Answers are flushed before more input is waited for, so a program may hold a dialogue.
// Errors: ErrorClass::io when standard input or output fails.
Result<> answer_requests(const AnswerRequest& answer);

// The string `request[key]`. Errors: ErrorClass::invalid_input, if it is absent or no string.
Result<std::string> string_at(const nlohmann::json& request, const char* key);

// `object` as one line of JSON, with its newline. Bytes that are no UTF-8 become U+FFFD.
std::string json_line(const nlohmann::ordered_json& object);

}  // namespace gossamer
