#include <benchmark/benchmark.h>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "plugins/charset.h"
#include "plugins/html/html_parser.h"
#include "plugins/html/tokenizer.h"

// What the parse stage costs on real pages: those below GOSSAMER_BENCH_PAGES, else Debian's sqlite3-doc.
namespace gossamer {
namespace {

const std::vector<std::string>& pages() {
  static const std::vector<std::string> loaded = [] {
    const char* folder = std::getenv("GOSSAMER_BENCH_PAGES");
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(
             folder != nullptr ? folder : "/usr/share/doc/sqlite3")) {
      if (entry.path().extension() != ".html") continue;
      std::ifstream stream(entry.path(), std::ios::binary);
      found.emplace_back(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
    }
    return found;
  }();
  return loaded;
}

// Runs `use` over every page a round; reports bytes a second and time a page.
template <class Use>
void over_pages(benchmark::State& state, Use use) {
  std::int64_t bytes = 0;
  for (const std::string& page : pages()) bytes += static_cast<std::int64_t>(page.size());
  if (bytes == 0) return state.SkipWithError("no pages: install sqlite3-doc or set GOSSAMER_BENCH_PAGES");
  for (auto _ : state)
    for (const std::string& page : pages()) use(page);
  state.SetBytesProcessed(state.iterations() * bytes);
  state.counters["time/page"] =
      benchmark::Counter(static_cast<double>(state.iterations()) * static_cast<double>(pages().size()),
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

struct CountingSink {
  void text(std::string_view, RawTextKind) {}
  ContentModel start_tag(const StartTag&) {
    ++tags;
    return ContentModel::data;
  }
  void end_tag(const EndTag&) {}
  void comment(std::string_view) {}
  void doctype(const Doctype&) {}
  bool allows_cdata() const { return false; }
  std::size_t tags = 0;
};

void tokenize(benchmark::State& state) {
  over_pages(state, [](const std::string& page) {
    CountingSink sink;
    Tokenizer(page, sink).run();
    benchmark::DoNotOptimize(sink.tags);
  });
}
BENCHMARK(tokenize);

void decode_bodies(benchmark::State& state) {
  over_pages(state, [](const std::string& page) {
    benchmark::DoNotOptimize(decode_body(page, "text/html").text.data());
  });
}
BENCHMARK(decode_bodies);

void parse_html(benchmark::State& state) {
  const HtmlParser parser;
  over_pages(state, [&parser](const std::string& page) {
    const auto parsed = parser.parse({"https://example.com/", "text/html", page});
    benchmark::DoNotOptimize(parsed->links.data());
  });
}
BENCHMARK(parse_html);

}  // namespace
}  // namespace gossamer
