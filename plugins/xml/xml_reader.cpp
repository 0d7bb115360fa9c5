#include "plugins/xml/xml_reader.h"

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlerror.h>
#include <mutex>
#include <new>
#include <optional>
#include <vector>

#include "plugins/html/ascii.h"
#include "plugins/xml/xml_references.h"
#include "plugins/xml/xml_text.h"

namespace gossamer {
namespace {

std::string_view view(const xmlChar* text) {
  return text == nullptr ? std::string_view() : std::string_view(reinterpret_cast<const char*>(text));
}

std::string_view view(const xmlChar* begin, const xmlChar* end) {
  return {reinterpret_cast<const char*>(begin), static_cast<std::size_t>(end - begin)};
}

}  // namespace

std::string_view attribute_value(std::span<const XmlAttribute> attributes, std::string_view local,
                                 std::string_view prefix) {
  const auto found = std::ranges::find_if(attributes, [&](const XmlAttribute& attribute) {
    return attribute.name.local == local && attribute.name.prefix == prefix;
  });
  return found == attributes.end() ? std::string_view() : found->value;
}

// libxml2's push parser and its SAX2 callbacks.
class XmlReader::Parser {
 public:
  explicit Parser(XmlSink& sink) : sink_(sink) {
    static std::once_flag initialized;
    std::call_once(initialized, xmlInitParser);
  }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;
  ~Parser() {
    if (context_ == nullptr) return;
    xmlFreeDoc(context_->myDoc);  // libxml2 makes one for the entities of a DOCTYPE
    xmlFreeParserCtxt(context_);
  }

  Result<> write(std::string_view bytes) {
    if (context_ == nullptr) {
      if (!take_start(bytes)) return {};
      open();
    }
    while (!bytes.empty() && !error_) {
      const std::string_view piece = bytes.substr(0, kPiece);
      mended_.clear();
      text_.write(piece, mended_);
      parse(mended_);
      bytes.remove_prefix(piece.size());
    }
    return result();
  }

  Result<> finish() {
    if (context_ == nullptr) open();
    if (!error_) {
      mended_.clear();
      text_.finish(mended_);
      parse(mended_);
    }
    if (!error_) end();
    return result();
  }

 private:
  static constexpr std::size_t kPiece = 8192;

  Result<> result() const {
    if (error_) return std::unexpected(*error_);
    return {};
  }

  // Passes over white space; false: there is nothing else yet.
  bool take_start(std::string_view& bytes) {
    while (!bytes.empty() && is_html_space(bytes.front())) {
      skipped_lines_ += bytes.front() == '\n' ? 1 : 0;
      ++skipped_;
      bytes.remove_prefix(1);
    }
    return !bytes.empty();
  }

  void open() {
    xmlSAXHandler sax{};
    sax.initialized = XML_SAX2_MAGIC;
    sax.startElementNs = &Parser::on_start_element;
    sax.endElementNs = &Parser::on_end_element;
    sax.characters = &Parser::on_text;
    sax.ignorableWhitespace = &Parser::on_text;
    sax.cdataBlock = &Parser::on_text;
    sax.getEntity = &Parser::on_entity;
    sax.attributeDecl = &Parser::on_attribute_declaration;
    sax.serror = &Parser::on_error;
    context_ = xmlCreatePushParserCtxt(&sax, this, nullptr, 0, nullptr);
    if (context_ == nullptr) throw std::bad_alloc();
    xmlCtxtUseOptions(context_, XML_PARSE_NONET | XML_PARSE_IGNORE_ENC);
  }

  std::size_t consumed() const { return static_cast<std::size_t>(std::max(xmlByteConsumed(context_), 0L)); }

  void parse(std::string_view bytes) {
    xmlParseChunk(context_, bytes.data(), static_cast<int>(bytes.size()), 0);
    // Of a CDATA section a call takes but 300 bytes, as long as its end has not come.
    for (std::size_t left = unread(); context_->instate == XML_PARSER_CDATA_SECTION && !error_;
         left = unread()) {
      xmlParseChunk(context_, nullptr, 0, 0);
      if (unread() == left) break;
    }
    if (unread() > kMaxMarkup)
      refuse(fmt::format("a tag, comment or DOCTYPE of more than {} bytes", kMaxMarkup));
    if (text_.changed() && !error_) text_.place_of(consumed());
  }

  // What the document lacks, or has had.
  void end() {
    const bool is_cut = depth_ > 0 || !has_root_;
    if (!is_cut) xmlParseChunk(context_, nullptr, 0, 1);
    if (is_cut) refuse(has_root_ ? "it ends too early" : "it ends before the first element");
    const XmlText::Replaced& replaced = text_.replaced();
    if (error_ || replaced.count == 0) return;
    error_ = error_at(
        replaced.line, replaced.byte,
        fmt::format(
            "bytes that are no UTF-8, or characters that XML does not allow, {} in all; the rest was read",
            replaced.count));
  }

  // Bytes that libxml2 has but cannot read before their end comes.
  std::size_t unread() const {
    const xmlParserInput* input = context_->input;
    return input == nullptr ? 0 : static_cast<std::size_t>(input->end - input->cur);
  }

