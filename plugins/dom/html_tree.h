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

// What a page may ask of libxml2, which is quadratic in the attributes of a tag and knows no bound on nodes.
inline constexpr std::size_t kMaxBytes = 10 * 1024 * 1024;
inline constexpr int kMaxAttributes = 512;           // of one tag
inline constexpr int kMaxDepth = 512;                // elements inside one another, as in browsers
inline constexpr std::size_t kMaxNodes = 1'000'000;  // elements and attributes; some 200 MB

// Builds the tree of an HTML page in valid UTF-8; anything is HTML, an empty page an empty tree. Names of
// elements and attributes are in lower case; `text` need not outlive the tree. Safe from several threads.
// Errors: too_large (bytes, nodes), parse (attributes, depth): the page is beyond the limits above.
Result<HtmlTree> parse_html_tree(std::string_view text);

// How many elements and attributes parse_html_tree() put into `tree`.
std::size_t node_count(const xmlDoc* tree);

}  // namespace gossamer::dom
