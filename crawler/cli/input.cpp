#include "crawler/cli/input.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <fmt/format.h>
#include <initializer_list>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "crawler/cli/batch.h"
#include "crawler/robots.h"
#include "net/coro/run.h"
#include "plugins/feed/feed_parser.h"

namespace gossamer {

namespace {

struct CloseFile {
  void operator()(std::FILE* file) const {
    if (file != stdin) std::fclose(file);
  }
};

std::string_view type_of_file(std::string_view path) {
  const auto has_any = [path](std::initializer_list<std::string_view> endings) {
    return std::ranges::any_of(endings, [path](std::string_view ending) { return path.ends_with(ending); });
  };
  if (has_any({".xhtml", ".xht"})) return "application/xhtml+xml";
  if (has_any({".json"})) return "application/json";
  return has_any({".xml", ".rss", ".atom", ".rdf"}) ? "application/xml" : "";
}

Task<Result<FollowedFetch>> fetch_once(HttpClientOptions options, Url url, TakeBody take) {
  // As fields of the request, credentials given with --header stay with the first origin.
  FetchRequest request{
      .url = std::move(url), .headers = std::exchange(options.headers, {}), .take_body = std::move(take)};
  const auto client = HttpClient::create(std::move(options));
  if (!client) co_return std::unexpected(client.error());
  co_return co_await fetch_following(**client, std::move(request));
}

}  // namespace

Result<FollowedFetch> fetch_url(const std::string& text, const NetworkFlags& network, TakeBody take) {
  auto url = Url::parse(text.find("://") == std::string::npos ? "https://" + text : text);
  if (!url)
    return fail(ErrorClass::invalid_input, fmt::format("\"{}\" is not a URL: {}", text, url.error().message));
  if (!url->is_http())
    return fail(ErrorClass::invalid_input, fmt::format("{}: only http and https are fetched", text));
  auto options = client_options(network);
  if (!options) return std::unexpected(std::move(options.error()));
  EventLoop loop;
  return run(loop, &fetch_once, std::move(*options), std::move(*url), std::move(take));
}

Result<Input> read_input(const std::string& argument, const NetworkFlags& network) {
  if (argument.find("://") == std::string::npos) return read_input(argument);
  auto fetched = fetch_url(argument, network);
  if (!fetched) return std::unexpected(std::move(fetched.error()));
  if (!fetched->response) {
    Error error = std::move(fetched->response.error());
    error.message =
        fmt::format("{}: {}: {}", fetched->url.href(), to_string(error.error_class), error.message);
    return std::unexpected(std::move(error));
  }
  const Headers& headers = fetched->response->headers;
  return Input{.body = std::move(fetched->response->body),
               .url = std::string(fetched->url.href()),
               .content_type = std::string(headers.get("content-type").value_or("")),
               .robots = x_robots_directives(headers, product_token(network.user_agent)),
               .status = fetched->response->status};
}

void warn_of_status(std::string_view command, const Input& input) {
  if (input.status >= 400)
    fmt::print(stderr, "gossamer {}: {}: status {}\n", command, input.url, input.status);
}

Result<Input> read_input(std::string_view argument) {
  Input input;
  if (argument != "-") input.content_type = type_of_file(argument);
  auto read = read_pieces(argument, [&](std::string_view piece) {
    input.body += piece;
    return true;
  });
  if (!read) return std::unexpected(std::move(read.error()));
  if (input.content_type.empty() && FeedParser::is_feed(input.body)) input.content_type = "application/xml";
  return input;
}

Result<> read_pieces(std::string_view argument, const std::function<bool(std::string_view)>& take) {
  const bool is_stdin = argument == "-";
  const std::string path(argument);
  const std::string name = is_stdin ? "standard input" : path;
  const auto cannot_read = [&name] {
    return fail(ErrorClass::invalid_input, errno_message("cannot read " + name, errno));
  };
  const std::unique_ptr<std::FILE, CloseFile> file(is_stdin ? stdin : std::fopen(path.c_str(), "rb"));
  if (file == nullptr) return cannot_read();
  std::array<char, 65536> block;
  while (const std::size_t size = std::fread(block.data(), 1, block.size(), file.get()))
    if (!take({block.data(), size})) return {};
  if (std::ferror(file.get()) != 0) return cannot_read();
  return {};
}

Result<Input> read_request(const nlohmann::json& request) {
  if (request.contains("html") == request.contains("file"))
    return fail(ErrorClass::invalid_input, R"(not a request: it has to have either "html" or "file")");
  const bool is_html = request.contains("html");
  const Result<std::string> given = string_at(request, is_html ? "html" : "file");
  if (!given) return std::unexpected(given.error());
  Result<Input> input = is_html ? Input{.body = *given, .content_type = "text/html; charset=utf-8"}
                                : read_input(std::string_view(*given));
  if (!input || !request.contains("base") || request["base"].is_null()) return input;
  Result<std::string> base = string_at(request, "base");
  if (!base) return std::unexpected(std::move(base.error()));
  input->url = std::move(*base);
  return input;
}

}  // namespace gossamer
