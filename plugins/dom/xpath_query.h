#pragma once

#include <libxml/tree.h>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "net/base/error.h"

namespace gossamer::dom {

// Nodes in document order; or what an expression such as count(//a) computes, as XPath's string() shows it.
using XPathResult = std::variant<std::vector<xmlNode*>, std::string>;

// Evaluates an XPath 1.0 expression with `context`, a node of a tree of parse_html_tree(), as the context
// node. The compiled form is kept for the next use by the same thread. One thread at a time per tree. Errors:
// invalid_input for a wrong expression, also one with a name that nobody knows, with the column where one is
// known; too_large when the
// evaluation takes more operations than the page's size allows.
Result<XPathResult> evaluate_xpath(std::string_view expression, xmlNode* context);

}  // namespace gossamer::dom
