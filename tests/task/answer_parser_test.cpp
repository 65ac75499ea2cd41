#include "task/answer_parser.hpp"

#include <catch2/catch.hpp>
#include <random>

#include "task/reference_parser.hpp"
#include "text/text.hpp"

namespace answer_parser_test {

using namespace shoal::task;
namespace reference = shoal::testing::reference;

namespace {

using Answer = std::optional<std::string>;

const std::vector<Choice> colours{{"A", "red"}, {"B", "dark blue"}, {"C", "été"}};

Answer word(std::string_view output) { return ChoiceParser(colours, Match::word).parse(output); }
Answer plain(std::string_view output) { return ChoiceParser(colours, Match::reference).parse(output); }

/// Random outputs over an alphabet that makes options, words, spaces and unfinished characters meet often.
class Outputs {
 public:
  std::string text(std::size_t longest) {
    static const std::vector<std::string> pieces{"A", "B", "C", "é",  "É",          " ",  "\n", "\u00A0",
                                                 ".", "_", "1", "12", "ab",         "x",  " ",  " ",
                                                 "e", "r", "(", ")",  "\U0001F600", "yes"};
    std::string text;
    for (std::size_t n = below(longest + 1); n > 0; --n) text += pieces[below(pieces.size())];
    return text;
  }

  std::size_t below(std::size_t m) { return generator_() % m; }

  Match match() { return below(2) == 0 ? Match::word : Match::reference; }

