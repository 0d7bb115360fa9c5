#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gossamer {

// Makes "&amp;" of each '&' of an XML document that begins no reference, as in <loc>http://h/?a=1&b=2</loc>:
// the commonest flaw of sitemaps and feeds. CDATA sections and comments stay as they are. Any encoding in
// which the bytes 00-7F stand for ASCII. Holds back at most what a reference may have.
class Ampersands {
 public:
  // Appends what is known by now.
  void write(std::string_view bytes, std::string& out);
  void finish(std::string& out);

  // Where in the document the byte stood that is number `at` of all the output; `at` may not become less from
  // call to call. To be asked now and then, for until it is, every change is remembered.
  std::size_t place_of(std::size_t at);
  bool changed() const { return !changed_.empty() || added_ > 0; }

 private:
  enum class In : std::uint8_t { text, cdata, comment };

  // Takes something off the front of `rest`; false: more must come first.
  bool take_text(std::string_view& rest, std::string& out);
  bool take_until(std::string_view end, std::string_view& rest, std::string& out);
  void give(std::string_view& rest, std::size_t count, std::string& out);

  In in_ = In::text;
  std::string held_;
  std::size_t given_ = 0;             // bytes of output
  std::vector<std::size_t> changed_;  // where in the output something was added, if nobody has asked beyond
  std::size_t added_ = 0;             // bytes, at those places before
};

}  // namespace gossamer
