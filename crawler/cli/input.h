#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "crawler/cli/network_flags.h"
#include "net/base/error.h"
#include "net/http/fetch_following.h"
#include "plugins/html/meta_robots.h"

namespace gossamer {

// A page a command was told to read.
struct Input {
  std::string body;
  std::string url;           // where it came from; "" for a file and for standard input
  std::string content_type;  // as in the HTTP header; "" where nothing tells
  RobotsDirectives robots;   // of X-Robots-Tag headers
  int status = 0;            // of the response; 0: there was none
};

// Says on stderr that the page came with a 4xx or 5xx, if it did: it may not be what was meant.
void warn_of_status(std::string_view command, const Input& input);

// Reads the whole of a file; "-" is standard input. Blocks. Errors: invalid_input, where it cannot be read.
Result<Input> read_input(std::string_view argument);

// The same piece by piece, until `take` says false.
Result<> read_pieces(std::string_view argument, const std::function<bool(std::string_view)>& take);

// One fetch of a URL of the command line, redirects followed, on a loop of its own; a bare host gets
// https://. An answer of any status is a response; `take` as in FetchRequest. Errors: invalid_input, for the
// URL or the flags.
Result<FollowedFetch> fetch_url(const std::string& url, const NetworkFlags& network, TakeBody take = {});

// read_input() for a URL (it has "://"), a file or "-". Errors: also those of the fetch.
Result<Input> read_input(const std::string& argument, const NetworkFlags& network);

// The page of a --batch request {"html"|"file": string, "base": URL|null}; its url is the base, if there is
// one. Errors: invalid_input.
Result<Input> read_request(const nlohmann::json& request);

}  // namespace gossamer
