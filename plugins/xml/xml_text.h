#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gossamer {

// Mends the text of an XML document, which should be UTF-8, where an XML parser would stop:
//   '&' that begins no reference, as in <loc>http://h/?a=1&b=2</loc>, and a reference to what is no character
//       becomes "&amp;", but for CDATA sections and comments: the commonest flaw of sitemaps and feeds
//   a byte that is no UTF-8, and a character that XML does not have (1.0, section 2.2), becomes U+FFFD
//   <!doctype is written in capitals
// Holds back at most what a reference may have.
class XmlText {
 public:
  // Appends what is known by now.
  void write(std::string_view bytes, std::string& out);
  void finish(std::string& out);

  // Where in the document the byte stood that is number `at` of all the output; `at` may not become less from
  // call to call. To be asked now and then, for until it is, every change is remembered.
  std::size_t place_of(std::size_t at);
  bool changed() const { return !changed_.empty() || added_ > 0; }

  struct Replaced {
    std::size_t byte = 0;  // of the document, where the first one stood, from 0
    std::size_t line = 0;  // from 1
    std::size_t count = 0;
  };
  // The bytes and characters that became U+FFFD.
  const Replaced& replaced() const { return replaced_; }

 private:
  enum class In : std::uint8_t { text, cdata, comment };
  struct Change {
    std::size_t at;     // in the output
    std::size_t added;  // bytes
  };

  void take_characters(std::string_view bytes);
  // Takes something off the front of `rest`; false: more must come first.
  bool take_text(std::string_view& rest, std::string& out);
  bool take_until(std::string_view end, std::string_view& rest, std::string& out);
  void give(std::string_view& rest, std::size_t count, std::string& out);

  In in_ = In::text;
  std::string unfinished_;       // the start of a character whose end has not come
  std::string held_;             // each byte to be replaced is a kNone in it
  std::size_t given_ = 0;        // bytes of output
  std::vector<Change> changed_;  // those beyond which nobody has asked
  std::size_t added_ = 0;        // bytes, by those before
  std::size_t read_ = 0;         // bytes of the document in held_, or before
  std::size_t lines_ = 1;        // in these, until there is something to replace
  Replaced replaced_;
};

}  // namespace gossamer