  // Ends the reading. What libxml2 still finds in the piece at hand is not passed on: to stop it within a
  // callback would free what the callback was given.
  void refuse(std::string_view why) {
    if (error_) return;
    const xmlParserInput* input = context_->input;
    error_ = error_at(input == nullptr ? 1 : static_cast<std::size_t>(input->line),
                      text_.place_of(consumed()), why);
  }

  // `line`, `byte`: in what follows the white space at the start.
  Error error_at(std::size_t line, std::size_t byte, std::string_view what) const {
    return {ErrorClass::parse, Phase::parse,
            fmt::format("line {}, byte {}: {}", skipped_lines_ + line, skipped_ + byte, what)};
  }

  static Parser& of(void* self) { return *static_cast<Parser*>(self); }

  static void on_start_element(void* self, const xmlChar* local, const xmlChar* prefix, const xmlChar* uri,
                               int, const xmlChar**, int count, int, const xmlChar** attributes) {
    of(self).start({view(local), view(prefix), view(uri)},
                   std::span(attributes, static_cast<std::size_t>(count) * 5));
  }

  static void on_end_element(void* self, const xmlChar* local, const xmlChar* prefix, const xmlChar* uri) {
    Parser& parser = of(self);
    --parser.depth_;
    if (!parser.error_) parser.sink_.end_element({view(local), view(prefix), view(uri)});
  }

  static void on_text(void* self, const xmlChar* text, int size) {
    if (!of(self).error_) of(self).sink_.text(view(text, text + size));
  }

  // All entities but XML's five are asked for here. In text libxml2 takes the content of one that seems to be
  // predefined as it is; an attribute value keeps the reference of any other, for decode_attribute().
  static xmlEntity* on_entity(void* self, const xmlChar* name) {
    Parser& parser = of(self);
    parser.entity_text_ = meaning_of_reference(view(name));
    parser.entity_ = {};
    parser.entity_.type = XML_ENTITY_DECL;
    parser.entity_.name = name;
    parser.entity_.orig =
        parser.no_original_;  // libxml2 would leave one of its own there, for nobody to free
    if (parser.context_->instate == XML_PARSER_ATTRIBUTE_VALUE) {
      parser.entity_.etype = XML_INTERNAL_GENERAL_ENTITY;
    } else {
      parser.entity_.etype = XML_INTERNAL_PREDEFINED_ENTITY;
      parser.entity_.content = reinterpret_cast<xmlChar*>(parser.entity_text_.data());
      parser.entity_.length = static_cast<int>(parser.entity_text_.size());
    }
    return &parser.entity_;
  }

  // An attribute with a default would cost its time at every tag.
  static void on_attribute_declaration(void* self, const xmlChar*, const xmlChar*, int, int, const xmlChar*,
                                       xmlEnumeration* values) {
    xmlFreeEnumeration(values);
    of(self).refuse("a DOCTYPE that declares attributes");
  }

  static void on_error(void* self, xmlError* error) {
    if (error->level != XML_ERR_FATAL) return;
    std::string_view message = error->message == nullptr ? "not well-formed" : error->message;
    while (!message.empty() && is_html_space(message.back())) message.remove_suffix(1);
    of(self).refuse(message.substr(0, message.find('\n')));
  }

  // `raw`: for each attribute its local name, prefix, namespace, and the begin and end of its value.
  void start(const XmlName& name, std::span<const xmlChar* const> raw) {
    has_root_ = true;
    if (++depth_ > kMaxDepth) return refuse(fmt::format("elements nested more than {} deep", kMaxDepth));
    const std::size_t count = raw.size() / 5;
    if (count > kMaxAttributes)
      return refuse(fmt::format("a tag with more than {} attributes", kMaxAttributes));
    if (error_) return;
    attributes_.clear();
    values_.resize(std::max(values_.size(), count));
    for (std::size_t i = 0; i < count; ++i) {
      const auto attribute = raw.subspan(i * 5, 5);
      attributes_.push_back({.name = {view(attribute[0]), view(attribute[1]), view(attribute[2])},
                             .value = decode_attribute(view(attribute[3], attribute[4]), values_[i])});
    }
    sink_.start_element(name, attributes_);
  }

  XmlSink& sink_;
  std::size_t skipped_ = 0;  // bytes before the first that counts
  std::size_t skipped_lines_ = 0;
  XmlText text_;
  std::string mended_;  // a buffer
  xmlParserCtxt* context_ = nullptr;
  xmlEntity entity_{};  // the last one asked for
  std::string entity_text_;
  xmlChar no_original_[1] = {0};
  std::size_t depth_ = 0;
  bool has_root_ = false;
  std::vector<XmlAttribute> attributes_;  // of the tag at hand
  std::vector<std::string> values_;       // of those that are not views
  std::optional<Error> error_;
};

XmlReader::XmlReader(XmlSink& sink) : parser_(std::make_unique<Parser>(sink)) {}
XmlReader::~XmlReader() = default;

Result<> XmlReader::write(std::string_view bytes) { return parser_->write(bytes); }
Result<> XmlReader::finish() { return parser_->finish(); }

}  // namespace gossamer
