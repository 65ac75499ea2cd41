#include "evaluation/asynchronous/chunk_message.hpp"

#include "base/error.hpp"

namespace shoal::evaluation {
namespace {

constexpr std::size_t name_length = 3;

}  // namespace

std::vector<double> to_numbers(const ChunkName& name, const std::vector<double>& content) {
  std::vector<double> numbers{static_cast<double>(name.particle), static_cast<double>(name.iteration),
                              static_cast<double>(name.block)};
  numbers.insert(numbers.end(), content.begin(), content.end());
  return numbers;
}

ChunkName name_in(const std::vector<double>& numbers) {
  expect(numbers.size() >= name_length, "a message of {} numbers names no block.", numbers.size());
  return {static_cast<int>(numbers[0]), static_cast<int>(numbers[1]), static_cast<std::size_t>(numbers[2])};
}

std::vector<double> content_in(const std::vector<double>& numbers) {
  expect(numbers.size() >= name_length, "a message of {} numbers names no block.", numbers.size());
  return {numbers.begin() + name_length, numbers.end()};
}

}  // namespace shoal::evaluation
