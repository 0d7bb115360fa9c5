#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "net/base/error.h"

namespace re2 {
class RE2;
}

namespace gossamer {

// RE2 patterns searched in URLs. Few are searched one by one, many in one pass over the URL. Not thread-safe.
class PatternList {
 public:
  // `flag` ("--exclude") is part of the rules. Errors: invalid_input naming the flag, the pattern and what
  // RE2 says of it.
  static Result<PatternList> create(std::string_view flag, std::span<const std::string> patterns);

  PatternList();
  PatternList(PatternList&&) noexcept;
  PatternList& operator=(PatternList&&) noexcept;
  ~PatternList();

  bool empty() const { return rules_.empty(); }

  // The first pattern that is found anywhere in `text`, as its rule: "--exclude \.pdf$". Lives as long as the
  // list, also when that is moved.
  std::optional<std::string_view> first_match(std::string_view text) const;

 private:
  struct Many;  // an RE2::Set and its buffer

  std::vector<std::string> rules_;
  std::vector<std::unique_ptr<re2::RE2>> patterns_;  // beside `many_`: for what that cannot do in its memory
  std::unique_ptr<Many> many_;
};

// The patterns of a file, one RE2 a line; lines that begin with # and blank ones are skipped, and so is white
// space around a pattern. Errors: invalid_input naming flag, file and line.
Result<std::vector<std::string>> read_pattern_file(std::string_view flag, const std::string& path);

}  // namespace gossamer
