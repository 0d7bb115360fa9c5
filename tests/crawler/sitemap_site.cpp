#include "tests/crawler/sitemap_site.h"

#include <fmt/format.h>
#include <utility>

namespace gossamer {

std::string urlset(const std::vector<std::string>& urls) {
  std::string xml = "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>";
  for (const std::string& url : urls) xml += fmt::format("<url><loc>{}</loc></url>", url);
  return xml + "</urlset>";
}

std::string index_of(const std::vector<std::string>& sitemaps) {
  std::string xml = "<sitemapindex>";
  for (const std::string& url : sitemaps) xml += fmt::format("<sitemap><loc>{}</loc></sitemap>", url);
  return xml + "</sitemapindex>";
}

CrawlSite::Answer xml(std::string body) {
  return {.body = std::move(body), .content_type = "application/xml"};
}

void robots(CrawlSite& site, std::string body) {
  site.add("/robots.txt", {.body = std::move(body), .content_type = "text/plain"});
}

std::string found(const CrawlSite& site, std::string_view path) {
  return site.query(
      fmt::format("SELECT via || ' ' || depth || ' ' || coalesce((SELECT p.url FROM urls p WHERE p.id = "
                  "u.parent), '-') FROM urls u WHERE url = '{}'",
                  site.url(path)));
}

std::string message(const CrawlSite& site, std::string_view path) {
  return site.query(fmt::format(
      "SELECT message FROM fetches f, urls u WHERE f.url = u.id AND u.url = '{}' ORDER BY f.id DESC",
      site.url(path)));
}

}  // namespace gossamer
