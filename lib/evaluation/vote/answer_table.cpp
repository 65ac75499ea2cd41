#include "evaluation/vote/answer_table.hpp"

#include <fmt/format.h>

#include <charconv>
#include <string_view>
#include <utility>

#include "base/error.hpp"

namespace shoal::evaluation {
namespace {

/// Takes "NUMBER " off the front.
std::size_t take_number(std::string_view& text) {
  std::size_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  expect(parsed.ec == std::errc{}, "a message of answers is garbled.");
  text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()) + 1);
  return number;
}

}  // namespace

void AnswerTable::set(std::size_t position, std::size_t item, std::optional<std::string> answer) {
  answers_[position * items_ + item] = std::move(answer);
}

// One after the other: "PLACE LENGTH ANSWER"
std::string AnswerTable::encode() const {
  std::string message;
  for (std::size_t place = 0; place < answers_.size(); ++place) {
    if (answers_[place]) message += fmt::format("{} {} {}", place, answers_[place]->size(), *answers_[place]);
  }
  return message;
}

void AnswerTable::add(const std::string& message) {
  std::string_view rest = message;
  while (!rest.empty()) {
    const std::size_t place = take_number(rest);
    const std::size_t length = take_number(rest);
    answers_[place] = std::string(rest.substr(0, length));
    rest.remove_prefix(length);
  }
}

void AnswerTable::exchange(const comm::Communicator& comm) {
  if (comm.size() == 1) return;
  for (const std::string& message : comm.all_gather(encode())) add(message);
}

std::vector<std::optional<std::string>> AnswerTable::answers(std::span<const std::size_t> positions,
                                                             std::size_t item) const {
  std::vector<std::optional<std::string>> found;
  for (const std::size_t position : positions) found.push_back(answers_[position * items_ + item]);
  return found;
}

}  // namespace shoal::evaluation
