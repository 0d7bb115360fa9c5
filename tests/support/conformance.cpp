#include "tests/support/conformance.h"

#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <utility>

namespace gossamer {

namespace {

std::vector<std::string> lines_of(const std::string& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file) << path;
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

}  // namespace

std::optional<nlohmann::json> conformance_data(std::string_view path) {
  std::ifstream file(fmt::format("{}/{}", GOSSAMER_TEST_DATA, path));
  if (!file) return std::nullopt;
  return nlohmann::json::parse(file);
}

ConformanceSet::ConformanceSet(std::string name, std::vector<Exception> exceptions)
    : name_(std::move(name)), exceptions_(std::move(exceptions)) {}

ConformanceSet::~ConformanceSet() { EXPECT_TRUE(finished_) << name_ << ": not run to its end"; }

void ConformanceSet::check(const std::string& id, const std::string& difference) {
  const bool listed = std::ranges::find(exceptions_, id, &Exception::id) != exceptions_.end();
  if (difference.empty()) {
    ++passed_;
    EXPECT_FALSE(listed) << name_ << ", " << id << ": passes, though it is listed as an exception";
  } else if (listed) {
    ++excepted_;
  } else {
    ++failed_;
    ADD_FAILURE() << name_ << ", " << id << ": " << difference;
  }
}

void ConformanceSet::finish(std::size_t cases) {
  finished_ = true;
  fmt::print("{}: {} cases, {} pass, {} fail, {} listed exceptions\n", name_, passed_ + failed_ + excepted_,
             passed_, failed_, excepted_);
  EXPECT_EQ(passed_ + failed_ + excepted_, cases) << name_;
  EXPECT_EQ(excepted_, exceptions_.size()) << name_;
  compare_with_table();
}

void ConformanceSet::compare_with_table() const {
  const auto lines = lines_of(GOSSAMER_SOURCE_DIR "/docs/conformance.md");
  const auto row = std::ranges::find_if(
      lines, [&](const std::string& line) { return line.starts_with(fmt::format("| {} |", name_)); });
  ASSERT_NE(row, lines.end()) << "docs/conformance.md has no row for " << name_;
  const std::string counts =
      fmt::format("| {} | {} | {} |", passed_ + failed_ + excepted_, passed_, excepted_);
  EXPECT_TRUE(row->contains(counts)) << *row << "\nshould say " << counts;
  const auto& test = *testing::UnitTest::GetInstance()->current_test_info();
  EXPECT_TRUE(row->contains(fmt::format("`{}.{}`", test.test_suite_name(), test.name()))) << *row;
  for (const auto& [id, reason] : exceptions_) {
    const std::string entry = fmt::format("| {} | {} | {} |", name_, id, reason);
    EXPECT_NE(std::ranges::find(lines, entry), lines.end()) << "docs/conformance.md should say " << entry;
  }
}

}  // namespace gossamer
