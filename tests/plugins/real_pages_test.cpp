// The links of real pages, found three ways: by LinkSink, by a plain reading of the same tokens, and by a
// walk over the tree that libxml2 makes of the page.
#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <libxml/HTMLparser.h>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "plugins/charset.h"
#include "plugins/html/html_parser.h"
#include "plugins/html/text_breaks.h"
#include "tests/support/plain_links.h"

namespace gossamer {
namespace {

// Debian's sqlite3-doc and python3.11-doc.
constexpr const char* kFolders[] = {"/usr/share/doc/sqlite3", "/usr/share/doc/python3.11-doc/html"};
constexpr std::size_t kFewestPages = 500;  // of each folder
constexpr std::size_t kFewestLinks = 50'000;

std::vector<std::filesystem::path> pages_of(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> pages;
  std::error_code none;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, none)) {
    if (entry.path().extension() == ".html" && entry.is_regular_file()) pages.push_back(entry.path());
  }
  std::ranges::sort(pages);
  return pages;
}

std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

ParsedPage scanned(std::string_view body) {
  auto page = HtmlParser().parse({"https://example.com/", "text/html", body});
  EXPECT_TRUE(page);
  return std::move(*page);
}

class RealPages : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    pages_ = pages_of(GetParam());
    if (pages_.empty()) GTEST_SKIP() << "no pages under " << GetParam() << ": script/install test";
    ASSERT_GE(pages_.size(), kFewestPages);
  }
  std::vector<std::filesystem::path> pages_;
};

TEST_P(RealPages, BothSinksAgreeOnTheLinks) {
  std::size_t links = 0;
  for (const auto& path : pages_) {
    const std::string body = contents(path);
    const ParsedPage page = scanned(body);
    const DecodedBody decoded = decode_body(body, "text/html");
    EXPECT_EQ(difference_from_plain(decoded.text, false, page.links), "") << path;
    links += page.links.size();
  }
  EXPECT_GE(links, kFewestLinks);
}

// ---- libxml2 ----

std::string text(const xmlChar* chars) {
  return chars == nullptr ? "" : reinterpret_cast<const char*>(chars);
}

// "&#151;" is a dash (WHATWG HTML 13.2.5.80), which libxml2 does not know.
std::string with_dashes(std::string text) {
  constexpr std::string_view kControl = "\xC2\x97";
  for (std::size_t at; (at = text.find(kControl)) != std::string::npos;)
    text.replace(at, kControl.size(), "\u2014");
  return text;
}

// Of the nodes after and in `node`, as a link has it, but for its white space.
void add_text(const xmlNode* node, std::string& out) {
  for (; node != nullptr; node = node->next) {
    if (node->type == XML_TEXT_NODE) out += with_dashes(text(node->content));
    if (node->type != XML_ELEMENT_NODE) continue;
    const std::string name = text(node->name);
    const std::string around = break_around(fold_name(name), name) == '\0' ? "" : " ";
    out += around;
    add_text(node->children, out);
    out += around;
  }
}

void walk(const xmlNode* node, bool foreign, PlainLinks& found) {
  for (; node != nullptr; node = node->next) {
    if (node->type != XML_ELEMENT_NODE) continue;
    const std::string name = text(node->name);
    const bool is_foreign = foreign || name == "svg" || name == "math";
    PlainLinks::Attributes attributes;
    for (const xmlAttr* attribute = node->properties; attribute != nullptr; attribute = attribute->next)
      attributes.emplace(text(attribute->name),
                         attribute->children == nullptr ? "" : text(attribute->children->content));
    const std::size_t index = found.links.size();
    found.element(name, attributes, is_foreign);
    if (name == "a" && found.links.size() > index) add_text(node->children, found.links[index].text);
    walk(node->children, is_foreign, found);
  }
}

std::string collapsed(const std::string& text) {
  std::istringstream words(text);  // of the same white space as HTML's
  std::string out;
  for (std::string word; words >> word;) out += (out.empty() ? "" : " ") + word;
  return out;
}

std::vector<PlainLink> libxml2_links(std::string_view body) {
  const std::unique_ptr<xmlDoc, decltype(&xmlFreeDoc)> tree(
      htmlReadMemory(body.data(), static_cast<int>(body.size()), nullptr, nullptr,
                     HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET),
      xmlFreeDoc);
  PlainLinks found;
  if (tree) walk(tree->children, false, found);
  return std::move(found.links);
}

std::string spelt(std::string_view tag, std::string_view url, std::string_view rel, std::string_view text) {
  return fmt::format("<{} \"{}\" rel=\"{}\">{}", tag, url, rel, text);
}

// No difference is expected: what libxml2's parser does not know (noscript, template, raw text in SVG, the
// names that came with HTML 5) these pages do not have, or have no links in.
TEST_P(RealPages, ScannerAndLibxml2AgreeOnTheLinks) {
  std::size_t links = 0;
  for (const auto& path : pages_) {
    const std::string body = contents(path);
    const ParsedPage page = scanned(body);
    std::vector<std::string> ours;
    for (const Link& link : page.links)
      ours.push_back(spelt(to_string(link.tag), link.url, link.rel, link.text));
    std::vector<std::string> theirs;
    for (const PlainLink& link : libxml2_links(body))
      theirs.push_back(spelt(link.tag, link.url, link.rel, collapsed(link.text)));
    EXPECT_EQ(ours, theirs) << path;
    links += ours.size();
  }
  fmt::print("{}: {} links on {} pages\n", GetParam(), links, pages_.size());
  EXPECT_GE(links, kFewestLinks);
}

INSTANTIATE_TEST_SUITE_P(Debian, RealPages, testing::ValuesIn(kFolders), [](const auto& info) {
  return std::string(info.param).contains("sqlite3") ? "sqlite3_doc" : "python3_11_doc";
});

}  // namespace
}  // namespace gossamer
