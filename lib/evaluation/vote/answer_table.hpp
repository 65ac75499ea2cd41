#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "comm/communicator.hpp"

namespace shoal::evaluation {

/// What the positions of a wave have answered, as texts to count votes by. Each rank writes down what it has computed;
/// after the exchange every rank has all.
class AnswerTable {
 public:
  AnswerTable(std::size_t positions, std::size_t items) : items_(items), answers_(positions * items) {}

  /// Different (position, item) pairs may be set from different threads at once.
  void set(std::size_t position, std::size_t item, std::optional<std::string> answer);

  /// Each answer was set on one rank. Collective.
  void exchange(const comm::Communicator& comm);

  /// The answers of some positions to one item.
  std::vector<std::optional<std::string>> answers(std::span<const std::size_t> positions, std::size_t item) const;

 private:
  std::string encode() const;
  void add(const std::string& message);

  std::size_t items_;
  std::vector<std::optional<std::string>> answers_;  // [positions, items]
};

}  // namespace shoal::evaluation
