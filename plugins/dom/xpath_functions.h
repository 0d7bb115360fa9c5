#pragma once

#include <libxml/xpath.h>
#include <string>

namespace gossamer::dom {

// What an evaluation may still do with strings: one unit is 16 bytes read or one node walked.
inline constexpr long kMaxStringWork = 50'000'000;

// A number as XPath writes it (section 4.2): in decimal, never with an exponent, with as many digits as tell
// it from all others. libxml2 would say 1e+15.
std::string number_text(double number);

// Puts XPath's functions on strings in the place of libxml2's, which count as one operation however long the
// strings are, and take quadratic time: translate() always, contains(), substring-before(), substring-after()
// and id() at worst. Here each costs what it reads; beyond `work` the evaluation stops as at its limit of
// operations. `work` must outlive the context.
void use_string_functions(xmlXPathContext* context, long& work);

}  // namespace gossamer::dom
