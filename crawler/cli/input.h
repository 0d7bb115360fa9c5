#pragma once

#include <string>
#include <string_view>

#include "net/base/error.h"

namespace gossamer {

// A page a command was told to read.
struct Input {
  std::string body;
  std::string url;           // where it came from; "" for a file and for standard input
  std::string content_type;  // as in the HTTP header; "" where nothing tells
};

// Reads the whole of a file; "-" is standard input. Blocks. Errors: invalid_input, where it cannot be read.
Result<Input> read_input(std::string_view argument);

}  // namespace gossamer
