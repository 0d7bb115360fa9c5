#include "plugins/html/link_sink.h"

#include <optional>
#include <utility>

#include "plugins/html/content_model.h"
#include "plugins/html/meta_refresh.h"
#include "plugins/html/srcset.h"

namespace gossamer {

namespace {

constexpr std::size_t kMaxLinkText = 256;

}  // namespace

ContentModel LinkSink::start_tag(const StartTag& tag) {
  separate(tag.key, tag.name);
  is_cut_ = tag.has_more_attributes;
  if (foreign_.is_foreign() && foreign_.start_tag(tag)) {
    if (inert_depth_ == 0 && foreign_.is_svg()) collect_foreign(tag);
    return ContentModel::data;
  }
  switch (tag.key) {
    case name_key("template"):
      open_template(tag);
      break;
    case name_key("math"):
    case name_key("svg"):
      foreign_.start_tag(tag);
      break;
    default:
      if (inert_depth_ == 0) collect(tag);
  }
  const ContentModel model = content_model_of(tag);
  if (model == ContentModel::data || !is_xml_) return model;
  if (!tag.self_closing && unread_.empty()) unread_ = tag.name;
  return ContentModel::data;
}

void LinkSink::end_tag(const EndTag& tag) {
  separate(tag.key, tag.name);
  if (foreign_.is_open()) foreign_.end_tag(tag);
  if (is_xml_ && equals_ignoring_case(tag.name, unread_)) unread_ = {};
  switch (tag.key) {
    case name_key("a"):
      close_anchor();
      break;
    case name_key("form"):
      if (template_depth_ == 0) is_form_open_ = false;
      break;
    case name_key("script"):
      metadata_.close_script();
      break;
    case name_key("title"):
      metadata_.close_title();
      break;
    case name_key("template"):
      close_template();
      break;
    default:
      break;
  }
}

bool LinkSink::finish() {
  close_anchor();
  metadata_.close_title();
  page_.link_count = window_.count();
  return !has_too_many_links_;
}

void LinkSink::collect(const StartTag& tag) {
  switch (tag.key) {
    case name_key("a"):
      open_anchor(tag, tag.find("href"));
      break;
    case name_key("area"):
      take_hyperlink(LinkTag::area, tag, tag.find("href"));
      break;
    case name_key("audio"):
      take_source(LinkTag::audio, tag, "src");
      break;
    case name_key("base"):
      metadata_.take_base(tag);
      break;
    case name_key("embed"):
      take_source(LinkTag::embed, tag, "src");
      break;
    case name_key("form"):
      take_form(tag);
      break;
    case name_key("frame"):
      take_source(LinkTag::frame, tag, "src");
      break;
    case name_key("html"):
      metadata_.take_language(tag);
      break;
    case name_key("iframe"):
      take_source(LinkTag::iframe, tag, "src");
      break;
    case name_key("image"):
    case name_key("img"):
      take_source(LinkTag::img, tag, "src");
      take_srcset(LinkTag::img, tag);
      break;
    case name_key("input"):
      take_source(LinkTag::input, tag, "src");
      break;
    case name_key("link"):
      take_link(tag);
      break;
    case name_key("meta"):
      metadata_.take_meta(tag);
      take_refresh(tag);
      break;
    case name_key("object"):
      take_source(LinkTag::object, tag, "data");
      break;
    case name_key("script"):
      take_source(LinkTag::script, tag, "src");
      if (unread_.empty()) metadata_.open_script(tag);
      break;
    case name_key("source"):
      take_source(LinkTag::source, tag, "src");
      take_srcset(LinkTag::source, tag);
      break;
    case name_key("title"):
      if (unread_.empty()) metadata_.open_title(tag);
      break;
    case name_key("track"):
      take_source(LinkTag::track, tag, "src");
      break;
    case name_key("video"):
      take_source(LinkTag::video, tag, "src");
      take_source(LinkTag::video, tag, "poster");
      break;
    default:
      break;
  }
}

void LinkSink::collect_foreign(const StartTag& tag) {
  const RawAttribute* href = tag.find("href");
  if (href == nullptr) href = tag.find("xlink:href");
  switch (tag.key) {
    case name_key("a"):
      open_anchor(tag, href);
      break;
    case name_key("image"):
      if (href != nullptr) add_link(LinkTag::image, value_of(href));
      break;
    case name_key("script"):
      if (href != nullptr) add_link(LinkTag::script, value_of(href));
      break;
    default:
      break;
  }
}

// A template with shadowrootmode is a shadow tree of the page, not an inert fragment.
void LinkSink::open_template(const StartTag& tag) {
  if (is_xml_ && tag.self_closing) return;
  ++template_depth_;
  if (inert_depth_ != 0) return;
  const std::string_view mode = value_of(tag, "shadowrootmode");
  const bool is_shadow_root = equals_ignoring_case(mode, "open") || equals_ignoring_case(mode, "closed");
  if (!is_shadow_root) inert_depth_ = template_depth_;
}

void LinkSink::close_template() {
  if (template_depth_ == 0) return;
  foreign_.break_out();
  if (inert_depth_ == template_depth_) inert_depth_ = 0;
  --template_depth_;
}

void LinkSink::open_anchor(const StartTag& tag, const RawAttribute* href) {
  close_anchor();  // an <a> in an <a> ends the outer one
  const std::size_t index = page_.links.size();
  if (!take_hyperlink(LinkTag::a, tag, href)) return;
  if (tag.self_closing && (is_xml_ || foreign_.is_foreign())) return;
  anchor_link_ = index;
  anchor_.begin(kMaxLinkText);
}

void LinkSink::close_anchor() {
  if (!anchor_.is_open()) return;
  const std::string_view text = anchor_.finish(arena_);
  page_.links[anchor_link_].text = text;
  window_.charge(text.size());
}

// A form in a form is none.
void LinkSink::take_form(const StartTag& tag) {
  if (!is_xml_ && template_depth_ == 0 && std::exchange(is_form_open_, true)) return;
  if (const RawAttribute* action = tag.find("action")) add_link(LinkTag::form, value_of(action), rel_of(tag));
}

void LinkSink::take_link(const StartTag& tag) {
  const std::string_view url = strip_html_space(value_of(tag, "href"));
  if (url.empty()) return;
  const std::string_view rel = rel_of(tag);
  add_link(LinkTag::link, url, rel);
  metadata_.take_link(tag, url, rel);
}

// Of several only the first that asks for something counts (WHATWG HTML 4.2.5.3, shared declarative refresh
// steps).
void LinkSink::take_refresh(const StartTag& tag) {
  if (has_refresh_ || !equals_ignoring_case(value_of(tag, "http-equiv"), "refresh")) return;
  const std::optional<MetaRefresh> refresh = parse_meta_refresh(value_of(tag, "content"));
  if (!refresh.has_value() || (!refresh->url.empty() && !metadata_.is_url(refresh->url))) return;
  has_refresh_ = true;
  if (!refresh->url.empty()) add_link(LinkTag::meta_refresh, refresh->url);
}

// The link itself and then its pings. False where the link was left out.
bool LinkSink::take_hyperlink(LinkTag link_tag, const StartTag& tag, const RawAttribute* href) {
  if (href == nullptr) return false;
  const bool is_kept = add_link(link_tag, value_of(href), rel_of(tag));
  std::string_view pings = strip_html_space(value_of(tag, "ping"));
  while (!pings.empty()) {
    std::size_t size = 0;
    while (size < pings.size() && !is_html_space(pings[size])) ++size;
    add_link(LinkTag::ping, pings.substr(0, size));
    pings.remove_prefix(size);
    while (!pings.empty() && is_html_space(pings.front())) pings.remove_prefix(1);
  }
  return is_kept;
}

void LinkSink::take_source(LinkTag link_tag, const StartTag& tag, std::string_view attribute) {
  const std::string_view url = strip_html_space(value_of(tag, attribute));
  if (!url.empty()) add_link(link_tag, url);
}

void LinkSink::take_srcset(LinkTag link_tag, const StartTag& tag) {
  std::string_view candidates = value_of(tag, "srcset");
  while (true) {
    const std::string_view url = next_srcset_url(candidates);
    if (url.empty()) return;
    add_link(link_tag, url);
  }
}

bool LinkSink::add_link(LinkTag tag, std::string_view url, std::string_view rel) {
  if (window_.count() == kMaxLinks) {
    has_too_many_links_ = true;
    return false;
  }
  if (!window_.next()) return false;
  url = kept(url_, strip_html_space(url));
  rel = kept(rel_, rel);
  page_.links.push_back({url, rel, {}, tag, is_cut_ || (!rel.empty() && has_rel_token(rel, "nofollow"))});
  window_.charge(sizeof(Link));
  return true;
}

std::string_view LinkSink::kept(AttributeText& text, std::string_view value) {
  if (text.holds(value)) window_.charge(value.size());
  return text.kept(value);
}

}  // namespace gossamer
