#include "crawler/pattern_list.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include <re2/re2.h>
#include <re2/set.h>
#include <utility>

namespace gossamer {

namespace {

constexpr std::int64_t kPatternMemory = 8 << 20;  // bytes of RE2's program and automaton, per pattern
constexpr std::int64_t kSetMemory = 64 << 20;     // and of all patterns together, searched in one pass
constexpr std::size_t kFew = 8;

re2::RE2::Options options_within(std::int64_t memory) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_never_capture(true);
  options.set_max_mem(memory);
  return options;
}

std::string without_space_around(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\f\v";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(kSpace) + 1 - first));
}

}  // namespace

struct PatternList::Many {
  re2::RE2::Set set{options_within(kSetMemory), re2::RE2::UNANCHORED};
  std::vector<int> matches;
};

PatternList::PatternList() = default;
PatternList::PatternList(PatternList&&) noexcept = default;
PatternList& PatternList::operator=(PatternList&&) noexcept = default;
PatternList::~PatternList() = default;

Result<PatternList> PatternList::create(std::string_view flag, std::span<const std::string> patterns) {
  PatternList list;
  for (const std::string& pattern : patterns) {
    auto compiled = std::make_unique<re2::RE2>(pattern, options_within(kPatternMemory));
    if (!compiled->ok()) {
      return fail(ErrorClass::invalid_input,
                  fmt::format("{} '{}' is not a valid RE2 pattern: {}", flag, pattern, compiled->error()));
    }
    list.rules_.push_back(fmt::format("{} {}", flag, pattern));
    list.patterns_.push_back(std::move(compiled));
  }
  if (patterns.size() <= kFew) return list;
  auto many = std::make_unique<Many>();
  for (const std::string& pattern : patterns) {
    if (many->set.Add(pattern, nullptr) < 0) return list;
  }
  if (many->set.Compile()) list.many_ = std::move(many);
  return list;
}

std::optional<std::string_view> PatternList::first_match(std::string_view text) const {
  const re2::StringPiece piece(text.data(), text.size());
  if (many_) {
    re2::RE2::Set::ErrorInfo error;
    many_->matches.clear();
    if (many_->set.Match(piece, &many_->matches, &error))
      return rules_[static_cast<std::size_t>(std::ranges::min(many_->matches))];
    if (error.kind == re2::RE2::Set::kNoError) return std::nullopt;
  }
  for (std::size_t i = 0; i < patterns_.size(); ++i) {
    if (re2::RE2::PartialMatch(piece, *patterns_[i])) return rules_[i];
  }
  return std::nullopt;
}

Result<std::vector<std::string>> read_pattern_file(std::string_view flag, const std::string& path) {
  std::ifstream file(path);
  if (!file)
    return fail(ErrorClass::invalid_input,
                fmt::format("{}: cannot read {}: {}", flag, path, std::strerror(errno)));
  std::vector<std::string> patterns;
  std::string line;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    if (number == 1 && line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
    std::string pattern = without_space_around(line);
    if (pattern.empty() || pattern.starts_with('#')) continue;
    const re2::RE2 compiled(pattern, options_within(kPatternMemory));
    if (!compiled.ok())
      return fail(ErrorClass::invalid_input, fmt::format("{}: {}:{}: '{}' is not a valid RE2 pattern: {}",
                                                         flag, path, number, pattern, compiled.error()));
    patterns.push_back(std::move(pattern));
  }
  if (file.bad()) return fail(ErrorClass::invalid_input, fmt::format("{}: cannot read {}", flag, path));
  if (patterns.empty()) {
    return fail(ErrorClass::invalid_input,
                fmt::format("{}: {} has no pattern, only blank lines and comments", flag, path));
  }
  return patterns;
}

}  // namespace gossamer
