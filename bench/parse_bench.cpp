// What reading pages costs beside the library that people would take instead, over the same pages
// (bench_pages.h) in one run. Each benchmark goes over all of them; `time/page` and `time/link` are CPU time.

#include <array>
#include <benchmark/benchmark.h>
#include <cstring>
#include <curl/urlapi.h>
#include <deque>
#include <fmt/core.h>
#include <libxml/HTMLparser.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crawler/robots.h"
#include "net/http/canonical_url.h"
#include "net/http/url.h"
#include "plugins/charset.h"
#include "plugins/document.h"
#include "plugins/html/html_parser.h"
#include "plugins/html/tokenizer.h"

#include "bench/bench_pages.h"

namespace gossamer {
namespace {

benchmark::Counter time_per(const benchmark::State& state, std::size_t things) {
  return {static_cast<double>(state.iterations()) * static_cast<double>(things),
          benchmark::Counter::kIsRate | benchmark::Counter::kInvert};
}

// Runs `use` over every page a round; reports bytes a second, time a page and time a link.
template <class Use>
void over_pages(benchmark::State& state, Use use) {
  std::size_t bytes = 0;
  std::size_t links = 0;
  for (const BenchPage& page : pages()) {
    bytes += page.body.size();
    links += page.links.size();
  }
  if (bytes == 0)
    return state.SkipWithError("no pages: run script/install bench, or set GOSSAMER_BENCH_PAGES");
  for (auto _ : state)
    for (const BenchPage& page : pages()) use(page);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
  state.counters["time/page"] = time_per(state, pages().size());
  state.counters["time/link"] = time_per(state, links);
}

// Links and metadata, charset check included: what a crawl does with each page.
void scanner(benchmark::State& state) {
  const HtmlParser parser;
  over_pages(state, [&parser](const BenchPage& page) {
    const auto parsed = parser.parse({.url = page.url, .content_type = "text/html", .body = page.body});
    benchmark::DoNotOptimize(parsed->links.data());
  });
}
BENCHMARK(scanner);

// What a scanner made of libxml2's HTML parser without a tree would gather: each link with its rel and text,
// and the title. No metadata, no charset check.
class SaxLinks {
 public:
  void start(std::string_view name, const xmlChar** attributes) {
    const std::string_view key = name == "img" || name == "script" ? "src" : "href";
    std::string_view url;
    std::string_view rel;
    for (; attributes != nullptr && *attributes != nullptr; attributes += 2) {
      const std::string_view attribute = view(attributes[0]);
      if (attributes[1] == nullptr) continue;
      if (attribute == key) url = view(attributes[1]);
      if (attribute == "rel") rel = view(attributes[1]);
    }
    if (name == "a" || name == "title") text_ = &texts_.emplace_back();
    if (!url.empty()) links_.push_back({std::string(url), std::string(rel)});
  }
  void end(std::string_view name) {
    if (name == "a" || name == "title") text_ = nullptr;
  }
  void text(std::string_view piece) {
    if (text_ != nullptr) *text_ += piece;
  }
  std::size_t size() const { return links_.size() + texts_.size(); }

  static std::string_view view(const xmlChar* text) { return reinterpret_cast<const char*>(text); }

