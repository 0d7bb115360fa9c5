#include "plugins/dom/html_tree.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <fmt/format.h>
#include <libxml/HTMLparser.h>
#include <libxml/HTMLtree.h>
#include <libxml/SAX2.h>
#include <libxml/parserInternals.h>
#include <mutex>
#include <new>
#include <optional>
#include <string>
#include <vector>

namespace gossamer::dom {
namespace {

// XML_PARSE_HUGE, which means the same to the HTML parser, lifts three limits of libxml2: 10 MB of text,
// which the limit on bytes implies; names of 50,000 bytes; and a depth of 256, past which it would drop the
// rest of the page without a word. Guard has the limits that hold.
constexpr int kOptions = HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET |
                         HTML_PARSE_NODEFDTD | HTML_PARSE_COMPACT | HTML_PARSE_IGNORE_ENC | XML_PARSE_HUGE;

struct FreeContext {
  void operator()(xmlParserCtxt* context) const { htmlFreeParserCtxt(context); }
};
using Context = std::unique_ptr<xmlParserCtxt, FreeContext>;

// Hands the text over in pieces and watches the tree grow. A scan of our own beforehand could not do this:
// where libxml2 sees a tag (in <textarea>, say) is not where the HTML standard sees one, and a page could
// hide the tag with a million attributes from the one in what is text to the other.
class Guard {
 public:
  Guard(xmlParserCtxt* context, std::string_view text) : context_(context), rest_(text) {
    context->_private = this;
    context->sax->startElement = &Guard::on_start_element;
  }

  // xmlInputReadCallback. The array of attributes doubles as a tag goes on, two places for each: stop long
  // before their number hurts, and within the 4 KB of a piece.
  static int read(void* self, char* to, int size) {
    auto& guard = *static_cast<Guard*>(self);
    if (guard.context_->maxatts > 4 * kMaxAttributes) guard.refuse(ErrorClass::parse, too_many_attributes());
    if (guard.error_) return 0;
    const std::size_t count = std::min({guard.rest_.size(), static_cast<std::size_t>(size), kPiece});
    std::memcpy(to, guard.rest_.data(), count);
    guard.rest_.remove_prefix(count);
    return static_cast<int>(count);
  }

  const std::optional<Error>& error() const { return error_; }
  std::size_t nodes() const { return nodes_; }

 private:
  static constexpr std::size_t kPiece = 4096;

  static std::string too_many_attributes() {
    return fmt::format("a tag with more than {} attributes", kMaxAttributes);
  }

  static void on_start_element(void* context_pointer, const xmlChar* name, const xmlChar** attributes) {
    auto* context = static_cast<xmlParserCtxt*>(context_pointer);
    auto& guard = *static_cast<Guard*>(context->_private);
    int count = 0;
    while (attributes != nullptr && attributes[2 * count] != nullptr) ++count;
    guard.nodes_ += 1 + static_cast<std::size_t>(count);
    if (count > kMaxAttributes) {
      guard.refuse(ErrorClass::parse, too_many_attributes());
    } else if (context->nodeNr >= kMaxDepth) {
      guard.refuse(ErrorClass::parse, fmt::format("elements nested more than {} deep", kMaxDepth));
    } else if (guard.nodes_ > kMaxNodes) {
      guard.refuse(ErrorClass::too_large, fmt::format("more than {} elements and attributes", kMaxNodes));
    }
    if (guard.error_) {
      xmlStopParser(context);
    } else {
      xmlSAX2StartElement(context_pointer, name, count == 0 ? nullptr : guard.with_values(attributes, count));
    }
  }

  // The attributes with "" for a missing value. libxml2 would give some of them, such as `checked`, their
  // name.
  const xmlChar** with_values(const xmlChar** attributes, int count) {
    attributes_.assign(attributes, attributes + 2 * count + 1);
    for (int i = 0; i < count; ++i) {
      if (attributes_[2 * i + 1] == nullptr) attributes_[2 * i + 1] = reinterpret_cast<const xmlChar*>("");
    }
    attributes_.push_back(nullptr);
    return attributes_.data();
  }

  void refuse(ErrorClass error_class, std::string message) {
    if (!error_) error_ = Error{error_class, Phase::parse, "no document tree: " + std::move(message)};
  }

  xmlParserCtxt* context_;
  std::string_view rest_;
  std::vector<const xmlChar*> attributes_;
  std::size_t nodes_ = 0;
  std::optional<Error> error_;
};

// libxml2 ends a page at the first NUL. The HTML tokenizer drops it in text and replaces it elsewhere.
std::string without_nul(std::string_view text) {
  std::string out(text);
  std::erase(out, '\0');
  return out;
}

}  // namespace

Result<HtmlTree> parse_html_tree(std::string_view text) {
  static std::once_flag initialized;
  std::call_once(initialized, xmlInitParser);
  if (text.size() > kMaxBytes) {
    return fail(ErrorClass::too_large, Phase::parse,
                fmt::format("no document tree: {} bytes, the limit is {}", text.size(), kMaxBytes));
  }
  std::string cleaned;
  if (text.find('\0') != std::string_view::npos) text = cleaned = without_nul(text);

  const Context context(htmlNewParserCtxt());
  if (!context) throw std::bad_alloc();
  Guard guard(context.get(), text);
  HtmlTree tree(htmlCtxtReadIO(context.get(), &Guard::read, nullptr, &guard, nullptr, "UTF-8", kOptions));
  if (guard.error()) return std::unexpected(*guard.error());
  if (!tree) tree.reset(htmlNewDocNoDtD(nullptr, nullptr));  // of an empty page libxml2 makes none
  if (!tree) throw std::bad_alloc();
  tree->_private = reinterpret_cast<void*>(static_cast<std::uintptr_t>(guard.nodes()));
  return tree;
}

std::size_t node_count(const xmlDoc* tree) { return reinterpret_cast<std::uintptr_t>(tree->_private); }

}  // namespace gossamer::dom
