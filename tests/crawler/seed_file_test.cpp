#include "crawler/seed_file.h"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace gossamer {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

struct Read {
  Result<SeedReport> report;
  std::vector<std::pair<std::string, std::size_t>> seeds;  // and their lines
  std::vector<std::string> urls() const {
    std::vector<std::string> urls;
    for (const auto& [url, line] : seeds) urls.push_back(url);
    return urls;
  }
};

Read read(const std::string& text) {
  std::istringstream input(text);
  std::vector<std::pair<std::string, std::size_t>> seeds;
  auto report = read_seeds(input, "seeds.txt", [&](const Url& url, std::size_t line) -> Result<> {
    seeds.emplace_back(url.href(), line);
    return {};
  });
  return {std::move(report), std::move(seeds)};
}

TEST(SeedFile, OneUrlALineWithEveryTolerance) {
  const Read result = read(
      "\xEF\xBB\xBFhttps://a.test/1\r\n"
      "# a comment\n"
      "\n"
      "   \t \r\n"
      "  http://b.test/x#y  \n"
      "  # an indented comment\n"
      "example.com\n"
      "localhost:8080/path\n"
      "[::1]:8080\n"
      "https://a.test/last");
  ASSERT_TRUE(result.report);
  EXPECT_THAT(result.seeds,
              ElementsAre(std::pair("https://a.test/1", 1), std::pair("http://b.test/x#y", 5),
                          std::pair("https://example.com/", 7), std::pair("https://localhost:8080/path", 8),
                          std::pair("https://[::1]:8080/", 9), std::pair("https://a.test/last", 10)));
  EXPECT_EQ(result.report->seeds, 6U);
  EXPECT_EQ(result.report->bad_lines, 0U);
}

TEST(SeedFile, EmptyFilesHaveNoSeeds) {
  for (const std::string text : {"", "\n", "\xEF\xBB\xBF", "# only\n# comments"}) {
    const Read result = read(text);
    ASSERT_TRUE(result.report);
    EXPECT_EQ(result.report->seeds + result.report->bad_lines, 0U);
  }
}

TEST(SeedFile, BadLinesAreListedWithFileAndLineAndReadingGoesOn) {
  const Read result =
      read("https://a.test/\nnot a url\nhttp://\nmailto:me@b.test\nftp://c.test/\nword\nhttps://d.test/\n");
  ASSERT_TRUE(result.report);
  EXPECT_THAT(result.urls(), ElementsAre("https://a.test/", "https://d.test/"));
  EXPECT_EQ(result.report->bad_lines, 5U);
  EXPECT_THAT(result.report->first_bad,
              ElementsAre(StartsWith("seeds.txt:2: 'not a url'"), StartsWith("seeds.txt:3: 'http://'"),
                          StartsWith("seeds.txt:4: 'mailto:me@b.test'"),
                          StartsWith("seeds.txt:5: 'ftp://c.test/'"), StartsWith("seeds.txt:6: 'word'")));
}

TEST(SeedFile, OnlyTheFirstTenBadLinesAreListed) {
  std::string text;
  for (int i = 0; i < 25; ++i) text += "bad line\n";
  const Read result = read(text);
  ASSERT_TRUE(result.report);
  EXPECT_EQ(result.report->bad_lines, 25U);
  EXPECT_EQ(result.report->first_bad.size(), 10U);
}

TEST(SeedFile, BinaryFilesAreRefused) {
  using std::string_literals::operator""s;
  const Read result = read(
      "https://a.test/\n\x7f"
      "ELF\0\0\n"s);
  ASSERT_FALSE(result.report);
  EXPECT_EQ(result.report.error().error_class, ErrorClass::invalid_input);
  EXPECT_THAT(result.report.error().message, StartsWith("seeds.txt: not a seed file"));
}

TEST(SeedFile, AnOverlongLineIsABadLine) {
  const Read result = read("https://a.test/\n" + std::string(5'000'000, 'x') + "\nhttps://b.test/\n" +
                           std::string(kMaxSeedLine + 1, 'y'));
  ASSERT_TRUE(result.report);
  EXPECT_THAT(result.urls(), ElementsAre("https://a.test/", "https://b.test/"));
  ASSERT_EQ(result.report->bad_lines, 2U);
  EXPECT_THAT(result.report->first_bad[0], StartsWith("seeds.txt:2: the line is longer"));
  EXPECT_THAT(result.report->first_bad[1], StartsWith("seeds.txt:4: the line is longer"));
}

TEST(SeedFile, LinesMayLieAcrossReads) {
  std::string text;
  std::vector<std::string> expected;
  for (int i = 0; i < 20'000; ++i) {
    expected.push_back("https://a.test/" + std::to_string(i));
    text += expected.back() + (i % 3 == 0 ? "\r\n" : "\n");
  }
  EXPECT_EQ(read(text).urls(), expected);
}

TEST(SeedFile, AnErrorOfTheSinkEndsTheReading) {
  std::istringstream input("https://a.test/\nhttps://b.test/\n");
  int calls = 0;
  const auto report = read_seeds(input, "seeds.txt", [&](const Url&, std::size_t) -> Result<> {
    ++calls;
    return fail(ErrorClass::storage, "disk full");
  });
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().message, "disk full");
  EXPECT_EQ(calls, 1);
}

TEST(SeedFile, UnreadableFilesAreNamed) {
  const auto ignore = [](const Url&, std::size_t) -> Result<> { return {}; };
  const auto missing = read_seed_file("/no/such/file", ignore);
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message, HasSubstr("/no/such/file"));
  const auto directory = read_seed_file(testing::TempDir(), ignore);
  ASSERT_FALSE(directory);
  EXPECT_THAT(directory.error().message, HasSubstr("directory"));
}

TEST(SeedArgument, IsAUrlElseAFileElseAHost) {
  const std::string file = testing::TempDir() + "gossamer-seed-argument.test";
  std::ofstream(file) << "https://a.test/\n";
  const auto classify = [](const std::string& argument) {
    const auto result = classify_seed_argument(argument);
    if (!result) return std::string("error");
    return (result->kind == SeedArgument::Kind::url ? "url " : "file ") + result->text;
  };
  EXPECT_EQ(classify("-"), "file -");
  EXPECT_EQ(classify(file), "file " + file);
  EXPECT_EQ(classify("http://example.com"), "url http://example.com/");
  EXPECT_EQ(classify("example.com"), "url https://example.com/");
  EXPECT_EQ(classify("example.com/docs"), "url https://example.com/docs");
  EXPECT_EQ(classify("localhost"), "url https://localhost/");
  EXPECT_EQ(classify("localhost:8080"), "url https://localhost:8080/");
  EXPECT_EQ(classify("127.0.0.1"), "url https://127.0.0.1/");
  EXPECT_EQ(classify("seeds.txt"), "error") << "a file that is not there, not a host";
  EXPECT_EQ(classify("./missing"), "error");
  EXPECT_EQ(classify("/no/such/file"), "error");
  EXPECT_EQ(classify("word"), "error");
  EXPECT_EQ(classify(""), "error");
  EXPECT_EQ(classify("ftp://example.com/"), "error");
  EXPECT_EQ(classify("http://exa mple.com/"), "error");
  std::filesystem::remove(file);
}

TEST(SeedArgument, ErrorsSayWhatWouldBeRight) {
  const auto missing = classify_seed_argument("seeds.txt");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().error_class, ErrorClass::invalid_input);
  EXPECT_THAT(missing.error().message, HasSubstr("no existing file"));
}

}  // namespace
}  // namespace gossamer
