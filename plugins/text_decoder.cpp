#include "plugins/text_decoder.h"

#include "plugins/charset.h"
#include "plugins/html/ascii.h"
#include "plugins/meta_prescan.h"

namespace gossamer {
namespace {

constexpr std::size_t kStart = 1024;
constexpr std::size_t kMark = 3;  // bytes of the longest byte order mark
constexpr std::string_view kDeclaration = "<?xml";

}  // namespace

void TextDecoder::write(std::string_view bytes, std::string& out) {
  if (decided_) return decode(bytes, false, out);
  start_ += bytes;
  if (!decide(false)) return;
  decode(start_, false, out);
  start_ = {};
}

void TextDecoder::finish(std::string& out) {
  if (!decided_) decide(true);
  decode(start_, true, out);
  start_ = {};
}

// False: more bytes must come first; not, if these are the `last`.
bool TextDecoder::decide(bool last) {
  if (start_.size() < kMark && !last) return false;
  const ByteOrderMark mark = byte_order_mark(start_);
  const Encoding* found = mark.encoding != nullptr ? mark.encoding : transport_;
  if (found == nullptr && start_.starts_with(std::string_view("<\0", 2))) found = &kUtf16Le;
  if (found == nullptr && start_.starts_with(std::string_view("\0<", 2))) found = &kUtf16Be;
  if (found == nullptr) found = declared(last);
  if (found == nullptr) return false;
  decided_ = true;
  start_.erase(0, mark.size);
  if (found->kind != Encoding::Kind::utf8) decoder_.emplace(*found);
  return true;
}

// By the XML declaration, which may stand behind white space; null: it has not come yet.
const Encoding* TextDecoder::declared(bool last) {
  std::string_view rest = start_;
  while (!rest.empty() && is_html_space(rest.front())) rest.remove_prefix(1);
  if (rest.starts_with(kDeclaration)) {
    const std::size_t end = rest.find('>');
    if (end == std::string_view::npos && start_.size() < kStart && !last) return nullptr;
    const Encoding* found = prescan_encoding(rest.substr(0, end + (end == std::string_view::npos ? 0 : 1)));
    return found != nullptr ? found : &kUtf8;
  }
  return kDeclaration.starts_with(rest) && start_.size() < kStart && !last ? nullptr : &kUtf8;
}

void TextDecoder::decode(std::string_view bytes, bool last, std::string& out) {
  if (decoder_) {
    decoder_->write(bytes, last, out);
  } else {
    out += bytes;
  }
}

}  // namespace gossamer
