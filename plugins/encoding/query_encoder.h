#pragma once

#include <string>
#include <string_view>

#include "plugins/encoding/encodings.h"

namespace gossamer {

// Whether `encoding` has an encoder of its own; UTF-8, UTF-16 and "replacement" write UTF-8 ("get an output
// encoding", Encoding Standard 4.3).
bool has_own_encoder(const Encoding& encoding);

// Whether append_encoded_query() would append `query` as it is, but for tabs and line ends.
bool is_encoded_as_itself(std::string_view query, const Encoding& encoding);

// Appends the query of a URL, valid UTF-8, with what is not ASCII as the bytes that it has in `encoding`,
// which has its own encoder, percent-encoded; a character that the encoding lacks is "&#N;", percent-encoded
// ("percent-encode after encoding", URL Standard 1.3). What is ASCII stays as it is; but of ISO-2022-JP
// U+000E, U+000F and U+001B are written as U+FFFD would be, and tabs and line ends, which no URL has, are
// left out.
void append_encoded_query(std::string& out, std::string_view query, const Encoding& encoding);

}  // namespace gossamer
