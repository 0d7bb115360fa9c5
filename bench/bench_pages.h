#pragma once

#include <string>
#include <vector>

namespace gossamer {

struct BenchPage {
  std::string url;
  std::string body;
  std::vector<std::string> links;  // http and https, as they stand in the page
};

// All *.html below the folders that GOSSAMER_BENCH_PAGES names (separated by ':'), else Debian's sqlite3-doc
// and python3.11-doc. Read at the first call.
const std::vector<BenchPage>& pages();

}  // namespace gossamer
