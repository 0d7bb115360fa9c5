#pragma once

#include <cstddef>
#include <string_view>

namespace gossamer::dom {

inline constexpr std::size_t kMaxXPathBytes = 4096;
inline constexpr int kMaxXPathNesting =
    64;  // of parentheses and brackets, each a level of libxml2's recursion

// How deep parentheses and brackets stand within one another, string literals aside.
int xpath_nesting(std::string_view expression);

// The operations, as libxml2 counts them, that an evaluation over a page of `nodes` nodes may take.
// libxml2 counts each node a step looks at, but not the comparisons by which it keeps a step's result free of
// duplicates (each new node against every one it has) or compares two node-sets. Only an expression that can
// need neither gets a limit independent of the page: one walk down from the context, and comparisons with
// literals. One whose predicates read the page from its root may walk the whole page at each operation. Any
// other may take so many operations that, each at its worst, the work stays within seconds.
long xpath_operation_limit(std::string_view expression, std::size_t nodes);

}  // namespace gossamer::dom
