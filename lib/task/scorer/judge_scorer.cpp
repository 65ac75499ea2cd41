#include "task/scorer/judge_scorer.hpp"

#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>

#include "base/json_text.hpp"
#include "text/placeholders.hpp"

namespace shoal::task {
namespace {

using Json = nlohmann::json;

const std::string default_question =
    "Rate how well the response below answers the prompt: how helpful, correct, clear and natural it is for a person.\n"
    "\n[Prompt]\n{prompt}\n\n[Response]\n{output}\n\n"
    "Judge briefly. Then end with one line in exactly this form, the number between 1 (useless) and 10 (excellent):\n"
    "Rating: N";

/// choices[0].message.content of a chat completion; empty for anything else.
std::string content_of(const std::string& reply) {
  const Json json = Json::parse(reply, nullptr, /*allow_exceptions=*/false);
  const Json::json_pointer place("/choices/0/message/content");
  if (json.is_discarded() || !json.contains(place) || !json[place].is_string()) return "";
  return json[place].get<std::string>();
}

}  // namespace

JudgeScorer::JudgeScorer(const ServiceConfig& config)
    : model_(config.model),
      question_(config.question.empty() ? default_question : config.question),
      endpoint_(config, "Authorization: Bearer ") {}

std::string JudgeScorer::request_for(const Answer& answer) const {
  const std::string question =
      text::fill_placeholders(question_, {{"{prompt}", answer.prompt}, {"{output}", answer.output}});
  const Json request{{"model", model_},
                     {"messages", {{{"role", "user"}, {"content", question}}}},
                     {"temperature", 0},
                     {"max_tokens", 512}};
  return json_text(request);
}

std::vector<std::optional<double>> JudgeScorer::score(std::span<const Answer> answers,
                                                      const std::function<bool()>& cancelled) const {
  std::vector<std::string> requests;
  for (const Answer& answer : answers) requests.push_back(request_for(answer));
  std::vector<std::optional<double>> scores;
  for (const std::string& reply : endpoint_.ask(requests, cancelled)) {
    const auto rating = rating_in(content_of(reply));
    scores.push_back(rating ? std::optional((*rating - 1.0) / 9.0) : std::nullopt);
  }
  return scores;
}

std::optional<double> JudgeScorer::rating_in(const std::string& words) {
  static const std::regex line_with_rating(
      R"([\s*]*[Rr]ating[\s*]*:[\s*]*\[{0,2}(10(\.0+)?|[1-9](\.\d+)?)\]{0,2}(/10)?[\s.*]*)");
  constexpr std::size_t longest_line = 200;  // std::regex recurses
  std::optional<double> rating;
  std::istringstream lines(words);
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (line.size() <= longest_line && std::regex_match(line, match, line_with_rating)) rating = std::stod(match[1]);
  }
  return rating;
}

}  // namespace shoal::task
