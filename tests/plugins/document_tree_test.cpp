// The tree of a page: each case as Chromium 156 has it, with scripting off.
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/document.h"
#include "tests/plugins/test_document.h"

namespace gossamer {
namespace {

constexpr std::string_view kBefore = "<html><head></head><body>";
constexpr std::string_view kAfter = "</body></html>";

// The tree as HTML; where it has nothing but a body, what is in that.
std::string tree_of(std::string_view html, std::string_view content_type = "text/html; charset=utf-8") {
  const auto page = Document::parse(html, content_type);
  if (!page) return page.error().message;
  std::string tree = page->css(":root").get_or("no root");
  if (!tree.starts_with(kBefore) || !tree.ends_with(kAfter)) return tree;
  return tree.substr(kBefore.size(), tree.size() - kBefore.size() - kAfter.size());
}

TEST(DocumentTree, EndTagsMayBeLeftOut) {
  EXPECT_EQ(tree_of("<p>a<section>b</section>c"), "<p>a</p><section>b</section>c");
  EXPECT_EQ(tree_of("<p>a<div>b</div>"), "<p>a</p><div>b</div>");
  EXPECT_EQ(tree_of("<p>a<nav>b"), "<p>a</p><nav>b</nav>");
  EXPECT_EQ(tree_of("<p>a<h1>b</h1>"), "<p>a</p><h1>b</h1>");
  EXPECT_EQ(tree_of("<ul><li>a<li>b<ul><li>c</ul>d</ul>"),
            "<ul><li>a</li><li>b<ul><li>c</li></ul>d</li></ul>");
  EXPECT_EQ(tree_of("<dl><dt>a<dd>b<dt>c</dl>"), "<dl><dt>a</dt><dd>b</dd><dt>c</dt></dl>");
  EXPECT_EQ(tree_of("<dl><div><dt>a<dd>b</div></dl>"), "<dl><div><dt>a</dt><dd>b</dd></div></dl>");
  EXPECT_EQ(tree_of("<select><option>a<option>b<optgroup label=x><option>c<hr>d</select>e"),
            "<select><option>a</option><option>b</option><optgroup "
            "label=\"x\"><option>c</option></optgroup><hr>d</select>e");
  EXPECT_EQ(tree_of("<ruby>a<rt>b<rp>c</ruby>"), "<ruby>a<rt>b</rt><rp>c</rp></ruby>");
  EXPECT_EQ(tree_of("<ruby>a<rb>b<rtc>c<rt>d</ruby>"), "<ruby>a<rb>b</rb><rtc>c<rt>d</rt></rtc></ruby>");
  EXPECT_EQ(tree_of("<button>a<button>b"), "<button>a</button><button>b</button>");
  EXPECT_EQ(tree_of("<h1>a<h2>b</h1>c"), "<h1>a</h1><h2>b</h2>c");
  EXPECT_EQ(tree_of("<p>a<form><p>b</form>c"), "<p>a</p><form><p>b</p></form>c");
}

TEST(DocumentTree, TablesGetTheirParts) {
  EXPECT_EQ(tree_of("<table><tr><td>a<td>b<tr><th>c</table>"),
            "<table><tbody><tr><td>a</td><td>b</td></tr><tr><th>c</th></tr></tbody></table>");
  EXPECT_EQ(tree_of("<table><td>a</table>"), "<table><tbody><tr><td>a</td></tr></tbody></table>");
  EXPECT_EQ(tree_of("<table><col><tr><td>a"),
            "<table><colgroup><col></colgroup><tbody><tr><td>a</td></tr></tbody></table>");
  EXPECT_EQ(tree_of("<table><caption>a<tr><td>b"),
            "<table><caption>a</caption><tbody><tr><td>b</td></tr></tbody></table>");
  EXPECT_EQ(tree_of("<table><thead><tr><td>a<tbody><tr><td>b<tfoot><tr><td>c"),
            "<table><thead><tr><td>a</td></tr></thead><tbody><tr><td>b</td></tr></tbody><tfoot><tr><td>c</"
            "td></tr></tfoot></table>");
  EXPECT_EQ(
      tree_of("<table><tr><td><table><tr><td>a</table>b</table>"),
      "<table><tbody><tr><td><table><tbody><tr><td>a</td></tr></tbody></table>b</td></tr></tbody></table>");
  EXPECT_EQ(tree_of("<table><tr></td></caption><td>a</tbody>b"),
            "b<table><tbody><tr><td>a</td></tr></tbody></table>");
  EXPECT_EQ(tree_of("<table><colgroup>x<col>"),
            "x<table><colgroup></colgroup><colgroup><col></colgroup></table>");
  EXPECT_EQ(tree_of("<p>a<table>b</table>"), "<p>ab<table></table></p>");
  EXPECT_EQ(tree_of("<table><form><input type=hidden><input></table>"),
            "<input><table><form></form><input type=\"hidden\"></table>");
  EXPECT_EQ(tree_of("<table><tr><td>a</td></tr> <tr></table>"),
            "<table><tbody><tr><td>a</td></tr> <tr></tr></tbody></table>");
}

TEST(DocumentTree, WhatIsNoPartOfATableGoesBeforeIt) {
  EXPECT_EQ(tree_of("<table>a<tr>b<td>c</table>d"), "ab<table><tbody><tr><td>c</td></tr></tbody></table>d");
  EXPECT_EQ(tree_of("<table><b>a<tr><td>b</table>c"),
            "<b>a</b><table><tbody><tr><td>b</td></tr></tbody></table><b>c</b>");
  EXPECT_EQ(tree_of("<table><p>a<tr><td>b"), "<p>a</p><table><tbody><tr><td>b</td></tr></tbody></table>");
  EXPECT_EQ(tree_of("<div><table><script>1</script><style>2</style><ul><li>a</table></div>"),
            "<div><ul><li>a</li></ul><table><script>1</script><style>2</style></table></div>");
  EXPECT_EQ(tree_of("<table>a<!--b-->c <tr> d"), "ac  d<table><!--b--><tbody><tr></tr></tbody></table>");
  EXPECT_EQ(tree_of(" <table><tr><select><tr><td>a</table>"),
            "<select></select><table><tbody><tr></tr><tr><td>a</td></tr></tbody></table>");
}

TEST(DocumentTree, MisnestedFormattingIsMended) {
  EXPECT_EQ(tree_of("<b>a<i>b</b>c</i>d"), "<b>a<i>b</i></b><i>c</i>d");
  EXPECT_EQ(tree_of("<p><b>a<p>b</b>c"), "<p><b>a</b></p><p><b>b</b>c</p>");
  EXPECT_EQ(tree_of("<b>a<div>b</b>c</div>d"), "<b>a</b><div><b>b</b>c</div>d");
  EXPECT_EQ(tree_of("<a href=1>a<a href=2>b"), "<a href=\"1\">a</a><a href=\"2\">b</a>");
  EXPECT_EQ(tree_of("<a href=1>a<div>b<a href=2>c</div>d"),
            "<a href=\"1\">a</a><div><a href=\"1\">b</a><a href=\"2\">c</a></div><a href=\"2\">d</a>");
  EXPECT_EQ(tree_of("<b><b><b><b>a<p>b"), "<b><b><b><b>a<p>b</p></b></b></b></b>");
  EXPECT_EQ(tree_of("<nobr>a<nobr>b"), "<nobr>a</nobr><nobr>b</nobr>");
  EXPECT_EQ(tree_of("<b>a<table><tr><td>b</b>c</table>d"),
            "<b>a<table><tbody><tr><td>bc</td></tr></tbody></table>d</b>");
  EXPECT_EQ(tree_of("<b><i><u><s><div>a</b>b"),
            "<b><i><u><s></s></u></i></b><i><u><s><div><b>a</b>b</div></s></u></i>");
  EXPECT_EQ(tree_of("<font color=red>a<font color=red>b<font color=blue>c<p>d"),
            "<font color=\"red\">a<font color=\"red\">b<font color=\"blue\">c<p>d</p></font></font></font>");
  EXPECT_EQ(tree_of("<object><b>a</object>b"), "<object><b>a</b></object>b");
  EXPECT_EQ(tree_of("<i>a<button>b</i>c</button>d"), "<i>a</i><button><i>b</i>c</button>d");
  EXPECT_EQ(tree_of("</b>a"), "a");
  EXPECT_EQ(tree_of("<b>a</p>b"), "<b>a<p></p>b</b>");
}

TEST(DocumentTree, RawTextHoldsNoTags) {
  EXPECT_EQ(tree_of("<textarea>\n<b>x</b></textarea>a"), "<textarea>&lt;b&gt;x&lt;/b&gt;</textarea>a");
  EXPECT_EQ(tree_of("<iframe><a href=x>y</a></iframe>a"), "<iframe><a href=x>y</a></iframe>a");
  EXPECT_EQ(tree_of("<xmp><b>x</b></xmp>"), "<xmp><b>x</b></xmp>");
  EXPECT_EQ(tree_of("<noembed><b>x</b></noembed>"), "<noembed><b>x</b></noembed>");
  EXPECT_EQ(tree_of("<noframes><b>x</b></noframes>a"),
            "<html><head><noframes><b>x</b></noframes></head><body>a</body></html>");
  EXPECT_EQ(tree_of("<plaintext>a</plaintext>b"), "<plaintext>a</plaintext>b</plaintext>");
  EXPECT_EQ(tree_of("<style><b></style>"), "<html><head><style><b></style></head><body></body></html>");
  EXPECT_EQ(tree_of("<script><!--<script></script>--></script>a"),
            "<html><head><script><!--<script></script>--></script></head><body>a</body></html>");
  EXPECT_EQ(tree_of("<noscript><p>a</noscript>"),
            "<html><head><noscript></noscript></head><body><p>a</p></body></html>");
}

TEST(DocumentTree, VoidElementsHoldNothing) {
  EXPECT_EQ(tree_of("<picture><source srcset=a><img src=b></picture>"),
            "<picture><source srcset=\"a\"><img src=\"b\"></picture>");
  EXPECT_EQ(tree_of("<video><source src=a><track src=b>c</video>"),
            "<video><source src=\"a\"><track src=\"b\">c</video>");
  EXPECT_EQ(tree_of("<image src=a>"), "<img src=\"a\">");
  EXPECT_EQ(tree_of("<br></br>a"), "<br><br>a");
  EXPECT_EQ(tree_of("<embed>a<wbr>b<param>c"), "<embed>a<wbr>b<param>c");
  EXPECT_EQ(tree_of("<input><keygen>a"), "<input><keygen>a");
  EXPECT_EQ(tree_of("<hr>a</hr>"), "<hr>a");
  EXPECT_EQ(tree_of("<menuitem>a"), "<menuitem>a</menuitem>");
}

TEST(DocumentTree, TemplatesHoldAnything) {
  EXPECT_EQ(tree_of("<template><tr><td>a</template>b"),
            "<html><head><template><tr><td>a</td></tr></template></head><body>b</body></html>");
  EXPECT_EQ(tree_of("<template><p>a</template>b"),
            "<html><head><template><p>a</p></template></head><body>b</body></html>");
  EXPECT_EQ(tree_of("<template><col></template>"),
            "<html><head><template><col></template></head><body></body></html>");
  EXPECT_EQ(tree_of("<table><template><td>a</template><tr>"),
            "<table><template><td>a</td></template><tbody><tr></tr></tbody></table>");
  EXPECT_EQ(tree_of("<template><template>a</template>b"),
            "<html><head><template><template>a</template>b</template></head><body></body></html>");
  EXPECT_EQ(tree_of("<template><div></template></div>a"),
            "<html><head><template><div></div></template></head><body>a</body></html>");
  EXPECT_EQ(tree_of("<template></p><li>a"),
            "<html><head><template><li>a</li></template></head><body></body></html>");
  EXPECT_EQ(tree_of("<template><form><form>a"),
            "<html><head><template><form><form>a</form></form></template></head><body></body></html>");
}

TEST(DocumentTree, ForeignContent) {
  EXPECT_EQ(tree_of("<svg><title>a</title><style>b</style><path/></svg>c"),
            "<svg><title>a</title><style>b</style><path></path></svg>c");
  EXPECT_EQ(tree_of("<svg><foreignObject><p>a<p>b</foreignObject></svg>"),
            "<svg><foreignobject><p>a</p><p>b</p></foreignobject></svg>");
  EXPECT_EQ(tree_of("<svg><p>a"), "<svg></svg><p>a</p>");
  EXPECT_EQ(tree_of("<svg><font>a<font color=b>c"), "<svg><font>a</font></svg><font color=\"b\">c</font>");
  EXPECT_EQ(tree_of("<svg></p>a"), "<svg></svg><p></p>a");
  EXPECT_EQ(tree_of("<math><mi><p>a</mi><mo>b"), "<math><mi><p>a<mo>b</mo></p></mi></math>");
  EXPECT_EQ(tree_of("<math><annotation-xml encoding=text/html><div>a"),
            "<math><annotation-xml encoding=\"text/html\"><div>a</div></annotation-xml></math>");
  EXPECT_EQ(tree_of("<math><annotation-xml><svg><desc><b>a"),
            "<math><annotation-xml><svg><desc><b>a</b></desc></svg></annotation-xml></math>");
  EXPECT_EQ(tree_of("<svg><![CDATA[<b>]]>a"), "<svg>&lt;b&gt;a</svg>");
  EXPECT_EQ(tree_of("<svg></table></b>a</svg>b"), "<svg>a</svg>b");
  EXPECT_EQ(tree_of("<svg><a><b>c"), "<svg><a></a></svg><b>c</b>");
  EXPECT_EQ(tree_of("<svg/>a<math/>b"), "<svg></svg>a<math></math>b");
  EXPECT_EQ(tree_of("<svg><g></svg>a"), "<svg><g></g></svg>a");
}

TEST(DocumentTree, AnEndTagOfThePageLeavesForeignContentOpen) {
  EXPECT_EQ(tree_of("<math></body><!--a--><mi>"), "<math><!--a--><mi></mi></math>");
}

TEST(DocumentTree, CharactersAreDecoded) {
  EXPECT_EQ(tree_of("&check;&NotEqual;&copy 1&#151;&#0;&#xD800;"), "✓≠© 1—\uFFFD\uFFFD");
  EXPECT_EQ(tree_of("<a title='&amp&lt=&notit;&notin;'>"), "<a title=\"&amp;&amp;lt=&amp;notit;∉\"></a>");
  EXPECT_EQ(tree_of("<pre>\n\na\r\nb</pre>"), "<pre>\na\nb</pre>");
  EXPECT_EQ(tree_of("<listing>\n</listing>"), "<listing></listing>");
  EXPECT_EQ(tree_of("a\rb\r\nc"), "a\nb\nc");
}

TEST(DocumentTree, FormsStandInNoForm) {
  EXPECT_EQ(tree_of("<form>a<form>b</form>c</form>d"), "<form>ab</form>cd");
  EXPECT_EQ(tree_of("<form><div></form>a</div>b"), "<form><div>a</div></form>b");
  EXPECT_EQ(tree_of("<div><form></div>a</form>"), "<div><form></form></div>a");
}

TEST(DocumentTree, WholeDocuments) {
  EXPECT_EQ(tree_of(""), "");
  EXPECT_EQ(tree_of("a"), "a");
  EXPECT_EQ(tree_of("<title>a</title>b"), "<html><head><title>a</title></head><body>b</body></html>");
  EXPECT_EQ(tree_of("<head><title>a</title></head> <p>b"),
            "<html><head><title>a</title></head> <body><p>b</p></body></html>");
  EXPECT_EQ(tree_of("<html lang=a><html lang=b class=c><body id=d><body id=e class=f>g"),
            "<html lang=\"a\" class=\"c\"><head></head><body id=\"d\" class=\"f\">g</body></html>");
  EXPECT_EQ(
      tree_of("<!--a--><html><!--b--><head><!--c--></head><!--d--><body>e</body><!--f--></html><!--g-->"),
      "<html><!--b--><head><!--c--></head><!--d--><body>e</body><!--f--></html>");
  EXPECT_EQ(tree_of("<body>a</body>b</html>c"), "abc");
  EXPECT_EQ(tree_of("<frameset><frame src=a><p>b</frameset>"),
            "<html><head></head><frameset><frame src=\"a\"></frameset></html>");
  EXPECT_EQ(tree_of("a<frameset><frame>"), "a");
  EXPECT_EQ(tree_of(" <frameset>"), "<html><head></head><frameset></frameset></html>");
  EXPECT_EQ(tree_of(" <head></head><meta charset=x><link>a"),
            "<html><head><meta charset=\"x\"><link></head><body>a</body></html>");
  EXPECT_EQ(tree_of("<title>a"), "<html><head><title>a</title></head><body></body></html>");
  EXPECT_EQ(tree_of("<noscript><link><p>a"),
            "<html><head><noscript><link></noscript></head><body><p>a</p></body></html>");
  EXPECT_EQ(tree_of("<script>a"), "<html><head><script>a</script></head><body></body></html>");
  EXPECT_EQ(tree_of("<!doctype html><p>a<table>"), "<p>a</p><table></table>");
  EXPECT_EQ(tree_of("<!doctype html public '-//W3C//DTD HTML 4.01 Transitional//EN'><p>a<table>"),
            "<p>a<table></table></p>");
  EXPECT_EQ(tree_of("<!doctype html public '-//W3C//DTD HTML 4.01//EN' "
                    "'http://www.w3.org/TR/html4/strict.dtd'><p>a<table>"),
            "<p>a</p><table></table>");
}

TEST(DocumentTree, NulInForeignContentIsNoCharacterOfTheBody) {
  using namespace std::string_view_literals;
  EXPECT_EQ(tree_of("<svg>\0</svg><frameset>"sv), "<html><head></head><frameset></frameset></html>");
  EXPECT_EQ(tree_of("<svg>\0</svg>"sv), "<svg>\uFFFD</svg>");
}

TEST(DocumentTree, XhtmlNestsAsItIsWritten) {
  const auto xhtml = [](std::string_view text) { return tree_of(text, "application/xhtml+xml"); };
  EXPECT_EQ(xhtml("<?xml version='1.0'?><html><head><title/><script "
                  "src='a'/></head><body><p>a<div/>b</p></body></html>"),
            "<html><head><title></title><script "
            "src=\"a\"></script></head><body><p>a<div></div>b</p></body></html>");
  EXPECT_EQ(xhtml("<html><table><tr><td>a</td></tr></table><![CDATA[<b>]]><br></html>b"),
            "<html><table><tr><td>a</td></tr></table>&lt;b&gt;<br></html>");
  EXPECT_EQ(xhtml("<a><b></a></b><c/>"), "<a><b></b><c></c></a>");
  EXPECT_EQ(xhtml(""), "no root");
}

TEST(DocumentTree, PiecesOfOneTextAreOneText) {
  constexpr std::size_t kPieces = 200'000;
  const Document page = document("<table>" + repeat("a<tr>", kPieces));
  EXPECT_EQ(page.css("body::text").all(), std::vector{std::string(kPieces, 'a')});
}

TEST(DocumentTree, AnIdIsFoundByXPath) {
  EXPECT_EQ(document("<p id=a>b<p id=c>d").xpath("id('c')").text(), "d");
}

}  // namespace
}  // namespace gossamer
