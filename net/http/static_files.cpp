#include "net/http/static_files.h"

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <fmt/format.h>
#include <string>
#include <sys/stat.h>
#include <utility>

#include "net/base/ascii.h"
#include "net/http/percent_encode.h"

namespace gossamer {
namespace {

namespace fs = std::filesystem;

// "/a/b?q" from a target that may be an absolute URL (RFC 9112 section 3.2.2); "" if it is neither.
std::string_view origin_form(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!target.starts_with(scheme)) continue;
    const std::size_t slash = target.find('/', scheme.size());
    return slash == std::string_view::npos ? "/" : target.substr(slash);
  }
  return target.starts_with('/') ? target : "";
}

// "/dir/?q" for "/dir?q". Leading slashes become one, lest the answer name another host.
HttpResponse add_slash(std::string_view target) {
  target = origin_form(target);
  const std::size_t query = std::min(target.find('?'), target.size());
  std::string_view path = target.substr(0, query);
  while (path.starts_with("//")) path.remove_prefix(1);
  HttpResponse response = text_response(301, "Moved Permanently");
  response.headers.add("Location", fmt::format("{}/{}", path, target.substr(query)));
  return response;
}

HttpResponse serve_file(const fs::path& file) {
  Fd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat info{};
  if (!fd || ::fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode)) return text_response(404, "Not Found");
  HttpResponse response{.headers = {{"Content-Type", content_type_of(file.filename().native())}}};
  response.file = std::move(fd);
  response.file_size = static_cast<std::uint64_t>(info.st_size);
  return response;
}

bool is_below(const fs::path& path, const fs::path& root) {
  return std::ranges::mismatch(root, path).in1 == root.end();
}

HttpResponse respond(const fs::path& root, const HttpRequest& request) {
  if (request.head.method != "GET" && request.head.method != "HEAD") {
    HttpResponse response = text_response(405, "Method Not Allowed");
    response.headers.add("Allow", "GET, HEAD");
    return response;
  }
  const auto path = path_of_target(request.head.target);
  if (!path) return text_response(400, path.error().message);
  std::error_code error;
  fs::path file = fs::canonical(root / *path, error);  // symbolic links resolved
  if (error || !is_below(file, root)) return text_response(404, "Not Found");
  if (!fs::is_directory(file, error)) {
    return path->ends_with('/') ? text_response(404, "Not Found") : serve_file(file);
  }
  if (!path->empty() && !path->ends_with('/')) return add_slash(request.head.target);
  file = fs::canonical(file / "index.html", error);
  if (error || !is_below(file, root)) return text_response(404, "Not Found");
  return serve_file(file);
}

Task<HttpResponse> handle(std::shared_ptr<const fs::path> root, const HttpRequest& request) {
  co_return respond(*root, request);
}

}  // namespace

std::string_view content_type_of(std::string_view file_name) {
  using Entry = std::pair<std::string_view, std::string_view>;
  static constexpr std::array<Entry, 26> kTypes = {{
      {".html", "text/html"},
      {".htm", "text/html"},
      {".xhtml", "application/xhtml+xml"},
      {".css", "text/css"},
      {".js", "text/javascript"},
      {".mjs", "text/javascript"},
      {".json", "application/json"},
      {".xml", "application/xml"},
      {".txt", "text/plain"},
      {".md", "text/markdown"},
      {".csv", "text/csv"},
      {".rss", "application/rss+xml"},
      {".atom", "application/atom+xml"},
      {".png", "image/png"},
      {".jpg", "image/jpeg"},
      {".jpeg", "image/jpeg"},
      {".gif", "image/gif"},
      {".svg", "image/svg+xml"},
      {".webp", "image/webp"},
      {".ico", "image/vnd.microsoft.icon"},
      {".pdf", "application/pdf"},
      {".gz", "application/gzip"},
      {".zip", "application/zip"},
      {".woff2", "font/woff2"},
      {".wasm", "application/wasm"},
      {".mp4", "video/mp4"},
  }};
  const std::size_t dot = file_name.rfind('.');
  if (dot != std::string_view::npos) {
    for (const auto& [extension, type] : kTypes) {
      if (equals_ignoring_case(file_name.substr(dot), extension)) return type;
    }
  }
  return "application/octet-stream";
}

Result<std::string> path_of_target(std::string_view target) {
  std::string_view encoded = origin_form(target);
  encoded = encoded.substr(0, encoded.find('?'));
  if (encoded.empty()) return fail(ErrorClass::refused, "the request target is not a path");
  std::string path;
  for (std::size_t at = 0; at < encoded.size(); ++at) {
    if (encoded[at] != '%') {
      path += encoded[at];
      continue;
    }
    const int byte = escaped_byte(encoded, at);
    if (byte < 0) return fail(ErrorClass::refused, "the request target has a bad percent escape");
    path += static_cast<char>(byte);
    at += 2;
  }
  path.erase(0, std::min(path.find_first_not_of('/'), path.size()));
  if (path.find('\0') != std::string::npos)
    return fail(ErrorClass::refused, "the request target has a NUL byte");
  for (const fs::path& segment : fs::path(path)) {
    if (segment == "..") return fail(ErrorClass::refused, "the request target leaves the root");
  }
  return path;
}

Result<HttpHandler> static_file_handler(const fs::path& root) {
  std::error_code error;
  auto canonical = std::make_shared<const fs::path>(fs::canonical(root, error));
  if (error || !fs::is_directory(*canonical, error)) {
    return fail(ErrorClass::not_found, fmt::format("{} is not a directory", root.string()));
  }
  return [canonical](const HttpRequest& request) { return handle(canonical, request); };
}

}  // namespace gossamer
