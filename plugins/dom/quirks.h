#pragma once

#include "plugins/html/doctype.h"

namespace gossamer::dom {

// Whether a page with this document type is in quirks mode, where a <table> may stand in a <p> (WHATWG HTML
// 13.2.6.4.1; limited quirks mode counts as none).
bool is_quirks_mode(const Doctype& doctype);

}  // namespace gossamer::dom
