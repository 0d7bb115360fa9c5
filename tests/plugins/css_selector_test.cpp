#include "plugins/css_selector.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "plugins/document.h"

namespace gossamer {
namespace {

// Every element has an id, so that a test can say what it expects.
constexpr std::string_view kPage =
    R"(<!DOCTYPE html><html id=html lang=en-GB><head id=head><title id=title>T</title></head>
<body id=body class="page wide">
<div id=nav class=nav><a id=home href="/">Home</a> <a id=doc href="/doc.PDF" rel="nofollow external">Doc</a> <a id=anchor>None</a></div>
<ul id=list><li id=one class=item>1</li><li id=two class="item odd-one">2</li><li id=three>3</li><li id=four class=item>4</li><li id=five>5</li></ul>
<div id=main lang=fr><h1 id=h1>Titre</h1><p id=p1>un <b id=b1>deux</b> trois</p><p id=p2 data-x="a b">vier</p><img id=img src=i.png><span id=void></span><span id=blank> </span></div>
<div id=deep><div id=deeper><div id=deepest><p id=p3 class="item">x</p></div></div></div>
<form id=form><input id=i1 type=checkbox checked><input id=i2 type=RADIO><fieldset id=fs disabled><select id=sel><option id=o1 selected>1</option><option id=o2>2</option></select></fieldset></form>
<p id="we:ird" class="1st">w</p>
</body></html>)";

std::string ids(const Selection& selection) {
  std::string out;
  for (const Node& node : selection) out += (out.empty() ? "" : " ") + node.attr("id").value_or("?");
  return out;
}

struct Case {
  std::string_view selector;
  std::string_view ids;
};

class CssSelects : public testing::TestWithParam<Case> {};

TEST_P(CssSelects, TheElements) {
  const auto document = Document::parse(kPage);
  ASSERT_TRUE(document.has_value()) << document.error().message;
  const auto found = document->try_css(GetParam().selector);
  ASSERT_TRUE(found.has_value()) << found.error().message;
  EXPECT_EQ(ids(*found), GetParam().ids) << GetParam().selector;
}

INSTANTIATE_TEST_SUITE_P(
    Table, CssSelects,
    testing::Values(
        // Types, ids, classes
        Case{"h1", "h1"}, Case{"H1", "h1"}, Case{"nothing", ""}, Case{"#two", "two"},
        Case{"li#two.item", "two"}, Case{".item", "one two four p3"}, Case{".item.odd-one", "two"},
        Case{".ITEM", ""}, Case{"p.item", "p3"}, Case{"#list *", "one two three four five"},
        Case{"b, h1,p", "h1 p1 b1 p2 p3 we:ird"}, Case{"#we\\:ird", "we:ird"}, Case{".\\31st", "we:ird"},
        Case{".\\31 st", "we:ird"}, Case{" h1 /* a comment */ ", "h1"},
        Case{"li/**/.item/* and */.odd-one", "two"}, Case{"/**/li/**/:first-child/**/", "one"},
        Case{"#deep/**/ /**/p", "p3"}, Case{"#main/**/>/**/h1", "h1"}, Case{"*|h1", "h1"},
        Case{"#nav *|*", "home doc anchor"}, Case{"*|*.odd-one", "two"},
        // Attributes
        Case{"[href]", "home doc"}, Case{"a[href='/']", "home"}, Case{"[ REL ~= \"external\" ]", "doc"},
        Case{"[rel~=ext]", ""}, Case{"[lang|=en]", "html"}, Case{"[lang|=fr]", "main"}, Case{"[lang|=e]", ""},
        Case{"[href^='/d']", "doc"}, Case{"[href$=PDF]", "doc"}, Case{"[href$='.pdf']", ""},
        Case{"[href$='.pdf' i]", "doc"}, Case{"[href*='.p'I]", "doc"}, Case{"[href*='.P' s]", "doc"},
        Case{"[href^='']", ""}, Case{"[href*='']", ""}, Case{"[data-x='a b']", "p2"},
        Case{"[data-x~='a b']", ""}, Case{"[type=radio]", "i2"}, Case{"[type=radio s]", ""},
        Case{"[TYPE=CHECKBOX]", "i1"}, Case{"[rel~=NOFOLLOW]", "doc"}, Case{"[data-x='A B']", ""},
        Case{"[data-x='A B' i]", "p2"}, Case{"[*|rel]", "doc"}, Case{"[|rel~=nofollow]", "doc"},
        Case{"[checked='']", "i1"},
        // Combinators
        Case{"#main > p", "p1 p2"}, Case{"#deep p", "p3"}, Case{"#deep > p", ""},
        Case{"div div div > p", "p3"}, Case{"h1 + p", "p1"}, Case{"h1 ~ p", "p1 p2"}, Case{"h1~p+img", "img"},
        Case{"#two + li ~ li", "four five"}, Case{"li ~ .item", "two four"}, Case{"body>div>p", "p1 p2"},
        Case{"html body #deep div p", "p3"},
        // Places among siblings
        Case{"li:first-child", "one"}, Case{"li:last-child", "five"}, Case{"#main :first-child", "h1 b1"},
        Case{"p:first-child", "p3"}, Case{"#main > :only-child", ""},
        Case{"#deeper > :only-child", "deepest"}, Case{"p:first-of-type", "p1 p3 we:ird"},
        Case{"#main > :last-of-type", "h1 p2 img blank"}, Case{"#main > *:only-of-type", "h1 img"},
        Case{"li:nth-child(2)", "two"}, Case{"li:nth-child(odd)", "one three five"},
        Case{"li:nth-child( even )", "two four"}, Case{"li:nth-child(2n+1)", "one three five"},
        Case{"li:nth-child(3n - 1)", "two five"}, Case{"li:nth-child(-n+2)", "one two"},
        Case{"li:nth-child(n+4)", "four five"}, Case{"li:nth-child(n)", "one two three four five"},
        Case{"li:nth-child(-n)", ""}, Case{"li:nth-child(0)", ""},
        Case{"li:nth-child(-2n+5)", "one three five"}, Case{"li:nth-last-child(1)", "five"},
        Case{"li:nth-last-child(2n)", "two four"}, Case{"#main > :nth-of-type(2)", "p2 blank"},
        Case{"#main > :nth-last-of-type(2)", "p1 void"}, Case{".item:nth-child(4)", "four"},
        Case{"li:nth-child(+3)", "three"}, Case{"li:NTH-CHILD(ODD)", "one three five"},
        // Others
        Case{":root", "html"}, Case{":root > body", "body"}, Case{"#main :empty", "img void"},
        Case{":link", "home doc"}, Case{":checked", "i1 o1"}, Case{":disabled", "fs sel"},
        Case{":enabled", "i1 i2 o1 o2"}, Case{"p:lang(fr)", "p1 p2"}, Case{"h1:lang(de, FR)", "h1"},
        Case{"li:first-child:lang(fr , \"en\")", "one"}, Case{"h1:lang(de, it)", ""},
        Case{"h1:lang(fr), li:first-child:lang(en)", "one h1"}, Case{"li:lang(e)", ""},
        Case{":scope > body", "body"},
        // Logical
        Case{"li:not(.item)", "three five"}, Case{"li:not(.item, #three)", "five"},
        Case{"p:not(div p)", "we:ird"}, Case{"li:not(:first-child):not(:last-child)", "two three four"},
        Case{":is(h1, b)", "h1 b1"}, Case{":where(ul, #main) > :is(.item, p)", "one two four p1 p2"},
        Case{"div:has(p)", "main deep deeper deepest"}, Case{"div:has(> p)", "main deepest"},
        Case{"p:has(+ img)", "p2"}, Case{"h1:has(~ img)", "h1"},
        Case{"div:has(h1, .item)", "main deep deeper deepest"}, Case{"div:not(:has(p, a))", ""},
        Case{"body:has(#nav ~ #deep p)", "body"}, Case{"h1:has(+ img)", ""}, Case{"div:has(> b)", ""},
        Case{"li:has(+ #three)", "two"}, Case{":is(div:has(h1))", "main"},
        // What is no selector counts for nothing in :is() and :where(), as an empty list does
        Case{":is()", ""}, Case{":where(,)", ""}, Case{"li:not(:is())", "one two three four five"},
        Case{":is(h1,,b)", "h1 b1"}, Case{":is(:hover, h1, ::before)", "h1"}, Case{":is(> p, b)", "b1"},
        Case{":is([a,b], :foo(x, y), 'b,', {b,}, \\,, /*b,*/ h1)", "h1"}, Case{":is(\"b\n, h1)", "h1"},
        Case{":is(b], h1)", "h1"}, Case{":is([)", ""}, Case{":is(!) h1, b", "b1"},
        Case{":has(:is(:has(b), h1))", "html body main"},
        // The end of the selector closes what is open
        Case{"[href='/", "home"}, Case{"[href=\"/\\", "home"}, Case{"[rel~=external", "doc"},
        Case{"[href", "home doc"}, Case{"[type=radio i", "i2"}, Case{"h1:not(.x", "h1"},
        Case{"li:nth-child(2", "two"}, Case{":is(h1, :not(:is(*", "h1"}, Case{":is(", ""},
        Case{"h1:lang(fr", "h1"}, Case{"#h1/*", "h1"}, Case{"#h1\\", ""}));

TEST(CssSelector, YieldsTextAndAttributes) {
  const auto document = Document::parse(kPage);
  ASSERT_TRUE(document.has_value());
  using Strings = std::vector<std::string>;
  EXPECT_EQ(document->css("h1::text").all(), Strings{"Titre"});
  EXPECT_EQ(document->css("#p1::text").all(), (Strings{"un ", " trois"}));
  EXPECT_EQ(document->css("#p1 ::text").all(), (Strings{"un ", "deux", " trois"}));
  EXPECT_EQ(document->css("#p1 *::text").all(), Strings{"deux"});
  EXPECT_EQ(document->css("#p1 > ::text").all(), Strings{"deux"});
  EXPECT_EQ(document->css("#nav a::attr(href)").all(), (Strings{"/", "/doc.PDF"}));
  EXPECT_EQ(document->css("#nav ::attr( HREF )").all(), (Strings{"/", "/doc.PDF"}));
  EXPECT_EQ(document->css("b::text, b::attr(id), h1::text").all(), (Strings{"Titre", "b1", "deux"}));
  EXPECT_EQ(document->css("b::attr(id), b, b::attr(id)").size(), 2U);
  EXPECT_EQ(document->css("img::attr(alt)").get(), std::nullopt);
  EXPECT_EQ(document->css("b::attr(id").all(), Strings{"b1"});
}

TEST(CssSelector, KnowsWhatIsDisabled) {
  const auto document = Document::parse(R"(<fieldset id=f disabled>
    <legend id=l1><input id=in-legend></legend>
    <legend id=l2><input id=in-second></legend>
    <button id=b></button><fieldset id=f3><legend><textarea id=t></textarea></legend></fieldset></fieldset>
    <select id=s><optgroup id=g disabled><option id=o1></optgroup><optgroup id=g2><option id=o2></optgroup>
    <option id=o3 disabled></select>)");
  ASSERT_TRUE(document.has_value());
  EXPECT_EQ(ids(document->css(":disabled")), "f in-second b f3 t g o1 o3");
  EXPECT_EQ(ids(document->css(":enabled")), "in-legend s g2 o2");
}

TEST(CssSelector, KnowsWhichOptionsAreChecked) {
  const auto checked = [](std::string_view options) {
    const auto document = Document::parse(options);
    return document ? ids(document->css(":checked")) : document.error().message;
  };
  EXPECT_EQ(checked("<select><option id=a>1<option id=b>2</select>"), "a") << "the first by default";
  EXPECT_EQ(checked("<select><option id=a disabled>1<option id=b>2</select>"), "b");
  EXPECT_EQ(checked("<select><option id=a disabled>1</select>"), "");
  EXPECT_EQ(checked("<select><optgroup disabled><option id=a>1</optgroup><option id=b>2</select>"), "b");
  EXPECT_EQ(checked("<select><option id=a selected>1<option id=b selected disabled>2<option>3</select>"),
            "b");
  EXPECT_EQ(checked("<select size=1><option id=a>1</select><select size=' +2x'><option id=b>2</select>"),
            "a");
  EXPECT_EQ(checked("<select size=-3><option id=a>1</select><select size=99999999999><option id=b></select>"),
            "a");
  EXPECT_EQ(checked("<select size=5><option id=a selected>1<option id=b selected>2</select>"), "b");
  EXPECT_EQ(checked("<select multiple><option id=a selected>1<option id=b selected>2<option></select>"),
            "a b");
  EXPECT_EQ(checked("<select multiple><option>1</select><option id=a selected><option>"), "a");
}

TEST(CssSelector, KnowsWhichRadioButtonsAreChecked) {
  const auto checked = [](std::string_view buttons) {
    const auto document = Document::parse(buttons);
    return document ? ids(document->css(":checked")) : document.error().message;
  };
  constexpr std::string_view kTwo =
      "<input type=radio name=a id=a checked><input type=radio name=a id=b checked>";
  EXPECT_EQ(checked(kTwo), "b") << "the last of the group";
  EXPECT_EQ(checked("<input type=radio name=a id=a checked><input type=radio name=a id=b>"), "a");
  EXPECT_EQ(checked("<input type=radio name=a id=a checked><input type=radio name=A id=b checked>"), "a b");
  EXPECT_EQ(checked("<input type=radio id=a checked><input type=radio name='' id=b checked>"), "a b");
  EXPECT_EQ(checked("<input type=radio name=a id=a checked><input type=checkbox name=a id=b checked>"),
            "a b");
  EXPECT_EQ(checked("<form><p><input type=radio name=a id=a checked></p></form><form>" + std::string(kTwo)),
            "a b");
  EXPECT_EQ(checked("<form id=f><input type=radio name=a id=a checked></form>"
                    "<input type=radio name=a id=b checked><input type=radio name=a id=c form=f checked>"),
            "b c");
  EXPECT_EQ(checked("<p id=f></p><form id=f><input type=radio name=a id=a checked></form>"
                    "<input type=radio name=a id=b form=f checked>"),
            "a b")
      << "the first element of that id is no form";
  EXPECT_EQ(checked("<form id=f><input type=radio name=a id=a checked form=g></form>"
                    "<input type=radio name=a id=b checked>"),
            "b");
}

TEST(CssSelector, KnowsTheLanguageOfAPage) {
  const auto document = Document::parse(R"(<meta http-equiv=content-language content="en, de">
    <meta http-equiv=Content-Language content=" fr-Latn-CH x"><meta http-equiv=content-language content=" ">
    <body id=body><p id=p><p id=none lang=""><i id=i></i><p id=x lang=de-x-CH><p id=und lang=UND>)");
  ASSERT_TRUE(document.has_value());
  EXPECT_EQ(ids(document->css("body:lang(fr), p:lang(fr)")), "body p");
  EXPECT_EQ(ids(document->css("p:lang(fr-CH)")), "p") << "a subtag may be left out";
  EXPECT_EQ(ids(document->css("p:lang('*-ch')")), "p") << "not behind a subtag of one letter";
  EXPECT_EQ(ids(document->css("p:lang(de-CH), p:lang(f), p:lang(fr-Latn-CH-x)")), "");
  EXPECT_EQ(ids(document->css("p:lang(\\*)")), "p x und");
  EXPECT_EQ(ids(document->css("p:lang(''), i:lang('')")), "none i");
  EXPECT_EQ(ids(Document::parse("<p id=p>")->css("p:lang('')")), "p") << "a language nobody tells";
}

TEST(CssSelector, InXhtmlXmlLangTellsTheLanguageWhereLangDoesNot) {
  constexpr std::string_view kXhtml =
      "<html xml:lang='fr'><p id='p'/><p id='both' lang='en' xml:lang='de'/>"
      "<p id='de' xml:lang='de'/></html>";
  const auto xhtml = Document::parse(kXhtml, "application/xhtml+xml");
  ASSERT_TRUE(xhtml.has_value());
  EXPECT_EQ(ids(xhtml->css("p:lang(fr)")), "p");
  EXPECT_EQ(ids(xhtml->css("p:lang(en)")), "both");
  EXPECT_EQ(ids(xhtml->css("p:lang(de)")), "de");
  const auto html = Document::parse(kXhtml);
  ASSERT_TRUE(html.has_value());
  EXPECT_EQ(ids(html->css("p:lang(fr), p:lang(de)")), "") << "HTML knows no xml:lang";
}

struct Wrong {
  std::string_view selector;
  std::string_view message;
};

class CssRefuses : public testing::TestWithParam<Wrong> {};

TEST_P(CssRefuses, WithTheColumn) {
  const auto selector = CssSelector::parse(GetParam().selector);
  ASSERT_FALSE(selector.has_value());
  EXPECT_EQ(selector.error().error_class, ErrorClass::invalid_input);
  EXPECT_EQ(selector.error().message, GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Table, CssRefuses,
    testing::Values(
        Wrong{"a[href=x > b", "css: expected ']' at column 10 of `a[href=x > b`"},
        Wrong{"a[href=", "css: expected a name or a quoted string at column 8 of `a[href=`"},
        Wrong{"a[", "css: expected an attribute name at column 3 of `a[`"},
        Wrong{"", "css: expected a selector at column 1 of ``"},
        Wrong{"div >", "css: expected a selector at column 6 of `div >`"},
        Wrong{"div,,p", "css: expected a selector at column 5 of `div,,p`"},
        Wrong{"[data-id=12]", "css: expected a name or a quoted string at column 10 of `[data-id=12]`"},
        Wrong{"[a=\"x]", "css: string without its closing quote at column 4 of `[a=\"x]`"},
        Wrong{"[a!=b]", "css: expected ']' or one of = ~= |= ^= $= *= at column 3 of `[a!=b]`"},
        Wrong{".1st", "css: expected a class name at column 2 of `.1st`"},
        Wrong{"p:hover", "css: unknown pseudo-class ':hover' at column 2 of `p:hover`"},
        Wrong{"p:a\\A b", "css: unknown pseudo-class ':a b' at column 2 of `p:a\\A b`"},
        Wrong{"p:foo(x)", "css: unknown pseudo-class ':foo()' at column 2 of `p:foo(x)`"},
        Wrong{"li:nth-child(x)",
              "css: expected odd, even or a place such as 3 or 2n+1 at column 14 of `li:nth-child(x)`"},
        Wrong{"li:nth-child(2n+)", "css: expected a number at column 17 of `li:nth-child(2n+)`"},
        Wrong{"li:nth-child(2 b", "css: expected ')' at column 16 of `li:nth-child(2 b`"},
        Wrong{"p:not(", "css: expected a selector at column 7 of `p:not(`"},
        Wrong{"p:not()", "css: expected a selector at column 7 of `p:not()`"},
        Wrong{"p:not(.x,)", "css: expected a selector at column 10 of `p:not(.x,)`"},
        Wrong{"p:is(.x))", "css: expected a combinator, ',' or the end at column 9 of `p:is(.x))`"},
        Wrong{"p:is(b, i::text)",
              "css: ::text and ::attr() stand at the end of the whole selector at column 8 of `p:is(b, "
              "i::text)`"},
        Wrong{"p:has(a:has(b))",
              "css: ':has()' cannot stand within another at column 8 of `p:has(a:has(b))`"},
        Wrong{"p:has(a:not(:has(b)))",
              "css: ':has()' cannot stand within another at column 13 of `p:has(a:not(:has(b)))`"},
        Wrong{"p:not(b::text)", "css: expected ')' at column 8 of `p:not(b::text)`"},
        Wrong{"p::before", "css: '::before' is neither ::text nor ::attr(name) at column 2 of `p::before`"},
        Wrong{"p::text b", "css: expected ',' or the end behind a pseudo-element at column 9 of `p::text b`"},
        Wrong{"p:nth-child", "css: expected '(' behind ':nth-child' at column 12 of `p:nth-child`"},
        Wrong{"p:not .x", "css: expected '(' behind ':not' at column 6 of `p:not .x`"},
        Wrong{"p#1", "css: expected an id that begins with a letter, or [id='...'] at column 3 of `p#1`"},
        Wrong{"p#", "css: expected an id at column 3 of `p#`"},
        Wrong{":lang(a,)", "css: expected a language at column 9 of `:lang(a,)`"},
        Wrong{"*|.x", "css: expected a name or '*' behind '*|' at column 3 of `*|.x`"},
        Wrong{"svg|rect", "css: an HTML page has no namespaces: '|' at column 4 of `svg|rect`"},
        Wrong{"ul/**/li", "css: expected a combinator, ',' or the end at column 7 of `ul/**/li`"},
        Wrong{"a)", "css: expected a combinator, ',' or the end at column 2 of `a)`"},
        Wrong{"a\nb $", "css: expected a selector at column 5 of `a b $`"},
        Wrong{"+ p", "css: expected a selector at column 1 of `+ p`"}));

TEST(CssSelector, BoundsLengthAndNesting) {
  std::string nested;
  for (int i = 0; i < 17; ++i) nested += ":not(";
  EXPECT_FALSE(CssSelector::parse(nested + "a" + std::string(17, ')')).has_value());
  EXPECT_FALSE(CssSelector::parse(std::string(20'000, 'a')).has_value());
  EXPECT_TRUE(CssSelector::parse(std::string(10'000, 'a')).has_value());
}

}  // namespace
}  // namespace gossamer
