#include "crawler/cli/input.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <fmt/format.h>
#include <memory>
#include <utility>

#include "net/coro/run.h"

namespace gossamer {

namespace {

struct CloseFile {
  void operator()(std::FILE* file) const {
    if (file != stdin) std::fclose(file);
  }
};

bool is_xhtml(std::string_view path) { return path.ends_with(".xhtml") || path.ends_with(".xht"); }

Task<Result<FollowedFetch>> fetch_once(HttpClientOptions options, Url url) {
  // As fields of the request, credentials given with --header stay with the first origin.
  FetchRequest request{.url = std::move(url), .headers = std::exchange(options.headers, {})};
  const auto client = HttpClient::create(std::move(options));
  if (!client) co_return std::unexpected(client.error());
  co_return co_await fetch_following(**client, std::move(request));
}

}  // namespace

Result<FollowedFetch> fetch_url(const std::string& text, const NetworkFlags& network) {
  auto url = Url::parse(text.find("://") == std::string::npos ? "https://" + text : text);
  if (!url)
    return fail(ErrorClass::invalid_input, fmt::format("\"{}\" is not a URL: {}", text, url.error().message));
  if (!url->is_http())
    return fail(ErrorClass::invalid_input, fmt::format("{}: only http and https are fetched", text));
  auto options = client_options(network);
  if (!options) return std::unexpected(std::move(options.error()));
  EventLoop loop;
  return run(loop, &fetch_once, std::move(*options), std::move(*url));
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
  return Input{.body = std::move(fetched->response->body),
               .url = std::string(fetched->url.href()),
               .content_type = std::string(fetched->response->headers.get("content-type").value_or(""))};
}

Result<Input> read_input(std::string_view argument) {
  const bool is_stdin = argument == "-";
  const std::string path(argument);
  const std::string name = is_stdin ? "standard input" : path;
  const auto cannot_read = [&name] {
    return fail(ErrorClass::invalid_input, errno_message("cannot read " + name, errno));
  };
  const std::unique_ptr<std::FILE, CloseFile> file(is_stdin ? stdin : std::fopen(path.c_str(), "rb"));
  if (file == nullptr) return cannot_read();

  Input input;
  if (!is_stdin && is_xhtml(argument)) input.content_type = "application/xhtml+xml";
  std::array<char, 65536> block;
  while (const std::size_t size = std::fread(block.data(), 1, block.size(), file.get()))
    input.body.append(block.data(), size);
  if (std::ferror(file.get()) != 0) return cannot_read();
  return input;
}

}  // namespace gossamer
