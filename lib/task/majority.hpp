#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

namespace shoal::task {

/// The voter whose answer a majority vote takes. Most voters win; among answers of equally many the larger sum of their
/// voters' utilities, then the earliest voter. Who has no answer does not vote; without any answer the voter with the
/// highest utility stands for all. Of those who gave the winning answer, the first is returned. One utility per voter,
/// at least one voter.
std::size_t majority(std::span<const std::optional<std::string>> answers, std::span<const double> utilities);

}  // namespace shoal::task
