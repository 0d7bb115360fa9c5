#include "plugins/document.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/plugins/test_document.h"

namespace gossamer {
namespace {

using testing::ElementsAre;
using Strings = std::vector<std::string>;

TEST(Document, ReadsLikeASpider) {
  const Document page = document(R"(<h1>Shop</h1>
    <div class=product><h2>Tea</h2><span class=price>3</span><a href="/tea?a=1&amp;b=2">more</a></div>
    <div class=product><h2>Mate</h2><a href=/mate>more</a></div>)");
  EXPECT_EQ(page.css("h1::text").get_or(""), "Shop");
  Strings found;
  for (const Node& product : page.css(".product")) {
    found.push_back(product.css("h2::text").get_or("") + " " + product.css(".price::text").get_or("-") + " " +
                    product.css("a").attr("href").value_or(""));
  }
  EXPECT_THAT(found, ElementsAre("Tea 3 /tea?a=1&b=2", "Mate - /mate"));
  EXPECT_EQ(page.css(".nothing").get(), std::nullopt);
  EXPECT_EQ(page.css(".nothing").text(), "");
  EXPECT_TRUE(page.css(".nothing").empty());
  EXPECT_THROW(page.css(".nothing")[0], std::out_of_range);
}

TEST(Document, QueriesBelowANode) {
  const Document page = document("<ul><li>a<ul><li>b</ul><li>c</ul><p>d");
  const Selection lists = page.css("ul");
  ASSERT_EQ(lists.size(), 2U);
  EXPECT_EQ(lists[0].css("> li").size(), 2U);
  EXPECT_EQ(lists[0].css("li").size(), 3U);
  EXPECT_EQ(lists[1].css("::text").all(), Strings{"b"});
  EXPECT_EQ(lists[1].css("body ul ul > li::text").all(), Strings{"b"}) << "what is above counts in matching";
  EXPECT_TRUE(lists[1].css("ul").empty()) << "the node itself is not below it";
  EXPECT_EQ(lists[1].xpath("./li/text()").all(), Strings{"b"});
  EXPECT_EQ(lists[1].xpath("ancestor::li").size(), 1U);
  EXPECT_EQ(lists.css("li").size(), 3U) << "each node once";
  EXPECT_EQ(lists.xpath("li[1]/text()").all(), (Strings{"a", "b"}));
  EXPECT_EQ(page.css("li").css("::text").all(), (Strings{"a", "b", "c"}));
  EXPECT_EQ(page.css("li::text")[0].parent()->name(), "li");
  EXPECT_EQ(page.css("html")[0].parent().has_value(), false);
}

TEST(Document, TextIsWhatAReaderSees) {
  const auto text = [](std::string_view html) { return document(html).css("body").text(); };
  EXPECT_EQ(text("<p> one\n two </p><p>three</p>"), "one two\nthree");
  EXPECT_EQ(text("<div>a<div>b</div>c</div>"), "a\nb\nc");
  EXPECT_EQ(text("a<br>b<br><br>c"), "a\nb\nc");
  EXPECT_EQ(text("a <b>b</b><i>c</i> <span> d</span>"), "a bc d");
  EXPECT_EQ(text("<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>"), "1 2\n3");
  EXPECT_EQ(text("a<script>no()</script><style>no{}</style><!-- no -->b"), "ab");
  EXPECT_EQ(text("<ul><li>x</li><li>y</li></ul>"), "x\ny");
  EXPECT_EQ(text("a&nbsp;b &amp; &eacute; &#x1F600;"), "a\u00A0b & \u00E9 \U0001F600");
  EXPECT_EQ(text("a <pre>\n\n  if x:\n\n    <b>y</b>  = 1 \n </pre> b"), "a\n  if x:\n\n    y  = 1\nb");
  EXPECT_EQ(document("<pre><code>  a\n  b</code></pre>").css("code").text(), "  a\n  b");
  EXPECT_EQ(text("<pre>a\n<br>b</pre><pre> \n </pre><p> c"), "a\nb\nc");
  EXPECT_EQ(document("<a title='  x \n y '>z</a>").css("a::attr(title)").text(), "x y");
}

TEST(Document, GetOfAnElementIsItsHtml) {
  const Document page = document(
      "<div id=a title='\"&amp;<'>1 &lt; 2&nbsp;<br><img src='a b.png' hidden><!--c--><script>if (a<b && c) "
      "{}</script></div>");
  EXPECT_EQ(
      page.css("#a").get(),
      "<div id=\"a\" title=\"&quot;&amp;&lt;\">1 &lt; 2&nbsp;<br><img src=\"a b.png\" hidden=\"\"><!--c-->"
      "<script>if (a<b && c) {}</script></div>");
  EXPECT_EQ(page.xpath("//comment()").get(), "c");
  EXPECT_EQ(page.xpath("//comment()")[0].kind(), Node::Kind::comment);
}

TEST(Document, KnowsItsNodes) {
  const Document page = document("<A HREF=x CHECKED>t</A>");
  const Node link = page.css("a")[0];
  EXPECT_EQ(link.kind(), Node::Kind::element);
  EXPECT_EQ(link.name(), "a");
  EXPECT_EQ(link.attr("href"), "x");
  EXPECT_EQ(link.attr("checked"), "");
  EXPECT_EQ(link.attr("none"), std::nullopt);
  const Node href = page.css("a::attr(href)")[0];
  EXPECT_EQ(href.kind(), Node::Kind::attribute);
  EXPECT_EQ(href.name(), "href");
  EXPECT_EQ(href.parent()->name(), "a");
  EXPECT_EQ(href.attr("href"), std::nullopt);
  EXPECT_TRUE(href.css("a").empty());
  EXPECT_EQ(page.css("a::text")[0].kind(), Node::Kind::text);
}

TEST(Document, AnswersXPath) {
  const Document page = document("<h1>T</h1><a href=1>x</a><a href=2>y</a>");
  EXPECT_EQ(page.xpath("//a/@href").all(), (Strings{"1", "2"}));
  EXPECT_EQ(page.xpath("//a[@href='2']/text()").get(), "y");
  EXPECT_EQ(page.xpath("count(//a)").get(), "2");
  EXPECT_EQ(page.xpath("string(//h1)").text(), "T");
  EXPECT_EQ(page.xpath("boolean(//b)").get(), "false");
  EXPECT_EQ(page.xpath("last()").get(), "1");
  EXPECT_EQ(page.xpath("position() + count(//a[position() = last()])").get(), "2");
  EXPECT_EQ(page.xpath("//a | //h1").all(),
            (Strings{"<h1>T</h1>", "<a href=\"1\">x</a>", "<a href=\"2\">y</a>"}));
  EXPECT_TRUE(page.xpath("//namespace::*").empty());
  const Node value = page.xpath("1 + 1")[0];
  EXPECT_EQ(value.kind(), Node::Kind::value);
  EXPECT_EQ(value.name(), "");
  EXPECT_EQ(value.attr("x"), std::nullopt);
  EXPECT_FALSE(value.parent().has_value());
  EXPECT_TRUE(value.css("a").empty());
}

TEST(Document, AnswersXPathsStringFunctions) {
  const Document page = document("<p id=a>caf\u00E9 1999</p><p id=b>x</p>");
  const auto answer = [&](std::string_view expression) { return page.xpath(expression).get(); };
  EXPECT_EQ(answer("translate('bar', 'abc', 'AB')"), "BAr");
  EXPECT_EQ(answer("translate('--aaa--', 'abc-', 'ABC')"), "AAA");
  EXPECT_EQ(answer("translate('aba', 'aa', 'xy')"), "xbx");
  EXPECT_EQ(answer("translate(//p, '\u00E9', 'e')"), "cafe 1999");
  EXPECT_EQ(answer("translate('e', 'e', '\u00E9')"), "\u00E9");
  EXPECT_EQ(answer("contains(//p, '\u00E9 19')"), "true");
  EXPECT_EQ(answer("contains('', '')"), "true");
  EXPECT_EQ(answer("contains(12, 3)"), "false");
  EXPECT_EQ(answer("substring-before('1999/04/01', '/')"), "1999");
  EXPECT_EQ(answer("substring-after('1999/04/01', '/')"), "04/01");
  EXPECT_EQ(answer("substring-before('abc', 'x')"), "");
  EXPECT_EQ(answer("substring-after('abc', 'x')"), "");
  EXPECT_EQ(answer("substring-after('abc', '')"), "abc");
  EXPECT_EQ(answer("substring('12345', 2, 3)"), "234");
  EXPECT_EQ(answer("string-length(//p)"), "9");
  EXPECT_EQ(answer("normalize-space(' a  b ')"), "a b");
  EXPECT_EQ(answer("starts-with(//p, 'caf')"), "true");
  EXPECT_EQ(answer("concat('a', 1, true())"), "a1true");
  EXPECT_EQ(answer("number(true())"), "1");
  EXPECT_EQ(answer("string(//q)"), "");
  EXPECT_EQ(answer("id('b')"), "<p id=\"b\">x</p>");
  EXPECT_EQ(page.xpath("//p[string-length() = 1]/@id").get(), "b");
  EXPECT_EQ(page.xpath("//p[normalize-space() = 'x']/@id").get(), "b");
  EXPECT_EQ(page.try_xpath("contains('a')").error().message,
            "xpath: wrong number of arguments in `contains('a')`");
}

TEST(Document, XPathWritesNumbersInDecimal) {
  const Document page = document("<p>1</p>");
  const auto answer = [&](std::string_view expression) { return page.xpath(expression).get(); };
  EXPECT_EQ(answer("10000000000000000000000"), "10000000000000000000000");
  EXPECT_EQ(answer("0.0000001"), "0.0000001");
  EXPECT_EQ(answer("-1 div 3"), "-0.3333333333333333");
  EXPECT_EQ(answer("0.1 + 0.2"), "0.30000000000000004");
  EXPECT_EQ(answer("-0"), "0");
  EXPECT_EQ(answer("-1 div 0"), "-Infinity");
  EXPECT_EQ(answer("number('x')"), "NaN");
  EXPECT_EQ(answer("2.50"), "2.5");
  EXPECT_EQ(answer("string(1000000000000000)"), "1000000000000000");
  EXPECT_EQ(answer("concat('n', 10000000000)"), "n10000000000");
  EXPECT_EQ(answer("string-length(1000000000000000)"), "16");
}

TEST(Document, TellsWhatIsWrongWithAQuery) {
  const Document page = document("<a>");
  const auto message = [&](std::string_view expression) {
    return page.try_xpath(expression).error().message;
  };
  EXPECT_EQ(message("//a["), "xpath: wrong expression at column 5 of `//a[`");
  EXPECT_EQ(message("//a]"), "xpath: wrong expression at column 4 of `//a]`");
  EXPECT_EQ(message("foo()"), "xpath: unknown function at column 1 of `foo()`");
  EXPECT_EQ(message("$x"), "xpath: unknown variable at column 1 of `$x`");
  EXPECT_EQ(message("//x:a"), "xpath: unknown namespace prefix at column 3 of `//x:a`");
  EXPECT_EQ(message("//a[node() or ('foo(' and bar (1))]"),
            "xpath: unknown function at column 27 of `//a[node() or ('foo(' and bar (1))]`");
  EXPECT_EQ(message("self::node()/x:b"),
            "xpath: unknown namespace prefix at column 14 of `self::node()/x:b`");
  EXPECT_EQ(message("//a[x:foo()]"), "xpath: unknown namespace prefix at column 5 of `//a[x:foo()]`");
  EXPECT_EQ(message("1e3"), "xpath: number with an exponent at column 1 of `1e3`");
  EXPECT_EQ(message("//a[. = 1.5E1]"), "xpath: number with an exponent at column 9 of `//a[. = 1.5E1]`");
  EXPECT_EQ(page.xpath("//e3 or '1e3' = 1").get(), "false");
  EXPECT_EQ(message("and(1)"), "xpath: unknown function at column 1 of `and(1)`");
  EXPECT_EQ(message("count(1)"), "xpath: argument of the wrong type in `count(1)`");
  EXPECT_EQ(message(""), "xpath: the expression is empty");
  EXPECT_EQ(message("//a['\xE9']"), "xpath: the expression is not UTF-8");
  EXPECT_EQ(page.try_xpath("//a[").error().error_class, ErrorClass::invalid_input);
  EXPECT_THROW(page.xpath("//a["), SelectorError);
  EXPECT_THROW(page.css("a["), SelectorError);
  EXPECT_THROW(page.css("a")[0].css("a["), SelectorError);
  EXPECT_THROW(page.css("a").css("a["), SelectorError);
  EXPECT_FALSE(page.try_xpath(repeat("(", 100) + "1" + repeat(")", 100)).has_value());
  EXPECT_FALSE(page.try_xpath("'" + std::string(5000, 'a') + "'").has_value());
  EXPECT_EQ(page.xpath("'" + repeat("(", 100) + "'").text(), repeat("(", 100));
}

TEST(Document, AnUnknownNameIsFoundThoughNoNodeLeadsToIt) {
  const Document page = document("<a>");
  for (const auto& [expression, error] : {std::pair{"//b[foo()]", "unknown function at column 5"},
                                          {"//b[$v]", "unknown variable at column 5"},
                                          {"//b[x:y]", "unknown namespace prefix at column 5"},
                                          {"//b[xml:count(.)]", "unknown function at column 5"},
                                          {"//b[lower-case (.) = 'x']", "unknown function at column 5"},
                                          {"//b[1 -foo(c)]", "unknown function at column 8"},
                                          {"//b/c:*", "unknown namespace prefix at column 5"},
                                          {"//b[c andfoo()]", "unknown function at column 10"},
                                          {"//b[* and and(1)]", "unknown function at column 11"}}) {
    const auto found = page.try_xpath(expression);
    ASSERT_FALSE(found.has_value()) << expression;
    EXPECT_EQ(found.error().message, fmt::format("xpath: {} of `{}`", error, expression));
  }
  for (const char* expression :
       {"//b[* and (c or (d))]", "1 -count(//b)", "//b[@xml:lang and (c)]", "//b[xml:* and (c)]",
        "//b['$x' and \"f(y:z\"]", "//b[c div(2)]", "//b[2*count(c)]", "//b[. = 1.5 and(c)]", "//div/mod/and",
        "//b[text()|comment()|node()]", "//b[processing-instruction('x')]", "//and[or and div]",
        "//b[last () - position()]", "/descendant::b[child::c]", "//b[c]*count(d)", "* * * * *"}) {
    EXPECT_TRUE(page.try_xpath(expression).has_value()) << expression;
  }
}

TEST(Document, DecodesAsABrowserWould) {
  const auto title = [](std::string_view body, std::string_view type) {
    return Document::parse(body, type)->css("title::text").get_or("");
  };
  EXPECT_EQ(title("<title>caf\xE9</title>", "text/html; charset=iso-8859-1"), "caf\u00E9");
  EXPECT_EQ(title("<meta charset=windows-1251><title>\xC4\xE0</title>", ""), "\u0414\u0430");
  EXPECT_EQ(title("\xEF\xBB\xBF<title>\xC3\xA9</title>", "text/html; charset=latin1"), "\u00E9");
  EXPECT_EQ(title("<meta charset=latin1><title>\xC3\xA9</title>", "text/html; charset=utf-8"), "\u00E9");
  EXPECT_EQ(title("<title>a\xFF\xC3z</title>", "text/html; charset=utf-8"), "a\uFFFD\uFFFDz");
}

TEST(Document, TakesAnythingForHtml) {
  EXPECT_EQ(document("").css("*").size(), 3U) << "html, head and body, which no page is without";
  EXPECT_TRUE(document("   ").css("::text").all().size() <= 1);
  EXPECT_EQ(document("<p>a\0b<p>c").css("p").size(), 1U);  // the literal ends at the NUL
  using namespace std::string_view_literals;
  EXPECT_EQ(document("<p>a\0b<p \0x=1>c"sv).css("p::text").all(), (Strings{"ab", "c"}));
  EXPECT_EQ(document("<![CDATA[x]]><!x><?y?></z><a <b>&#xD800;&bogus;&#x110000;<").css("a").size(), 1U);
  EXPECT_EQ(document("<!DOCTYPE html [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><p>&x;").css("body").text(),
            "]>\n&x;");
}

TEST(Document, SurvivesBeingMoved) {
  Document first = document("<p>x</p>");
  const Node node = first.css("p")[0];
  Document second = std::move(first);
  EXPECT_EQ(node.text(), "x");
  EXPECT_EQ(second.css("p").text(), "x");
  EXPECT_TRUE(first.css("p").empty());  // NOLINT(bugprone-use-after-move): defined, empty
  second = document("<b>y</b>");
  EXPECT_EQ(second.css("b").text(), "y");
}

TEST(Document, SeveralThreadsEachWithItsOwn) {
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([] {
      for (int round = 0; round < 200; ++round) {
        const Document page = document("<ul><li>a<li>b</ul>");
        EXPECT_EQ(page.css("li").size(), 2U);
        EXPECT_EQ(page.xpath("count(//li)").get(), "2");
      }
    });
  }
}

// What a page made to hurt gets.

}  // namespace
}  // namespace gossamer
