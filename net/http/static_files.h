#pragma once

#include <filesystem>
#include <string_view>

#include "net/base/error.h"
#include "net/http/http_server.h"

namespace gossamer {

// A handler that serves the files below `root`: GET and HEAD; index.html for a directory, a redirect where
// its trailing slash is missing; 404 for all that is not a regular file below the root, symbolic links
// followed; 405 for other methods. Reads the file system on the loop's thread. Error `not_found`: `root` is
// not a directory.
[[nodiscard]] Result<HttpHandler> static_file_handler(const std::filesystem::path& root);

// By the file name's extension; "application/octet-stream" when unknown.
[[nodiscard]] std::string_view content_type_of(std::string_view file_name);

// The path a request target asks for, relative to a root: decoded, no leading slash, "" for the root itself.
// Error `refused`: a target that is no path, bad percent escapes, NUL bytes, or ".." segments.
[[nodiscard]] Result<std::string> path_of_target(std::string_view target);

}  // namespace gossamer
