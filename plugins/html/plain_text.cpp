#include "plugins/html/plain_text.h"

#include "plugins/html/content_model.h"
#include "plugins/html/doctype.h"
#include "plugins/html/raw_text.h"
#include "plugins/html/text_breaks.h"
#include "plugins/html/tokenizer.h"

namespace gossamer {

namespace {

// The tokenizer's sink that keeps the text.
class TextSink {
 public:
  explicit TextSink(std::size_t limit) : limit_(limit) {}

  void text(std::string_view raw, RawTextKind kind) {
    if (kind == RawTextKind::rawtext || is_full_) return;
    is_full_ = !append_collapsed(text_, raw, kind, limit_, pending_space_);
  }
  ContentModel start_tag(const StartTag& tag) {
    break_line(tag.key, tag.name);
    return content_model_of(tag);
  }
  void end_tag(const EndTag& tag) { break_line(tag.key, tag.name); }
  void comment(std::string_view) {}
  void doctype(const Doctype&) {}
  bool allows_cdata() const { return false; }

  std::string take() { return std::move(text_); }

 private:
  void break_line(NameKey key, std::string_view name) {
    if (!text_.empty() && break_around(key, name) != '\0') pending_space_ = true;
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
