#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/crawler/crawl_site.h"

namespace gossamer {

std::string urlset(const std::vector<std::string>& urls);
std::string index_of(const std::vector<std::string>& sitemaps);
CrawlSite::Answer xml(std::string body);
void robots(CrawlSite& site, std::string body);

// "via depth parent" of a URL.
std::string found(const CrawlSite& site, std::string_view path);

// Of the last fetch of a URL.
std::string message(const CrawlSite& site, std::string_view path);

}  // namespace gossamer
