#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/base/error.h"
#include "plugins/dom/active_formatting.h"
#include "plugins/dom/open_elements.h"
#include "plugins/dom/tree_nodes.h"
#include "plugins/html/doctype.h"
#include "plugins/html/html_tag.h"
#include "plugins/html/raw_text.h"
#include "plugins/html/tokens.h"

namespace gossamer::dom {

// The tokenizer's sink that builds a document's tree: "tree construction" (WHATWG HTML 13.2.6) for a page
// without scripts. Where the standard leaves a browser's ways, so does this:
// - the contents of a <template> are its children, so that queries find them;
// - elements are in no namespace, and all names in lower case, those of SVG too.
// The names of the functions and of Mode are the standard's.
class TreeBuilder {
 public:
  // `document`, which is empty and has a dictionary, must outlive the builder.
  explicit TreeBuilder(xmlDoc* document) : nodes_(document) {}

  void text(std::string_view raw, RawTextKind kind);
  ContentModel start_tag(const StartTag& tag);
  void end_tag(const EndTag& tag);
  void comment(std::string_view raw);
  void doctype(const Doctype& doctype);
  bool allows_cdata() const { return !open_.empty() && !open_.current().is_html(); }

  // To be called at the end of the input: completes the tree. The error if the page was beyond a limit; the
  // tree ends where it was met.
  const std::optional<Error>& finish();

  std::size_t node_count() const { return nodes_.count(); }

 private:
  enum class Mode : std::uint8_t {
    initial,
    before_html,
    before_head,
    in_head,
    in_head_noscript,
    after_head,
    in_body,
    text,
    in_table,
    in_caption,
    in_column_group,
    in_table_body,
    in_row,
    in_cell,
    in_template,
    after_body,
    in_frameset,
    after_frameset,
    after_after_body,
    after_after_frameset,
  };

  struct StartToken {
    Tag tag;
    const StartTag& written;
  };
  struct EndToken {
    Tag tag;
    const xmlChar* name;  // interned; null where the document has none of that name
  };

  // A token by the rules of `mode` or, where those say so, of another.
  void start(Mode mode, const StartToken& token);
  void end(Mode mode, const EndToken& token);
  void characters(Mode mode, std::string_view text);
  void start(const StartToken& token) { start(mode_, token); }  // "reprocess the token"
  void end(const EndToken& token) { end(mode_, token); }
  void characters(std::string_view text) { characters(mode_, text); }

  // tree_builder_head.cpp: what comes before, between and after head and body
  void start_before_body(Mode mode, const StartToken& token);
  void start_in_head(const StartToken& token);
  void start_in_head_noscript(const StartToken& token);
  void start_after_head(const StartToken& token);
  void start_in_template(const StartToken& token);
  void start_in_frameset(Mode mode, const StartToken& token);
  void end_before_body(Mode mode, const EndToken& token);
  void end_after_body(Mode mode, const EndToken& token);
  void end_template();
  void anything_else(Mode mode);  // what ends a mode before the body begins

  // tree_builder_body.cpp
  void start_in_body(const StartToken& token);
  void start_formatting(const StartToken& token);
  void start_list_item(const StartToken& token);
  void start_frameset(const StartToken& token);
  void end_in_body(const EndToken& token);
  void any_other_end_tag(const EndToken& token);
  void close_p();
  void close_p_in_button_scope();

  // tree_builder_forms.cpp
  void start_form_control(const StartToken& token);
  void end_form();
  bool close_select();

  // tree_builder_table.cpp
  void start_in_table(const StartToken& token);
  void start_in_caption(const StartToken& token);
  void start_in_column_group(const StartToken& token);
  void start_in_table_body(const StartToken& token);
  void start_in_row(const StartToken& token);
  void start_in_cell(const StartToken& token);
  void end_in_table(const EndToken& token);
  void end_in_caption(const EndToken& token);
  void end_in_column_group(const EndToken& token);
  void end_in_table_body(const EndToken& token);
  void end_in_row(const EndToken& token);
  void end_in_cell(const EndToken& token);
  void characters_in_table(std::string_view text);
  bool close_table();
  bool close_caption();
  bool close_column_group();
  bool close_table_body();
  bool close_row();
  bool close_cell();
  void reset_insertion_mode();

  // tree_builder_formatting.cpp
  void reconstruct_formatting();
  void adoption_agency(const EndToken& token);
  bool adopt_once(const EndToken& token);

  // tree_builder_foreign.cpp: SVG and MathML
  static bool is_html_integration_point(const StartToken& token, Namespace space);
  bool is_foreign_start(Tag tag) const;
  void start_foreign(const StartToken& token);
  void end_foreign(const EndToken& token);
  void break_out_of_foreign();

  // tree_builder.cpp
  void flush_text();
  void leave_text();
  void insert_characters(std::string_view text);
  void insert_white_space(std::string_view text);
  void insert_comment(std::string_view raw);
  Place place_to_insert(const OpenElement* override_target = nullptr) const;
  OpenElement& insert(const StartToken& token, Namespace space = Namespace::html);
  OpenElement& insert(Tag tag, std::string_view name);
  void insert_void(const StartToken& token);
  void insert_raw_text(const StartToken& token, ContentModel model);
  void push(OpenElement element);
  void generate_implied_end_tags(Tag except = Tag::other);
  void pop_until(Tag tag);

  TreeNodes nodes_;
  OpenElements open_;
  ActiveFormatting active_;
  Mode mode_ = Mode::initial;
  Mode original_mode_ = Mode::initial;  // to go back to from Mode::text
  std::vector<Mode> template_modes_;
  ContentModel model_ = ContentModel::data;  // that the start tag at hand asks for
  xmlNode* head_ = nullptr;
  xmlNode* form_ = nullptr;
  std::string text_;  // characters that no tag or comment has ended yet
  bool skips_newline_ = false;
  bool frameset_ok_ = true;
  bool foster_parenting_ = false;
  bool is_quirky_ = false;
};

}  // namespace gossamer::dom
