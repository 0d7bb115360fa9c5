#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace gossamer {

// What kind of thing went wrong. The names up to `http_5xx` are the ledger's failure classes (docs/ledger
// words): a failed URL is stored under one of them. The rest never reach the ledger.
enum class ErrorClass {
  dns,
  connect,
  tls,
  timeout,
  protocol,
  truncated,
  too_large,
  decode,
  redirect,
  parse,
  http_4xx,
  http_5xx,
  // Not ledger classes:
  invalid_input,  // bad usage: a flag, a file, an address, a URL
  not_found,      // a file or a record that is not there
  refused,        // not allowed: a private address, a locked database
  storage,        // the database or a side file
  io,             // any other failing system call
};

// Where in the life of a fetch it went wrong.
enum class Phase { none, dns, connect, tls, send, headers, body, decode, parse, store };

std::string_view to_string(ErrorClass error_class);
std::string_view to_string(Phase phase);

// What a remote site, a file or a user can cause. `message` is one line a person can act on: what was wrong,
// where, and where possible what would be right. It carries no trailing dot or newline.
struct Error {
  ErrorClass error_class = ErrorClass::io;
  Phase phase = Phase::none;
  std::string message;

  bool operator==(const Error&) const = default;
};

template <class T = void>
using Result = std::expected<T, Error>;

// Shorthand for `return std::unexpected(Error{...})`.
[[nodiscard]] std::unexpected<Error> fail(ErrorClass error_class, Phase phase, std::string message);
[[nodiscard]] std::unexpected<Error> fail(ErrorClass error_class, std::string message);

// "what: strerror(error_number)", for failing system calls.
[[nodiscard]] std::string errno_message(std::string_view what, int error_number);

}  // namespace gossamer
