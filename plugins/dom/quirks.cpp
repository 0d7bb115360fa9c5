#include "plugins/dom/quirks.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "plugins/html/ascii.h"

namespace gossamer::dom {
namespace {

constexpr auto kPublicPrefixes = std::to_array<std::string_view>({
    "+//Silmaril//dtd html Pro v0r11 19970101//",
    "-//AS//DTD HTML 3.0 asWedit + extensions//",
    "-//AdvaSoft Ltd//DTD HTML 3.0 asWedit + extensions//",
    "-//IETF//DTD HTML 2.0 Level 1//",
    "-//IETF//DTD HTML 2.0 Level 2//",
    "-//IETF//DTD HTML 2.0 Strict Level 1//",
    "-//IETF//DTD HTML 2.0 Strict Level 2//",
    "-//IETF//DTD HTML 2.0 Strict//",
    "-//IETF//DTD HTML 2.0//",
    "-//IETF//DTD HTML 2.1E//",
    "-//IETF//DTD HTML 3.0//",
    "-//IETF//DTD HTML 3.2 Final//",
    "-//IETF//DTD HTML 3.2//",
    "-//IETF//DTD HTML 3//",
    "-//IETF//DTD HTML Level 0//",
    "-//IETF//DTD HTML Level 1//",
    "-//IETF//DTD HTML Level 2//",
    "-//IETF//DTD HTML Level 3//",
    "-//IETF//DTD HTML Strict Level 0//",
    "-//IETF//DTD HTML Strict Level 1//",
    "-//IETF//DTD HTML Strict Level 2//",
    "-//IETF//DTD HTML Strict Level 3//",
    "-//IETF//DTD HTML Strict//",
    "-//IETF//DTD HTML//",
    "-//Metrius//DTD Metrius Presentational//",
    "-//Microsoft//DTD Internet Explorer 2.0 HTML Strict//",
    "-//Microsoft//DTD Internet Explorer 2.0 HTML//",
    "-//Microsoft//DTD Internet Explorer 2.0 Tables//",
    "-//Microsoft//DTD Internet Explorer 3.0 HTML Strict//",
    "-//Microsoft//DTD Internet Explorer 3.0 HTML//",
    "-//Microsoft//DTD Internet Explorer 3.0 Tables//",
    "-//Netscape Comm. Corp.//DTD HTML//",
    "-//Netscape Comm. Corp.//DTD Strict HTML//",
    "-//O'Reilly and Associates//DTD HTML 2.0//",
    "-//O'Reilly and Associates//DTD HTML Extended 1.0//",
    "-//O'Reilly and Associates//DTD HTML Extended Relaxed 1.0//",
    "-//SQ//DTD HTML 2.0 HoTMetaL + extensions//",
    "-//SoftQuad Software//DTD HoTMetaL PRO 6.0::19990601::extensions to HTML 4.0//",
    "-//SoftQuad//DTD HoTMetaL PRO 4.0::19971010::extensions to HTML 4.0//",
    "-//Spyglass//DTD HTML 2.0 Extended//",
    "-//Sun Microsystems Corp.//DTD HotJava HTML//",
    "-//Sun Microsystems Corp.//DTD HotJava Strict HTML//",
    "-//W3C//DTD HTML 3 1995-03-24//",
    "-//W3C//DTD HTML 3.2 Draft//",
    "-//W3C//DTD HTML 3.2 Final//",
    "-//W3C//DTD HTML 3.2//",
    "-//W3C//DTD HTML 3.2S Draft//",
    "-//W3C//DTD HTML 4.0 Frameset//",
    "-//W3C//DTD HTML 4.0 Transitional//",
    "-//W3C//DTD HTML Experimental 19960712//",
    "-//W3C//DTD HTML Experimental 970421//",
    "-//W3C//DTD W3 HTML//",
    "-//W3O//DTD W3 HTML 3.0//",
    "-//WebTechs//DTD Mozilla HTML 2.0//",
    "-//WebTechs//DTD Mozilla HTML//",
});

constexpr std::array<std::string_view, 3> kPublicIds = {"-//W3O//DTD W3 HTML Strict 3.0//EN//",
                                                        "-/W3C/DTD HTML 4.0 Transitional/EN", "HTML"};

// In quirks mode where there is no system identifier.
constexpr std::array<std::string_view, 2> kPublicPrefixesAlone = {"-//W3C//DTD HTML 4.01 Frameset//",
                                                                  "-//W3C//DTD HTML 4.01 Transitional//"};

constexpr std::string_view kSystemId = "http://www.ibm.com/data/dtd/v11/ibmxhtml1-transitional.dtd";

}  // namespace

bool is_quirks_mode(const Doctype& doctype) {
  const std::string_view public_id = doctype.public_id.value_or("");
  const auto begins_public_id = [public_id](std::string_view prefix) {
    return starts_with_ignoring_case(public_id, prefix);
  };
  return doctype.force_quirks || !equals_ignoring_case(doctype.name.value_or(""), "html") ||
         is_one_of_ignoring_case(public_id, kPublicIds) ||
         equals_ignoring_case(doctype.system_id.value_or(""), kSystemId) ||
         std::ranges::any_of(kPublicPrefixes, begins_public_id) ||
         (!doctype.system_id && std::ranges::any_of(kPublicPrefixesAlone, begins_public_id));
}

}  // namespace gossamer::dom