 private:
  std::mt19937 generator_{12345};
};

/// The first bytes of a text as a tokenizer decodes them: a character that is not complete yet is U+FFFD.
std::string first_bytes(const std::string& text, std::size_t bytes) {
  const auto continues = [&](std::size_t at) { return (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U; };
  std::size_t whole = bytes;
  while (whole < text.size() && whole > 0 && continues(whole)) --whole;
  return text.substr(0, whole) + (whole < bytes ? "\xEF\xBF\xBD" : "");
}

}  // namespace

TEST_CASE("the first option in option order whose key stands in the first five characters is chosen") {
  CHECK(word("A") == "A");
  CHECK(word(" \n B. dark blue") == "B");
  CHECK(word("(C) or A") == "C");
  CHECK(word("B, A") == "A");
  CHECK(word("B or A") == "B");  // the A is the sixth character
  CHECK(word("éé€ B") == "B");   // characters, not bytes
}

TEST_CASE("else the one whose key stands in the last five characters") {
  CHECK(word("The answer is B.") == "B");
  CHECK(word("I am sure: B\n\n") == "B");
  CHECK(word("the best one is B, C") == "B");
  CHECK(word("answer B is right") == std::nullopt);
}

TEST_CASE("else the first whose text is contained, whatever its case") {
  CHECK(word("It must be DARK BLUE, I think") == "B");
  CHECK(word("it happened in ÉTÉ, I believe") == "C");
  CHECK(word("either dark blue or rather red or so") == "A");
  CHECK(word("no idea whatsoever") == std::nullopt);
  CHECK(word("") == std::nullopt);
  CHECK(word("  \n") == std::nullopt);
}

TEST_CASE("words are whole with match word and parts with match reference") {
  CHECK(word("Because of that") == std::nullopt);
  CHECK(plain("Because of that") == "B");
  CHECK(word("it is a reduced price, he said") == std::nullopt);
  CHECK(plain("it is a reduced price, he said") == "A");
  CHECK(word("the answer is: xA") == std::nullopt);
  CHECK(plain("the answer is: xA") == "A");
}

TEST_CASE("a word that reaches over the end of the window is not in it") {
  const std::vector<Choice> options{{"Yes", "right"}, {"No", "wrong"}};
  CHECK(ChoiceParser(options, Match::word).parse("  xx Yes, that is so ...") == std::nullopt);
  CHECK(ChoiceParser(options, Match::word).parse("x Yes, that is so ...") == "Yes");
}

TEST_CASE("an option without a text is chosen by its key alone") {
  const std::vector<Choice> options{{"A", ""}, {"B", "no"}};
  CHECK(ChoiceParser(options, Match::reference).parse("whatever it may be") == std::nullopt);
  CHECK(ChoiceParser(options, Match::reference).parse("A") == "A");
}

TEST_CASE("choices equal the plain rules on random outputs") {
  Outputs outputs;
  const std::vector<Choice> options{{"A", "yes"}, {"B", "éab"}, {"12", "x 1"}, {"C", "É"}};
  int answered = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = outputs.text(14);
    const Match match = outputs.match();
    const Answer expected = reference::choose(options, text, match);
    INFO(text << (match == Match::word ? " word" : " reference"));
    REQUIRE(ChoiceParser(options, match).parse(text) == expected);
    answered += expected.has_value() ? 1 : 0;
  }
  CHECK(answered > 5000);
  CHECK(answered < 19'500);
}

TEST_CASE("a choice is settled as soon as the first five characters decide") {
  const ChoiceParser words(colours, Match::word);
  const ChoiceParser parts(colours, Match::reference);
  CHECK(words.settled("A."));
  CHECK(words.settled(" A\n"));
  CHECK_FALSE(words.settled("A"));  // may become "Also"
  CHECK(parts.settled("A"));
  CHECK_FALSE(words.settled("B. "));    // an A may still come
  CHECK_FALSE(words.settled("B.  A"));  // is that the word A?
  CHECK(words.settled("B.  As"));
  CHECK(words.settled("B. The"));
  CHECK_FALSE(parts.settled("B. T"));
  CHECK(parts.settled("B. Th"));
  CHECK_FALSE(words.settled("The answer is A."));  // the last five characters are not known yet
  CHECK_FALSE(words.settled(""));
}

TEST_CASE("a settled choice is what every continuation gives") {
  Outputs outputs;
  const std::vector<Choice> options{{"A", "yes"}, {"B", "éab"}, {"12", "x 1"}, {"C", "É"}};
  int settled = 0;
  for (int i = 0; i < 40'000; ++i) {
    const std::string whole = outputs.text(14);
    const std::string part = first_bytes(whole, outputs.below(whole.size() + 1));
    const ChoiceParser parser(options, outputs.match());
    if (!parser.settled(part)) continue;
    ++settled;
    INFO("<" << part << "> <" << whole << ">");
    REQUIRE(parser.parse(part) == parser.parse(whole));
    REQUIRE(parser.settled(whole));
  }
  CHECK(settled > 2000);
}

TEST_CASE("a gold string is contained as a word or as a part") {
  CHECK(GoldParser("12", Match::word, Scope::whole).contained(" It is 12. "));
  CHECK_FALSE(GoldParser("12", Match::word, Scope::whole).contained("It is 120"));
  CHECK(GoldParser("12", Match::reference, Scope::whole).contained("It is 120"));
  CHECK_FALSE(GoldParser("Yes", Match::reference, Scope::whole).contained("yes"));
  CHECK_FALSE(GoldParser("12", Match::word, Scope::whole).contained(""));
}

TEST_CASE("white space around a gold string counts with match reference only") {
  CHECK(GoldParser(" 12\n", Match::word, Scope::whole).contained("12"));
  CHECK_FALSE(GoldParser(" 12", Match::reference, Scope::whole).contained(" 12"));
  CHECK(GoldParser(" 12", Match::reference, Scope::whole).contained("= 12"));
}

TEST_CASE("the compared text ends with the first occurrence of the gold string") {
  const GoldParser parser("12", Match::word, Scope::whole);
  CHECK(parser.compared("  120 or 12, or 12") == "120 or 12");
  CHECK(parser.compared("  none of it \n") == "none of it");
}

TEST_CASE("the last five words alone may be looked at") {
  const GoldParser parser("12", Match::word, Scope::last_five_words);
  CHECK(parser.contained("so the answer to it is 12."));
  CHECK_FALSE(parser.contained("12 is what we get, so the answer is 13"));
  CHECK(parser.compared(" we get 12, so the answer is 13 ") == "so the answer is 13");
  CHECK_FALSE(parser.settled("so the answer to it is 12. "));
}

TEST_CASE("gold strings equal the plain rules on random outputs") {
  Outputs outputs;
  int contained = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = outputs.text(12);
    const char* gold = std::vector<const char*>{"A", "12", "x 1", " é", "B.\n"}[outputs.below(5)];
    const Match match = outputs.match();
    const bool expected = reference::contains_gold(gold, text, match);
    INFO("<" << text << "> <" << gold << ">");
    REQUIRE(GoldParser(gold, match, Scope::whole).contained(text) == expected);
    contained += expected ? 1 : 0;
  }
  CHECK(contained > 1000);
  CHECK(contained < 15'000);
}

TEST_CASE("a gold string is settled at its first certain occurrence") {
  CHECK_FALSE(GoldParser("12", Match::word, Scope::whole).settled("It is 12"));  // may become 120
  CHECK(GoldParser("12", Match::word, Scope::whole).settled("It is 12."));
  CHECK(GoldParser("12", Match::word, Scope::whole).settled("12\n"));
  CHECK(GoldParser("12", Match::reference, Scope::whole).settled("It is 12"));
  CHECK_FALSE(GoldParser("12 ", Match::reference, Scope::whole).settled("12 "));  // stripped when nothing follows
  CHECK_FALSE(GoldParser("12", Match::reference, Scope::whole).settled("It is 1"));
}

TEST_CASE("a settled gold string gives the same score and compared text for every continuation") {
  Outputs outputs;
  int settled = 0;
  for (int i = 0; i < 40'000; ++i) {
    const std::string whole = outputs.text(12);
    const std::string part = first_bytes(whole, outputs.below(whole.size() + 1));
    const char* gold = std::vector<const char*>{"A", "12", "x 1", " é", "B.\n"}[outputs.below(5)];
    const GoldParser parser(gold, outputs.match(), Scope::whole);
    if (!parser.settled(part)) continue;
    ++settled;
    INFO("<" << part << "> <" << whole << "> <" << gold << ">");
    REQUIRE(parser.contained(part));
    REQUIRE(parser.contained(whole));
    REQUIRE(parser.compared(part) == parser.compared(whole));
  }
  CHECK(settled > 800);
}

}  // namespace answer_parser_test
