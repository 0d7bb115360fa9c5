#include "plugins/dom/xpath_cost.h"

#include <algorithm>
#include <array>
#include <string>

#include "plugins/html/ascii.h"

namespace gossamer::dom {
namespace {

constexpr long kLinearOperations = 50'000'000;
constexpr long kComparisons = 10'000'000'000;  // 2.6 s where they were measured
constexpr long kFewOperations = 10'000;
constexpr long kWalkedNodes = 1'000'000'000;  // by string values of the whole page
constexpr long kFewestOperations = 1'000;

// The expression without white space, and each string literal as one quote.
std::string skeleton(std::string_view expression) {
  std::string out;
  for (std::size_t i = 0; i < expression.size(); ++i) {
    const char c = expression[i];
    if (is_html_space(c)) continue;
    out += c;
    if (c == '\'' || c == '"') i = std::min(expression.find(c, i + 1), expression.size() - 1);
  }
  return out;
}

bool is_literal_edge(char c) { return c == '\'' || c == '"' || is_ascii_digit(c); }

// Whether some comparison has a literal on neither side.
bool compares_sets(std::string_view expression) {
  for (std::size_t i = 0; i < expression.size(); ++i) {
    const char c = expression[i];
    if (c != '=' && c != '<' && c != '>') continue;
    std::size_t before = i;
    while (before > 0 &&
           (expression[before - 1] == '!' || expression[before - 1] == '<' || expression[before - 1] == '>'))
      --before;
    std::size_t after = i + 1;
    while (after < expression.size() && expression[after] == '=') ++after;
    const bool literal = (before > 0 && is_literal_edge(expression[before - 1])) ||
                         (after < expression.size() && is_literal_edge(expression[after]));
    if (!literal) return true;
  }
  return false;
}

// Steps whose results for two context nodes libxml2 merges by comparing them.
bool merges(std::string_view expression) {
  static constexpr std::array<std::string_view, 8> kMerging = {
      "//", "..", "|", "descendant", "ancestor", "following", "preceding", "parent"};
  // The first step has but one context node: "//a", ".//a", "(//a)[1]", "count(//a)".
  std::size_t start = expression.find("//");
  if (start == std::string_view::npos ||
      expression.substr(0, start).find_first_of("/[]|:") != std::string_view::npos) {
    start = 0;
  } else {
    start += 2;
  }
  return std::ranges::any_of(kMerging, [&](std::string_view step) {
    return expression.find(step, start) != std::string_view::npos;
  });
}

// Whether a predicate may ask for the string value of the whole page, once for each node that it tests: one
// with a path from the root, "[/html = 'x']".
bool reads_page_in_predicate(std::string_view expression) {
  int brackets = 0;
  for (std::size_t i = 0; i < expression.size(); ++i) {
    if (expression[i] == '[') ++brackets;
    if (expression[i] == ']') --brackets;
    if (expression[i] != '/' || brackets == 0) continue;
    const std::string_view before = expression.substr(0, i);
    const bool begins_path = std::string_view("[(=<>,+-*|").contains(before.back()) ||
                             before.ends_with("and") || before.ends_with("or") || before.ends_with("div") ||
                             before.ends_with("mod");
    if (begins_path) return true;
  }
  return false;
}

}  // namespace

int xpath_nesting(std::string_view expression) {
  int depth = 0;
  int deepest = 0;
  for (const char c : skeleton(expression)) {
    if (c == '(' || c == '[') deepest = std::max(deepest, ++depth);
    if (c == ')' || c == ']') --depth;
  }
  return deepest;
}

long xpath_operation_limit(std::string_view expression, std::size_t nodes) {
  const std::string plain = skeleton(expression);
  if (reads_page_in_predicate(plain))
    return std::clamp(kWalkedNodes / static_cast<long>(nodes + 1), kFewestOperations, kLinearOperations);
  if (!merges(plain) && !compares_sets(plain)) return kLinearOperations;
  return std::clamp(kComparisons / static_cast<long>(nodes + 1), kFewOperations, kLinearOperations);
}

}  // namespace gossamer::dom