 private:
  std::vector<std::pair<std::string, std::string>> links_;
  std::deque<std::string> texts_;
  std::string* text_ = nullptr;
};

void libxml2_sax(benchmark::State& state) {
  htmlSAXHandler handler{};
  handler.startElement = [](void* links, const xmlChar* name, const xmlChar** attributes) {
    static_cast<SaxLinks*>(links)->start(SaxLinks::view(name), attributes);
  };
  handler.endElement = [](void* links, const xmlChar* name) {
    static_cast<SaxLinks*>(links)->end(SaxLinks::view(name));
  };
  handler.characters = [](void* links, const xmlChar* text, int size) {
    static_cast<SaxLinks*>(links)->text(
        {reinterpret_cast<const char*>(text), static_cast<std::size_t>(size)});
  };
  over_pages(state, [&handler](const BenchPage& page) {
    SaxLinks links;
    htmlParserCtxtPtr context =
        htmlCreateMemoryParserCtxt(page.body.data(), static_cast<int>(page.body.size()));
    *context->sax = handler;
    context->userData = &links;
    htmlParseDocument(context);
    benchmark::DoNotOptimize(links.size());
    htmlFreeParserCtxt(context);
  });
}
BENCHMARK(libxml2_sax);

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

// Parts of the scanner.
void tokenizer_alone(benchmark::State& state) {
  over_pages(state, [](const BenchPage& page) {
    CountingSink sink;
    Tokenizer(page.body, sink).run();
    benchmark::DoNotOptimize(sink.tags);
  });
}
BENCHMARK(tokenizer_alone);

void charset_check_alone(benchmark::State& state) {
  over_pages(state, [](const BenchPage& page) {
    benchmark::DoNotOptimize(decode_body(page.body, "text/html").text.data());
  });
}
BENCHMARK(charset_check_alone);

void url_resolve_and_normalise(benchmark::State& state) {
  std::string out;
  over_pages(state, [&out](const BenchPage& page) {
    const auto base = Url::parse(page.url);
    for (const std::string& link : page.links) {
      const auto url = Url::parse(link, *base);
      out.clear();
      append_canonical_url(*url, out);
      benchmark::DoNotOptimize(out.data());
    }
  });
}
BENCHMARK(url_resolve_and_normalise);

void curl_url_resolve(benchmark::State& state) {
  over_pages(state, [](const BenchPage& page) {
    CURLU* base = curl_url();
    curl_url_set(base, CURLUPART_URL, page.url.c_str(), 0);
    for (const std::string& link : page.links) {
      CURLU* url = curl_url_dup(base);
      if (curl_url_set(url, CURLUPART_URL, link.c_str(), CURLU_URLENCODE) == CURLUE_OK) {
        char* text = nullptr;
        curl_url_get(url, CURLUPART_URL, &text, 0);
        benchmark::DoNotOptimize(text);
        curl_free(text);
      }
      curl_url_cleanup(url);
    }
    curl_url_cleanup(base);
  });
}
BENCHMARK(curl_url_resolve);

// The paths of the links against a robots.txt of 100 rules, as large sites have them.
constexpr std::array<std::string_view, 10> kRulePaths = {
    "/search",       "/cgi-bin/", "/*?sort=", "/private/*/edit", "/*.pdf$",
    "/wiki/Special", "/tmp/",     "/a/*/b/*", "/login?*next=",   "/*&session"};

std::string robots_file() {
  std::string file = "User-agent: *\n";
  for (int i = 0; i < 100; ++i) {
    file += fmt::format("Disallow: {}{}\n", kRulePaths[static_cast<std::size_t>(i) % kRulePaths.size()], i);
  }
  return file;
}

std::vector<std::string> link_paths(const BenchPage& page) {
  std::vector<std::string> paths;
  const auto base = Url::parse(page.url);
  for (const std::string& link : page.links) paths.emplace_back(Url::parse(link, *base)->request_target());
  return paths;
}

const std::vector<std::vector<std::string>>& paths() {
  static const auto found = [] {
    std::vector<std::vector<std::string>> all;
    for (const BenchPage& page : pages()) all.push_back(link_paths(page));
    return all;
  }();
  return found;
}

template <class Use>
void over_paths(benchmark::State& state, Use use) {
  std::size_t links = 0;
  for (const auto& of_page : paths()) links += of_page.size();
  for (auto _ : state)
    for (const auto& of_page : paths())
      for (const std::string& path : of_page) use(path);
  state.counters["time/link"] = time_per(state, links);
}

void robots_100_rules(benchmark::State& state) {
  const auto rules = RobotsRules::parse(robots_file(), "bench");
  over_paths(state,
             [&rules](const std::string& path) { benchmark::DoNotOptimize(rules.check(path).allowed); });
}
BENCHMARK(robots_100_rules);

void memchr_100_times(benchmark::State& state) {
  over_paths(state, [](const std::string& path) {
    for (int rule = 0; rule < 100; ++rule)
      benchmark::DoNotOptimize(std::memchr(path.data(), '\n', path.size()));
  });
}
BENCHMARK(memchr_100_times);

void document_build(benchmark::State& state) {
  over_pages(state, [](const BenchPage& page) {
    const auto document = Document::parse(page.body, "text/html");
    benchmark::DoNotOptimize(document.has_value());
  });
}
BENCHMARK(document_build);

void libxml2_html_tree(benchmark::State& state) {
  constexpr int kOptions =
      HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_COMPACT;
  over_pages(state, [](const BenchPage& page) {
    xmlDoc* const tree =
        htmlReadMemory(page.body.data(), static_cast<int>(page.body.size()), nullptr, nullptr, kOptions);
    benchmark::DoNotOptimize(tree);
    xmlFreeDoc(tree);
  });
}
BENCHMARK(libxml2_html_tree);

// The same and then what a spider asks for.
void document_build_and_css(benchmark::State& state, std::string_view selector) {
  over_pages(state, [selector](const BenchPage& page) {
    const auto document = Document::parse(page.body, "text/html");
    if (document) benchmark::DoNotOptimize(document->css(selector).size());
  });
}
BENCHMARK_CAPTURE(document_build_and_css, headings, "h1, h2");
BENCHMARK_CAPTURE(document_build_and_css, links, "div.section > p a[href]::attr(href)");

}  // namespace
}  // namespace gossamer
