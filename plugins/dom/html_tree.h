#pragma once

#include <cstddef>
#include <libxml/tree.h>
#include <memory>
#include <string_view>

#include "net/base/error.h"

namespace gossamer::dom {

struct FreeTree {
  void operator()(xmlDoc* tree) const { xmlFreeDoc(tree); }
};
using HtmlTree = std::unique_ptr<xmlDoc, FreeTree>;

// What a page may ask for.
inline constexpr std::size_t kMaxBytes = 10 * 1024 * 1024;
inline constexpr std::size_t kMaxAttributes = 512;   // of an element
inline constexpr std::size_t kMaxDepth = 512;        // elements open at once, as in browsers
inline constexpr std::size_t kMaxNodes = 1'000'000;  // elements, attributes, texts and comments; some 200 MB

// Builds the tree of an HTML page in valid UTF-8, the one that a browser without scripts builds (TreeBuilder
// tells the differences); anything is HTML. `is_xml`: the page is XHTML. Names of elements and attributes are
// in lower case; `text` need not outlive the tree. Safe from several threads.
// Errors: too_large (bytes, nodes, kMaxBytes of attributes in elements that misnesting repeats), parse
// (depth, attributes): the page is beyond the limits. The tree may be deeper than elements were open at once,
// by forms that ended before what is in them: twice as deep at most.
Result<HtmlTree> parse_html_tree(std::string_view text, bool is_xml = false);

// Whether parse_html_tree() was told that the page is XHTML.
bool is_xhtml(const xmlDoc* tree);

// How many elements and attributes parse_html_tree() put into `tree`.
std::size_t node_count(const xmlDoc* tree);

}  // namespace gossamer::dom
