#include "plugins/html/plain_text.h"

#include "plugins/html/content_model.h"
#include "plugins/html/doctype.h"
#include "plugins/html/raw_text.h"
#include "plugins/html/tokenizer.h"

namespace gossamer {

namespace {

// Whether the element stands in a line of text, as opposed to breaking it.
bool is_inline(NameKey name) {
  switch (name) {
    case name_key("a"):
    case name_key("abbr"):
    case name_key("b"):
    case name_key("bdi"):
    case name_key("bdo"):
    case name_key("big"):
    case name_key("cite"):
    case name_key("code"):
    case name_key("del"):
    case name_key("em"):
    case name_key("font"):
    case name_key("i"):
    case name_key("ins"):
    case name_key("kbd"):
    case name_key("mark"):
    case name_key("q"):
    case name_key("s"):
    case name_key("small"):
    case name_key("span"):
    case name_key("strong"):
    case name_key("sub"):
    case name_key("sup"):
    case name_key("time"):
    case name_key("tt"):
    case name_key("u"):
    case name_key("wbr"):
      return true;
    default:
      return false;
  }
}

// The tokenizer's sink that keeps the text.
class TextSink {
 public:
  explicit TextSink(std::size_t limit) : limit_(limit) {}

  void text(std::string_view raw, RawTextKind kind) {
    if (kind == RawTextKind::rawtext || is_full_) return;
    is_full_ = !append_collapsed(text_, raw, kind, limit_, pending_space_);
  }
  ContentModel start_tag(const StartTag& tag) {
    break_line(tag.key);
    return content_model_of(tag);
  }
  void end_tag(const EndTag& tag) { break_line(tag.key); }
  void comment(std::string_view) {}
  void doctype(const Doctype&) {}
  bool allows_cdata() const { return false; }

  std::string take() { return std::move(text_); }

 private:
  void break_line(NameKey name) {
    if (!text_.empty() && !is_inline(name)) pending_space_ = true;
  }

  const std::size_t limit_;
  std::string text_;
  bool pending_space_ = false;
  bool is_full_ = false;
};

}  // namespace

std::string plain_text(std::string_view html, std::size_t limit) {
  TextSink sink(limit);
  Tokenizer(html, sink).run();
  return sink.take();
}

}  // namespace gossamer
