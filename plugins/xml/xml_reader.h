#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "net/base/error.h"

namespace gossamer {

// The name of an element or attribute: "loc" of <image:loc>, with its prefix as written ("image") and the URI
// of its namespace, "" where the document declares none.
struct XmlName {
  std::string_view local;
  std::string_view prefix;
  std::string_view uri;
};

struct XmlAttribute {
  XmlName name;
  std::string_view value;  // references decoded
};

// The value of the attribute with that name and prefix, "" for none.
std::string_view attribute_value(std::span<const XmlAttribute> attributes, std::string_view local,
                                 std::string_view prefix = {});

// What an XmlReader finds, in UTF-8. Views live until the call returns. May not throw: the callers are frames
// of C.
class XmlSink {
 public:
  virtual ~XmlSink() = default;
  virtual void start_element(const XmlName& name, std::span<const XmlAttribute> attributes) = 0;
  // One run of text, CDATA sections included, may come in several pieces.
  virtual void text(std::string_view piece) = 0;
  // Also of <a/>.
  virtual void end_element(const XmlName& name) = 0;
};

// Reads an XML document (1.0, with namespaces) while it arrives, in memory that does not grow with it: 8 KiB
// of input, and what one tag or comment takes.
//
// Made for strangers' documents. Nothing is ever loaded, neither a DTD nor an entity. What a DOCTYPE declares
// is not used: a reference to an entity of its own stays as it is written, "&name;", one to a parameter
// entity is an error, and so is an attribute's declaration. Beyond XML, an '&' that begins no reference
// ("?a=1&b=2") is just one, the named references of HTML are known ("&nbsp;"), for feeds use them, white
// space before the XML declaration is passed over, and bytes that are no UTF-8 and characters that
// XML does not have are read as U+FFFD: finish() tells where.
class XmlReader {
 public:
  static constexpr std::size_t kMaxDepth = 256;       // elements within each other
  static constexpr std::size_t kMaxAttributes = 256;  // of a tag
  static constexpr std::size_t kMaxMarkup = 1 << 20;  // bytes of a tag, comment or DOCTYPE, about

  // `sink` must outlive the reader.
  explicit XmlReader(XmlSink& sink);
  ~XmlReader();
  XmlReader(const XmlReader&) = delete;
  XmlReader& operator=(const XmlReader&) = delete;

  // The next bytes, in UTF-8 without byte order mark, whatever the XML declaration says, cut anywhere.
  // Errors: ErrorClass::parse, "line 3, byte 120: what is wrong", for a document that is not well-formed, or
  // beyond the limits. Nothing is read after the error, which comes again from every further call; the sink
  // has been told all that came before.
  Result<> write(std::string_view bytes);
  // The document is complete. Errors: also of one that ends too early, or had something replaced.
  Result<> finish();

 private:
  class Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace gossamer
