#include "plugins/xml/xml_reader.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <sys/stat.h>
#include <vector>

#include "net/base/fd.h"
#include "tests/support/temporary_directory.h"

namespace gossamer {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string shown(const XmlName& name) {
  std::string text = name.prefix.empty() ? "" : fmt::format("{}:", name.prefix);
  text += name.local;
  return name.uri.empty() ? text : fmt::format("{}{{{}}}", text, name.uri);
}

// What was found: "<a x=1>", "text", "</a>"; pieces of text joined.
class Record : public XmlSink {
 public:
  void start_element(const XmlName& name, std::span<const XmlAttribute> attributes) override {
    std::string tag = "<" + shown(name);
    for (const XmlAttribute& attribute : attributes)
      tag += fmt::format(" {}={}", shown(attribute.name), attribute.value);
    add(tag + ">");
  }
  void text(std::string_view piece) override {
    if (!in_text_) events.emplace_back();
    in_text_ = true;
    events.back() += piece;
  }
  void end_element(const XmlName& name) override { add("</" + shown(name) + ">"); }

  std::vector<std::string> events;

 private:
  void add(std::string event) {
    events.push_back(std::move(event));
    in_text_ = false;
  }
  bool in_text_ = false;
};

struct Reading {
  std::vector<std::string> events;
  std::string error;  // "": none
  bool operator==(const Reading&) const = default;
};

// Reads a document in pieces of `piece` bytes.
Reading read(std::string_view document, std::size_t piece = std::string::npos) {
  Record record;
  XmlReader reader(record);
  Result<> result;
  for (; result && !document.empty(); document.remove_prefix(std::min(piece, document.size())))
    result = reader.write(document.substr(0, piece));
  result = reader.finish();
  return {std::move(record.events), result ? "" : result.error().message};
}

TEST(XmlReader, TellsElementsAttributesAndText) {
  const Reading reading = read("<?xml version='1.0'?><!-- c --><a x='1' y=\"2\">t<b/><![CDATA[<&>]]> u</a>");
  EXPECT_EQ(reading.error, "");
  EXPECT_THAT(reading.events, ElementsAre("<a x=1 y=2>", "t", "<b>", "</b>", "<&> u", "</a>"));
}

TEST(XmlReader, GivesNamespacesAndPrefixes) {
  EXPECT_THAT(
      read("<a xmlns='u:1' xmlns:p='u:2' p:x='1'><p:b/><q:c/></a>").events,
      ElementsAre("<a{u:1} p:x{u:2}=1>", "<p:b{u:2}>", "</p:b{u:2}>", "<q:c>", "</q:c>", "</a{u:1}>"));
}

TEST(XmlReader, DecodesReferences) {
  EXPECT_THAT(read("<a x='&lt;&amp;amp;&#38;&#x41;'>&lt;&amp;&gt;&quot;&apos;&#65;&#x20ac;</a>").events,
              ElementsAre("<a x=<&amp;&A>", "<&>\"'A\u20ac", "</a>"));
}

TEST(XmlReader, KnowsTheNamedReferencesOfHtmlAndKeepsOthersAsTheyAre) {
  const Reading reading = read("<a x='1&nbsp;&other;2'>&eacute;&nbsp;&other;.</a>");
  EXPECT_EQ(reading.error, "");
  EXPECT_THAT(reading.events, ElementsAre("<a x=1\u00a0&other;2>", "\u00e9\u00a0&other;.", "</a>"));
}

TEST(XmlReader, AnAmpersandThatBeginsNoReferenceIsOne) {
  const std::string document = "<a x='1&y=2&&amp;&#;'>?a=1&b=2&c;&&lt;& &#65;&#x;& b;&" +
                               std::string(70, 'n') + ";<![CDATA[&a&amp;<!--]]><!-- &a <![CDATA[ -->&</a>";
  const Reading reading = read(document);
  EXPECT_EQ(reading.error, "");
  EXPECT_THAT(reading.events,
              ElementsAre("<a x=1&y=2&&&#;>",
                          "?a=1&b=2&c;&<& A&#x;& b;&" + std::string(70, 'n') + ";&a&amp;<!--&", "</a>"));
  for (std::size_t piece = 1; piece < 80; ++piece) EXPECT_EQ(read(document, piece), reading) << piece;
}

TEST(XmlReader, PlacesAreThoseOfTheDocument) {
  const std::string before = "<a>&& &x\n";
  const std::string error = read("<a>" + std::string(before.size() - 4, ' ') + "\n</b>").error;
  EXPECT_EQ(read(before + "</b>&&&&&&").error, error);
  EXPECT_THAT(error, HasSubstr(fmt::format("line 2, byte {}: ", before.size() + 4)));
  EXPECT_EQ(read(before + "</b>&&&&&&", 1).error, error);
  std::string many;
  for (int i = 0; i < 20'000; ++i) many += "&&x";
  EXPECT_THAT(read("<a>" + many + "</b>").error, HasSubstr(fmt::format("byte {}: ", 3 + many.size() + 4)));
}

TEST(XmlReader, AnyCutGivesTheSame) {
  const std::string document =
      "<?xml version='1.0' encoding='utf-16'?>\r\n<!DOCTYPE a [<!ENTITY e '<b>'>]>\r\n"
      "<a x='>&amp;\u20ac' xmlns:p='u'><!-- - > -- ><p:b y='1'\r\n>\u20ac&#10;&e;]]<![CDATA[]>]]]]></p:b>"
      "<?pi ?>\r\n&amp;<c/></a>\n<!-- end -->";
  const Reading whole = read(document);
  for (std::size_t piece = 1; piece < 24; ++piece) EXPECT_EQ(read(document, piece), whole) << piece;
}

TEST(XmlReader, IgnoresTheDeclaredEncoding) {
  for (const std::string_view name : {"iso-8859-1", "UTF-16", "no-such", "EBCDIC-CP-US"}) {
    const Reading reading = read(fmt::format("<?xml version='1.0' encoding='{}'?><a>\u00e9</a>", name));
    EXPECT_THAT(reading.events, ElementsAre("<a>", "\u00e9", "</a>"));
    EXPECT_EQ(reading.error, "");
  }
}

TEST(XmlReader, ReplacesWhatNoXmlDocumentMayHaveAndSaysSoAtTheEnd) {
  const std::string document =
      "<a>\n<b x='1\xe9'>\x0b\x1a</b><!-- \x01 "
      "-->\xe2\x82<c>\uffff</c>\xf0\x9f\x98\x80\xff&#1;&#xFFFE;&#x1F600;\xc3</a>";
  const Reading reading = read(document);
  EXPECT_THAT(reading.events, ElementsAre("<a>", "\n", "<b x=1\ufffd>", "\ufffd\ufffd", "</b>",
                                          "\ufffd\ufffd", "<c>", "\ufffd\ufffd\ufffd", "</c>",
                                          "\U0001F600\ufffd&#1;&#xFFFE;\U0001F600\ufffd", "</a>"));
  EXPECT_THAT(reading.error, HasSubstr("line 2, byte 11: "));
  EXPECT_THAT(reading.error, HasSubstr("9 in all"));
  for (std::size_t piece = 1; piece < 24; ++piece) EXPECT_EQ(read(document, piece), reading) << piece;
  EXPECT_EQ(read("<a>\xff</a>\n").error, read("<a>\xff</a>").error) << "the place is that of the byte";
  EXPECT_THAT(read("<a>\xff\xff</b>").error, HasSubstr("byte 9: "))
      << "a break is told rather than what was replaced";
}

TEST(XmlReader, PrintsNothing) {
  testing::internal::CaptureStderr();
  for (const std::string_view document :
       {"<a>\xe9\x82\xff</a>", "<a><b></a>", "<?xml version='9'?><a/>", "<a b:c=''/>"})
    static_cast<void>(read(document));
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(XmlReader, ADoctypeMayBeInLowerCase) {
  const Reading reading = read("<!doctype a [<!ENTITY e 'x'>]><a>&e;</a>");
  EXPECT_EQ(reading.error, "");
  EXPECT_THAT(reading.events, ElementsAre("<a>", "&e;", "</a>"));
  EXPECT_EQ(read("<!doctype a [<!ENTITY e 'x'>]><a>&e;</a>", 1), reading);
}

TEST(XmlReader, SaysWhatADocumentThatIsCutLacks) {
  for (const std::string_view document :
       {"", " ", "<", "<!-- x -->", "<!-- ", "<?xml version='1.0'?>", "<!DOCTYPE a ["})
    EXPECT_THAT(read(document).error, HasSubstr("ends before the first element")) << document;
  for (const std::string_view document : {"<a", "<a>", "<a>x", "<a><b/", "<a></a", "<a>&am", "<a><![CDATA[x"})
    EXPECT_THAT(read(document).error, HasSubstr("ends ")) << document;
  EXPECT_THAT(read("<a/>junk").error, HasSubstr("Extra content"));
}

TEST(XmlReader, KeepsWhatCameBeforeABreakAndNamesThePlace) {
  const Reading mismatch = read("<a>\n<b>1</b>\n<c></d>\n<e/></a>");
  EXPECT_THAT(mismatch.events, ElementsAre("<a>", "\n", "<b>", "1", "</b>", "\n", "<c>"));
  EXPECT_THAT(mismatch.error, HasSubstr("line 3, byte "));
  const Reading cut = read("<a>\n<b>1</b>\n</a");
  EXPECT_THAT(cut.events, ElementsAre("<a>", "\n", "<b>", "1", "</b>", "\n"));
  EXPECT_THAT(cut.error, HasSubstr("line 3, byte "));
  EXPECT_THAT(read("<a><b>1</b></a><junk/>").events, ElementsAre("<a>", "<b>", "1", "</b>", "</a>"));
  EXPECT_THAT(read("").error, HasSubstr("line 1, byte 0: "));
  EXPECT_THAT(read("plain text").error, HasSubstr("line 1, byte "));
}

TEST(XmlReader, AnErrorComesAgain) {
  Record record;
  XmlReader reader(record);
  const auto broken = reader.write("<a></b>");
  ASSERT_FALSE(broken);
  EXPECT_EQ(reader.write("<c>"), broken);
  EXPECT_EQ(reader.finish(), broken);
  EXPECT_THAT(record.events, ElementsAre("<a>"));
}

TEST(XmlReader, PassesOverWhiteSpaceBeforeTheDeclaration) {
  const std::string document = "\r\n \n<?xml version='1.0'?>\n<a></b>";
  EXPECT_THAT(read(document).events, ElementsAre("<a>"));
  EXPECT_THAT(read(document).error, HasSubstr("line 4, byte "));
  EXPECT_EQ(read(document, 1), read(document));
}

TEST(XmlReader, ExpandsNoEntityOfADocument) {
  std::string document = "<!DOCTYPE a [<!ENTITY e0 'aaaaaaaaaa'>";
  for (int i = 1; i < 40; ++i)
    document += fmt::format("<!ENTITY e{0} '&e{1};&e{1};&e{1};&e{1};&e{1};&e{1};&e{1};&e{1};'>", i, i - 1);
  const Reading reading = read(document + "]><a x='&e39;'>&e39;</a>");
  EXPECT_EQ(reading.error, "");
  EXPECT_THAT(reading.events, ElementsAre("<a x=&e39;>", "&e39;", "</a>"));
}

TEST(XmlReader, ExpandsNoParameterEntity) {
  std::string document = "<!DOCTYPE a [<!ENTITY % p0 'aaaaaaaaaa'>";
  for (int i = 1; i < 40; ++i)
    document += fmt::format("<!ENTITY % p{0} '&#37;p{1};&#37;p{1};&#37;p{1};&#37;p{1};'>", i, i - 1);
  EXPECT_THAT(read(document + "%p39;]><a/>").error, HasSubstr("%p39"));
}

// Listens on a port of its own and tells whether anybody came.
class Doorbell {
 public:
  Doorbell() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{
        .sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(socket_.get(), 8), 0);
    EXPECT_EQ(::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
  }
  int port() const { return port_; }
  bool rung() const {
    pollfd caller{.fd = socket_.get(), .events = POLLIN, .revents = 0};
    return ::poll(&caller, 1, 0) != 0;
  }

 private:
  Fd socket_;
  int port_ = 0;
};

TEST(XmlReader, LoadsNothing) {
  const Doorbell doorbell;
  const TemporaryDirectory directory;
  const std::string secret = directory.write("secret.dtd", "<!ENTITY read 'secret'>secret");
  const std::string fifo = directory.path() / "fifo";  // to open it would take for ever
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  for (const std::string& place :
       {secret, "file://" + secret, fifo, fmt::format("http://127.0.0.1:{}/x.dtd", doorbell.port())}) {
    const Reading reading = read(fmt::format(
        "<?xml version='1.0'?><!DOCTYPE a SYSTEM '{0}' [<!ENTITY e SYSTEM '{0}'><!ENTITY % p SYSTEM '{0}'>%p;"
        "<!ENTITY c PUBLIC 'x' '{0}'>]><a xmlns:xi='http://www.w3.org/2001/XInclude' "
        "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:noNamespaceSchemaLocation='{0}'>"
        "&e;&c;&read;<xi:include href='{0}' parse='text'/></a>",
        place));
    EXPECT_EQ(reading.error, "");
    EXPECT_EQ(reading.events.at(1), "&e;&c;&read;");
  }
  EXPECT_FALSE(doorbell.rung());
}

TEST(XmlReader, RefusesWhatIsTooDeepTooWideOrTooLong) {
  std::string deep;
  for (int i = 0; i < 257; ++i) deep += "<a>";
  EXPECT_THAT(read(deep).error, HasSubstr("deep"));
  EXPECT_EQ(read(deep).events.size(), 256);
  std::string wide = "<a";
  for (int i = 0; i < 257; ++i) wide += fmt::format(" a{}=''", i);
  EXPECT_THAT(read(wide + "/>").error, HasSubstr("attributes"));
  EXPECT_THAT(read("<!DOCTYPE a [<!ATTLIST a b CDATA 'x'>]><a/>").error, HasSubstr("DOCTYPE"));
  for (const std::string_view open : {"<a><!--", "<a b='", "<a><?p ", "<!DOCTYPE a [<!-- "}) {
    const std::string long_markup = std::string(open) + std::string(3 << 20, 'x');
    EXPECT_THAT(read(long_markup).error, HasSubstr("more than")) << open;
  }
}

TEST(XmlReader, TextMayBeOfAnyLength) {
  const std::string long_text(12 << 20, 'x');
  EXPECT_EQ(read("<a>" + long_text + "</a>").events.at(1).size(), long_text.size());
  EXPECT_EQ(read("<a><![CDATA[" + long_text + "]]></a>").events.at(1).size(), long_text.size());
}

}  // namespace
}  // namespace gossamer
