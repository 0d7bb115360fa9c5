#pragma once

#include <exception>
#include <string_view>

namespace gossamer {

// Says on stderr, in one line, that an exception was never looked at; `whose` begins the sentence
// ("task 'a'"). Nothing of a null one, nor of Cancelled: who cancels knows. Thread-safe.
void report_unseen(std::string_view whose, const std::exception_ptr& exception) noexcept;

}  // namespace gossamer
