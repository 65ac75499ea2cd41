#include "weights/adapter_files.hpp"
//
#include <ATen/Parallel.h>

#include <cmath>
#include <vector>

#include "support/error_of.hpp"
#include "weights/pool/weighted_sum.hpp"

namespace weighted_sum_test {

namespace {

using namespace shoal;
using testing::noise;
using weights::Term;
using weights::weighted_sum;

/// The definition, one number at a time.
at::Tensor slow_sum(const std::vector<Term>& terms) {
  at::Tensor sum = at::zeros(terms.front().values.sizes(), at::kFloat);
  auto* out = sum.data_ptr<float>();
  for (std::int64_t i = 0; i < sum.numel(); ++i) {
    for (std::size_t k = 0; k < terms.size(); ++k) {
      const auto x = terms[k].values.view(-1)[i].item<float>();
      const float product = static_cast<float>(terms[k].coefficient) * x;
      out[i] = k == 0 ? product : out[i] + product;
    }
  }
  return sum;
}

TEST_CASE("a weighted sum equals its definition bit for bit, for every element type and mixed ones") {
  using Types = std::vector<at::ScalarType>;
  const auto eleven = [](at::ScalarType type) { return Types(11, type); };
  for (const Types& types : {eleven(at::kFloat), eleven(at::kBFloat16), eleven(at::kHalf), eleven(at::kDouble),
                             Types{at::kFloat}, Types(4, at::kFloat), Types(5, at::kBFloat16),
                             Types{at::kHalf, at::kFloat, at::kBFloat16, at::kDouble, at::kFloat, at::kFloat}}) {
    std::vector<Term> terms;
    for (std::size_t k = 0; k < types.size(); ++k) {
      terms.push_back({noise({3, 1733}, static_cast<int>(k), types[k]), 1.0 / (static_cast<double>(k) - 3.3)});
    }
    INFO(types.size() << " terms, first " << at::toString(types[0]));
    CHECK(at::equal(weighted_sum(terms), slow_sum(terms)));
  }
}

TEST_CASE("a sum over many blocks equals the sum of its parts") {
  const std::int64_t size = 3 * 32768 + 17;
  std::vector<Term> terms;
  for (int k = 0; k < 6; ++k) terms.push_back({noise({size}, k), 0.37 * k - 1.0});
  const at::Tensor whole = weighted_sum(terms);
  for (const std::int64_t start : {std::int64_t{0}, std::int64_t{32760}, size - 20}) {
    std::vector<Term> part;
    for (const Term& term : terms) part.push_back({term.values.narrow(0, start, 20), term.coefficient});
    CHECK(at::equal(whole.narrow(0, start, 20), slow_sum(part)));
  }
}

TEST_CASE("a weighted sum has the same bits with one thread and with several") {
  const std::vector<Term> terms{{noise({300'001}, 1), 0.3}, {noise({300'001}, 2), -1.7}, {noise({300'001}, 3), 2.4}};
  const int threads = at::get_num_threads();
  at::set_num_threads(1);
  const at::Tensor one = weighted_sum(terms);
  at::set_num_threads(4);
  const at::Tensor four = weighted_sum(terms);
  at::set_num_threads(threads);
  CHECK(at::equal(one, four));
}

TEST_CASE("a coefficient of one among zeros gives the term itself") {
  const at::Tensor values = noise({100}, 1);
  const std::vector<Term> terms{{noise({100}, 2), 0.0}, {values, 1.0}, {noise({100}, 3), 0.0}};
  CHECK(at::equal(weighted_sum(terms), values));
  CHECK(std::signbit(weighted_sum(std::vector<Term>{{at::full({1}, -0.0F), 1.0}}).item<float>()));
}

TEST_CASE("no terms, unequal shapes, gaps in memory and whole numbers are defects of the caller") {
  const auto error = [](std::vector<Term> terms) { return testing::error_of([&] { weighted_sum(terms); }); };
  CHECK(error({}).starts_with("1: "));
  CHECK(error({{at::ones({2}), 1.0}, {at::ones({3}), 1.0}}).starts_with("1: "));
  CHECK(error({{at::ones({2, 3}).t(), 1.0}}).starts_with("1: "));
  CHECK(error({{at::ones({2}, at::kInt), 1.0}}).starts_with("1: "));
}

}  // namespace

}  // namespace weighted_sum_test
