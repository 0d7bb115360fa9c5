#include "bench/bench_pages.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>
#include <system_error>
#include <utility>

#include "net/http/url.h"
#include "plugins/html/html_parser.h"

namespace gossamer {
namespace {

bool has_http_target(const Link& link, const Url& base) {
  const auto url = Url::parse(link.url, base);
  return url && url->is_http();
}

std::vector<BenchPage> read_pages(std::string_view folders) {
  std::vector<BenchPage> pages;
  while (!folders.empty()) {
    const std::filesystem::path folder = folders.substr(0, folders.find(':'));
    folders.remove_prefix(std::min(folders.size(), folder.native().size() + 1));
    std::error_code missing;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, missing)) {
      if (entry.path().extension() != ".html") continue;
      std::ifstream stream(entry.path(), std::ios::binary);
      BenchPage page{
          .url = "https://docs.example.org/" + std::filesystem::relative(entry.path(), folder).string(),
          .body = {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()},
          .links = {}};
      const auto base = Url::parse(page.url);
      const auto parsed =
          HtmlParser().parse({.url = page.url, .content_type = "text/html", .body = page.body});
      if (!base || !parsed) continue;
      for (const Link& link : parsed->links)
        if (has_http_target(link, *base)) page.links.emplace_back(link.url);
      pages.push_back(std::move(page));
    }
  }
  return pages;
}

}  // namespace

const std::vector<BenchPage>& pages() {
  static const std::vector<BenchPage> loaded = [] {
    const char* folders = std::getenv("GOSSAMER_BENCH_PAGES");
    return read_pages(folders != nullptr ? folders : "/usr/share/doc/sqlite3:/usr/share/doc/python3.11/html");
  }();
  return loaded;
}

}  // namespace gossamer
