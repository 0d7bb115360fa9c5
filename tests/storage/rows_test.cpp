#include "storage/rows.h"

#include <gtest/gtest.h>

namespace gossamer {

TEST(Rows, EveryWordIsReadBack) {
  for (const auto state : {UrlState::pending, UrlState::done, UrlState::failed, UrlState::filtered}) {
    EXPECT_EQ(parse_url_state(to_string(state)), state);
  }
  for (int i = 0; i <= static_cast<int>(FilterReason::content_type); ++i) {
    const auto reason = static_cast<FilterReason>(i);
    EXPECT_EQ(parse_filter_reason(to_string(reason)), reason);
  }
  for (int i = 0; i <= static_cast<int>(Via::spider); ++i) {
    const auto via = static_cast<Via>(i);
    EXPECT_EQ(parse_via(to_string(via)), via);
  }
  for (int i = 0; i <= static_cast<int>(ErrorClass::http_5xx); ++i) {
    const auto failure = static_cast<ErrorClass>(i);
    EXPECT_EQ(parse_failure(to_string(failure)), failure);
  }
}

TEST(Rows, OtherWordsAreNone) {
  EXPECT_FALSE(parse_url_state("unknown"));
  EXPECT_FALSE(parse_url_state(""));
  EXPECT_FALSE(parse_filter_reason("Scope"));
  EXPECT_FALSE(parse_via("href"));
  EXPECT_FALSE(parse_failure("storage")) << "not a class of the ledger";
}

}  // namespace gossamer
