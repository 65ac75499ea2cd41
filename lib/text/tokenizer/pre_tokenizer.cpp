#include "text/tokenizer/pre_tokenizer.hpp"

#include <unicode.h>

#include "text/regex.hpp"
#include "text/tokenizer/byte_level.hpp"

namespace shoal::text {

namespace {

enum class Digits { together, one_by_one };

class DigitsStep : public PreTokenizer::Step {
 public:
  explicit DigitsStep(Digits mode) : mode_(mode) {}

  std::vector<std::string> split(const std::string& piece) const override {
    std::vector<std::string> pieces;
    bool after_digit = false;
    for (std::size_t offset = 0; offset < piece.size();) {
      const auto start = offset;
      const bool digit = unicode_cpt_flags(unicode_cpt_from_utf8(piece, offset)).is_number;
      const bool cut = digit != after_digit || (digit && mode_ == Digits::one_by_one);
      if (cut || pieces.empty()) pieces.emplace_back();
      pieces.back() += piece.substr(start, offset - start);
      after_digit = digit;
    }
    return pieces;
  }

 private:
  Digits mode_;
};

// Cuts around every match; what lies between matches is a piece too ("behavior": "Isolated").
class RegexStep : public PreTokenizer::Step {
 public:
  explicit RegexStep(Regex regex) : regex_(std::move(regex)) {}

  std::vector<std::string> split(const std::string& piece) const override {
    std::vector<std::string> pieces;
    std::size_t done = 0;
    const auto add = [&](std::size_t from, std::size_t to) {
      if (from < to) pieces.push_back(piece.substr(from, to - from));
    };
    for (const auto& match : regex_.find_all(piece)) {
      add(done, match.start);
      add(match.start, match.end);
      done = match.end;
    }
    add(done, piece.size());
    return pieces;
  }

 private:
  Regex regex_;
};

enum class Words { whole, gpt2 };

class ByteLevelStep : public PreTokenizer::Step {
 public:
  ByteLevelStep(bool prefix_space, Words words) : prefix_space_(prefix_space), words_(words) {}

  std::vector<std::string> split(const std::string& piece) const override {
    // Without the last alternative "|\s+" the library takes its hand-written splitter, which treats it all the same,
    // instead of std::regex, which is slow and recurses once per character.
    static const std::string pattern = R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S))";
    const std::string text = prefix_space_ && !piece.starts_with(' ') ? " " + piece : piece;
    if (words_ == Words::whole) return {to_byte_alphabet(text)};
    return unicode_regex_split(text, {pattern});
  }

 private:
  bool prefix_space_;
  Words words_;
};

std::shared_ptr<const PreTokenizer::Step> make_split(const JsonFile& step) {
  const JsonFile pattern = step.child("pattern");
  if (step.text_or("behavior", "Removed") != "Isolated" || step.flag_or("invert", false)) {
    step.reject("behavior", "only Isolated without invert is supported");
  }
  const auto literal = pattern.text_or("String", "");
  const auto text = literal.empty() ? pattern.text_or("Regex", "") : Regex::escaped(literal);
  if (text.empty()) step.reject("pattern", "it is neither a Regex nor a String");
  auto regex = Regex::compile(text);
  if (!regex) step.reject("pattern", "it is not a regular expression");
  return std::make_shared<RegexStep>(std::move(*regex));
}

}  // namespace

PreTokenizer::PreTokenizer(const JsonFile& file) {
  const JsonFile whole = file.child("pre_tokenizer");
  if (whole.text_or("type", "") == "Sequence") {
    for (const JsonFile& step : whole.children("pretokenizers")) add(step);
  } else {
    add(whole);
  }
  if (steps_.empty() || dynamic_cast<const ByteLevelStep*>(steps_.back().get()) == nullptr) {
    file.reject("pre_tokenizer", "it does not end in ByteLevel");
  }
}

void PreTokenizer::add(const JsonFile& step) {
  const auto type = step.text_or("type", "");
  if (type == "Digits") {
    const bool individual = step.flag_or("individual_digits", false);
    steps_.push_back(std::make_shared<DigitsStep>(individual ? Digits::one_by_one : Digits::together));
  } else if (type == "Split") {
    steps_.push_back(make_split(step));
  } else if (type == "ByteLevel") {
    const auto words = step.flag_or("use_regex", true) ? Words::gpt2 : Words::whole;
    steps_.push_back(std::make_shared<ByteLevelStep>(step.flag_or("add_prefix_space", true), words));
  } else {
    step.reject("type", "supported: ByteLevel, Digits, Split, Sequence; not \"" + type + "\"");
  }
}

std::vector<std::string> PreTokenizer::split(std::string_view text) const {
  std::vector<std::string> pieces{std::string(text)};
  for (const auto& step : steps_) {
    std::vector<std::string> smaller;
    for (const std::string& piece : pieces) {
      for (auto& each : step->split(piece)) smaller.push_back(std::move(each));
    }
    pieces = std::move(smaller);
  }
  return pieces;
}

}  // namespace shoal::text
