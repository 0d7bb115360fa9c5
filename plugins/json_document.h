#pragma once

#include <cstddef>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "net/base/error.h"

namespace gossamer {

// Whether this media type ("application/json", in any case, without parameters) is one of JSON's: +json too.
bool is_json_type(std::string_view media_type);

// A JSON text (RFC 8259), for spiders and the command parse. A small value: copies share the tree, which
// never changes.
class JsonDocument {
 public:
  static constexpr std::size_t kMaxBytes = 10 << 20;
  static constexpr std::size_t kMaxDepth = 512;       // of arrays and objects in one another
  static constexpr std::size_t kMaxValues = 1 << 20;  // keys count as values

  // `body` is UTF-8, whatever a Content-Type says; a byte order mark is skipped, what is not UTF-8 becomes
  // U+FFFD, and so does a lone surrogate in an escape. Of equal keys in an object the last counts; the keys
  // come sorted, for that is a look-up of log n. Integers beyond 64 bits are doubles. Errors: parse with line
  // and column, also for a number beyond a double; too_large or parse for what is beyond the limits.
  static Result<JsonDocument> parse(std::string_view body);

  const nlohmann::json& root() const { return *root_; }

  // What a JSON Pointer (RFC 6901) such as "/items/0/name" leads to, as long as a copy of this lives; null
  // where there is no such value. "" is the whole. Errors: invalid_input, for what is no pointer.
  Result<const nlohmann::json*> find(std::string_view pointer) const;

 private:
  explicit JsonDocument(std::shared_ptr<const nlohmann::json> root) : root_(std::move(root)) {}
  std::shared_ptr<const nlohmann::json> root_;
};

}  // namespace gossamer
