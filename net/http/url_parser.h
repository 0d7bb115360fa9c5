#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "net/http/url.h"

namespace gossamer {

// The basic URL parser of the URL Standard (section 4.4), for one URL. The standard describes a machine that
// steps over the input a character at a time; here each part is found whole, checked against a table and
// copied at once. The functions bear the names of the standard's states and take what is left of the input;
// false is failure.
class UrlParser {
 public:
  // `base` may be nullptr.
  explicit UrlParser(const Url* base) : base_(base) {}
  UrlParser(const UrlParser&) = delete;
  UrlParser& operator=(const UrlParser&) = delete;

  Result<Url> run(std::string_view input);

 private:
  // Trims C0 controls and spaces, drops tabs and newlines, repairs UTF-8; reserves room for the result.
  std::string_view clean(std::string_view input);
  bool refuse(std::string_view problem);

  bool scheme_start(std::string_view rest);
  bool scheme(std::string_view rest, std::size_t length);
  bool no_scheme(std::string_view rest);

  // Takes over the base's href up to `end`, one of its offsets, and what is known of it.
  void copy_base(std::uint32_t end);
  // Up to the path. "/." stands between host and path only when the path calls for it, so it is left out.
  void copy_base_authority();
  void copy_base_path(std::string_view base_path);
  bool relative(std::string_view rest);
  bool same_path(std::string_view rest);

  bool file(std::string_view rest);
  bool file_slash(std::string_view rest);
  void no_file_host();
  bool file_host(std::string_view rest);

  void no_authority();
  void set_authority_offsets();
  bool special_authority_ignore_slashes(std::string_view rest);
  bool authority(std::string_view rest);
  void credentials(std::string_view text);
  bool append_host_at_end(std::string_view host);
  // `text` is "" or ":" and the rest of the authority.
  bool port(std::string_view text);

  // In url_path.cpp.
  bool path_start(std::string_view rest);
  // Appends the segments of `rest` to the path so far, which is "" or ends before a '/' yet to come.
  bool path(std::string_view rest);
  void segments(std::string_view text);
  void shorten_path();
  bool opaque_path(std::string_view rest);

  // `rest` begins with the delimiter, or there is no such part.
  bool query(std::string_view rest);
  bool fragment(std::string_view rest);

  bool is_slash(char c) const { return c == '/' || (c == '\\' && at_.special); }
  bool starts_with_slash(std::string_view rest) const { return !rest.empty() && is_slash(rest[0]); }
  bool is_file() const { return std::string_view(href_).starts_with("file:"); }
  bool base_is_file() const { return base_ != nullptr && base_->scheme() == "file"; }
  std::uint32_t here() const { return static_cast<std::uint32_t>(href_.size()); }

  const Url* base_;
  Url url_;
  std::string& href_ = url_.href_;
  Url::Parts& at_ = url_.at_;
  std::string cleaned_;  // what the input views, if it had to be changed
  std::string_view problem_;
};

// The first byte of `text` that `wanted` takes, or its size. (find_first_of calls memchr once a byte.)
template <class Predicate>
std::size_t find_where(std::string_view text, Predicate wanted) {
  return static_cast<std::size_t>(std::ranges::find_if(text, wanted) - text.begin());
}

}  // namespace gossamer
