#include <fmt/format.h>
#include <gtest/gtest.h>
#include <map>

#include "plugins/css_selector.h"
#include "plugins/document.h"
#include "tests/growth/growth.h"

namespace gossamer {
namespace {

constexpr std::size_t kUnits = 1 << 12;

TEST(Growth, OfADocument) {
  const std::vector<WorstInput> pages = {
      {"", "<p>", ""},
      {"", "<p>x", ""},
      {"", "<br>x", ""},
      {"", "x<!---->", ""},
      {"", "x</nothing>", ""},
      {"", "x<html>", ""},
      {"", "x<body>", ""},
      {"", "x<head>", ""},
      {"", "x<!>", ""},
      {"", "x<?x>", ""},
      {"", "x&nothing;", ""},
      {"", "x&amp;", ""},
      {"", "&", ""},
      {"", "&#", ""},
      {"", "<", ""},
      {"", "< ", ""},
      {"", "</", ""},
      {"", "</p>", ""},
      {"", "<b><p>", ""},
      {"", "<b><i></b>", ""},
      {"", "<a><div></a>", ""},
      {"", "<table><a>", ""},
      {"", "<table><tr><td>", ""},
      {"", "<select><option>", ""},
      {"", "<p id=x></p>", ""},
      {"", "<a name=x></a>", ""},
      {"", "<svg></svg>", ""},
      {"", "<!--", ""},
      {"<!--", "-", "-->"},
      {"<!--", "x", "-->"},
      {"", "x", ""},
      {"<p title='", "x", "'>"},
      {"<p title='", "&amp;", "'>"},
      {"<", "x", ">"},
      {"<script>", "x", "</script>"},
      {"<script>", "<", "</script>"},
      {"<script>", "</", "</script>"},
      {"", "<script>x</script>", ""},
      {"<title>", "<", "</title>"},
      {"<textarea>", "<p>", "</textarea>"},
      {"<!DOCTYPE ", "x", ">"},
      {"", "<!DOCTYPE html>", ""},
      {"", "<meta charset=utf-8>", ""},
      {"", "<frameset>", ""},
      {"", "<form>", ""},
      {"", "<b>", ""},
      {"", "<font>", "</font>"},
      {"<div><div><div><div><div>", "</b>", ""},
      {"<table>", "a<tr>", ""},
      {"<table>", "x", ""},
      {"<table>", "<b>x", ""},
      {"<table>", "x<tr><td><table>y</table>", ""},
      {"<svg>", "a</x>", ""},
      {"", "<svg></p>", ""},
      {"", "<a><p>x</a>", ""},
      {"", "<p><b></p>", ""},
      {"<b><p>x<br>y<br>z", "</b><b>", ""},
      {"<b><i><u><s><a><p>", "x</b></i></u></s></a><b><i><u><s><a>", ""},
      {"", "<nobr>", ""},
      {"", "<button>", ""},
      {"<ul>", "<li>", ""},
      {"<select>", "<optgroup><option>", ""},
      {"", "<template></template>", ""},
      {"<template>", "<td>", ""},
      {"<frameset>", "x<frame>", ""},
      {"</html>", "x<!---->", ""},
      {"<table><tr>", "<td><object><b></b>", ""},
      {"<table><tr>", "<td><object>", "<b><b><b><b><b></b></b></b>"},
      {"", "\xC3\xA9", ""},
      {"", "\xFF", ""},
  };
  // Refused or not: no page may cost more.
  expect_near_linear(pages, kUnits, [](const std::string& page) {
    static_cast<void>(Document::parse(page, "text/html;charset=utf-8"));
  });
}

TEST(Growth, OfADocumentWhereEachTagHasAnotherName) {
  for (const std::string_view tag : {"</a{}>", "<a{0}></a{0}>", "<html a{}>", "<p a{}>", "<p id={}>"}) {
    const auto page = [tag](std::size_t n) {
      std::string text;
      for (std::size_t i = 0; i < n; ++i) text += fmt::format(fmt::runtime(tag), i);
      return text;
    };
    expect_near_linear(std::string(tag), kUnits, page,
                       [](const std::string& text) { static_cast<void>(Document::parse(text)); });
  }
}

TEST(Growth, OfFormattingWithManyAttributes) {
  const auto page = [](std::size_t n) {
    std::string text;
    for (std::size_t i = 0; i < n; ++i) {
      text += "<p><b";
      for (std::size_t j = 0; j < 400; ++j) text += fmt::format(" a{}", (i + j) % 401);
      text += "></b></p>";
    }
    return text;
  };
  expect_near_linear("formatting with 400 attributes", 16, page,
                     [](const std::string& text) { static_cast<void>(Document::parse(text)); });
}

TEST(Growth, OfATagWithManyAttributes) {
  const auto page = [](std::size_t n) {
    std::string tag = "<p";
    for (std::size_t i = 0; i < n; ++i) tag += fmt::format(" a{}=x", i);
    return tag + ">";
  };
  expect_near_linear("attributes of a tag", kUnits, page,
                     [](const std::string& text) { EXPECT_FALSE(Document::parse(text)); });
  expect_near_linear(
      "tags of 500 attributes", 4, [&](std::size_t n) { return WorstInput{"", page(500), ""}.make(n); },
      [](const std::string& text) { EXPECT_TRUE(Document::parse(text)); });
}

TEST(Growth, OfASelectorCompiled) {
  const std::vector<WorstInput> selectors = {{"", "a>", "b"},     {"", "a ", "b"},
                                             {"", "a,", "b"},     {"", ".a", ""},
                                             {"", ":not(a)", ""}, {"", ":not(", ""},
                                             {"", "[a]", ""},     {"[a='", "\\41 ", "']"},
                                             {"", "\\", ""},      {"", "/**/", "a"},
                                             {"", "/*", ""},      {"", " ", "a"},
                                             {"", "a~", ""},      {"a:nth-child(", "9", ")"},
                                             {"", "-", ""},       {":is(", "a,", "b)"},
                                             {"", ":", ""},       {"", "[", ""},
                                             {":is(", "[", ""},   {"", ":is(:not(!", ""},
                                             {":is(", "!,", ""},  {":is(", "'", ""},
                                             {"#", "a", ""},      {"", "\xC3\xA9", ""}};
  expect_near_linear(selectors, 1 << 8,
                     [](const std::string& text) { static_cast<void>(CssSelector::parse(text)); });
}

struct Query {
  WorstInput page;
  const char* expression;
};

// Evaluated on pages in doubling sizes, made before. What a page of a size costs too much is refused, and
// soon.
void expect_near_linear_queries(const std::vector<Query>& queries, std::size_t units,
                                Result<Selection> (Document::*evaluate)(std::string_view) const) {
  for (const Query& query : queries) {
    std::map<std::size_t, Document> pages;  // by size
    expect_near_linear(
        fmt::format("{} on {}", query.expression, query.page.name()), units,
        [&](std::size_t n) { return query.page.make(n); },
        [&](const std::string& text) {
          auto page = pages.find(text.size());
          if (page == pages.end())
            page = pages.emplace(text.size(), *Document::parse(text, "text/html;charset=utf-8")).first;
          const auto found = (page->second.*evaluate)(query.expression);
          EXPECT_TRUE(found || found.error().error_class == ErrorClass::too_large) << found.error().message;
        });
  }
}

std::string deep(std::string_view inside) {
  std::string page;
  for (int i = 0; i < 400; ++i) page += "<div class=d>";
  return page + std::string(inside);
}

TEST(Growth, OfASelectorMatched) {
  const std::string deep_start = deep("");
  const std::vector<Query> queries = {
      {{"", "<p></p>", ""}, "p ~ p ~ p ~ p ~ p"},
      {{"", "<p></p>", ""}, "b ~ p"},
      {{"", "<p></p>", ""}, "b + p + p"},
      {{"", "<p></p>", ""}, "p:nth-last-child(2n+1)"},
      {{"", "<p></p>", ""}, "p:nth-of-type(3n)"},
      {{"", "<p></p>", ""}, "p:has(~ b)"},
      {{"", "<p></p>", ""}, "p:has(+ b)"},
      {{"", "<p><b></b></p>", ""}, "p:has(~ :not(p)) b, :nth-child(2n)"},
      {{"<fieldset disabled>", "<legend><input></legend>", ""}, "input:disabled"},
      {{"", "<p></p>", ""}, "body:has(p) p:has(> b)"},
      {{"", "<p></p>", ""}, "p:not(:has(~ p + p))"},
      {{"<select>", "<option>", "</select>"}, "option:checked"},
      {{"<select>", "<option disabled>", "</select>"}, "option:checked"},
      {{"<select>", "<option selected>", "</select>"}, "option:checked"},
      {{"", "<input type=radio name=a checked>", ""}, "input:checked"},
      {{"<meta http-equiv=content-language content=en>", "<p></p>", ""}, "p:lang(en)"},
      {{"", "<p></p>", ""}, "p:only-of-type, p:last-of-type, p:first-child"},
      {{"", "<p>x</p>", ""}, "::text"},
      {{"", "<p>x</p>", ""}, "p::text, p::attr(title), p"},
      {{deep_start, "<p></p>", ""}, "div div div div div b p"},
      {{deep_start, "<p></p>", ""}, "div > div > div > div > p"},
      {{deep_start, "<p></p>", ""}, "p:lang(en)"},
      {{deep_start, "<input>", ""}, "input:disabled"},
      {{deep_start, "<p></p>", ""}, "div:has(div b)"},
      {{deep_start, "<p></p>", ""}, ":not(:not(:not(:not(div) div) div) div)"},
      {{deep_start, "<p></p>", ""}, ":is(div, :is(div, :is(div, b) b) b) b, p"},
      {{"<p title='", "x", "'><p></p>"}, "[title*=xxxxxxxxxxy], [title~=y], [title$=y], .y"},
      {{"<p class='", "x ", "'><p></p>"}, ".y, .z, .y.z"},
  };
  expect_near_linear_queries(queries, kUnits, &Document::try_css);
}

TEST(Growth, OfAnXPathExpression) {
  const std::string deep_start = deep("");
  const std::vector<Query> queries = {
      {{"", "<p></p>", ""}, "//*//*//*"},
      {{"", "<p></p>", ""}, "//p[preceding-sibling::p]"},
      {{"", "<p></p>", ""}, "//p[last()]"},
      {{"", "<p></p>", ""}, "//p[position() mod 2 = 1]"},
      {{"", "<p></p>", ""}, "//p | //p | //p"},
      {{"", "<p></p>", ""}, "//p/.."},
      {{"", "<p></p>", ""}, "//p[. = //p]"},
      {{"", "<p></p>", ""}, "count(//p[count(//p) > 3])"},
      {{"", "<p>x</p>", ""}, "//p[contains(/, 'xy')]"},
      {{"", "<p>x</p>", ""}, "//p[/html = 'xxy']"},
      {{"", "<p>x</p>", ""}, "//p[contains(., 'y')]"},
      {{"", "<p>x</p>", ""}, "sum(//p)"},
      {{deep_start, "<p>x</p>", ""}, "//*[contains(., 'xy')]"},
      {{deep_start, "<p>x</p>", ""}, "//*[. = 'xxy']"},
      {{deep_start, "<p></p>", ""}, "//p[ancestor::div[@id]]"},
      {{"<p>", "x", "</p>"}, "translate(//p, //p, '')"},
      {{"<p>", "x", "</p>"}, "translate(//p, 'abcdefghijklmnopqrstuvwxyz', 'y')"},
      {{"<p>", "x", "</p><b>y</b>"},
       "contains(//p, concat(substring(//p, 1, string-length(//p) div 2), 'y'))"},
      {{"<p>", "x", "</p>"}, "substring-before(//p, concat(substring(//p, string-length(//p) div 2), 'y'))"},
      {{"<p>", "x", "</p>"}, "substring-after(//p, concat(substring(//p, string-length(//p) div 2), 'y'))"},
      {{"<p>", "x ", "</p>"}, "normalize-space(//p)"},
      {{"<p>", "x", "</p>"}, "substring(//p, 5, 100000)"},
      {{"<p>", "x", "</p>"}, "concat(//p, //p, //p)"},
      {{"<p>", "x ", "</p>"}, "id(//p)"},
      {{"<p>", "9", "</p>"}, "number(//p)"},
      {{"<p lang='", "x", "'><b></b>"}, "//b[lang('xxxxxy')]"},
  };
  expect_near_linear_queries(queries, kUnits, &Document::try_xpath);
}

TEST(Growth, OfTheTextAndTheHtmlOfAPage) {
  expect_near_linear(
      {{"", "<p>x ", ""}, {"", " ", ""}, {"", "<br>", ""}, {"<p>", "&lt;", ""}, {deep(""), "x<b> </b>", ""}},
      kUnits, [](const std::string& text) {
        const Document page = *Document::parse(text);
        for (const Node& root : page.css(":root")) {
          static_cast<void>(root.text());
          static_cast<void>(root.get());
        }
      });
}

}  // namespace
}  // namespace gossamer
