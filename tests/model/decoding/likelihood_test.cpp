#include "model/decoding/likelihood.hpp"

#include "support/torch_catch.hpp"
// torch_catch.hpp first: Catch2 and LibTorch both define CHECK
#include <limits>
#include <random>

#include "support/error_of.hpp"
#include "support/gpu.hpp"
#include "support/reference_llama.hpp"
#include "support/temp_folder.hpp"
#include "support/tiny_model.hpp"

namespace likelihood_test {

using Catch::Matchers::Contains;
using namespace shoal::model;
using namespace shoal::testing;

namespace {

using Tokens = std::vector<TokenId>;

Tokens random_tokens(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  Tokens tokens(count);
  for (auto& token : tokens) token = static_cast<TokenId>(3 + random() % 90);
  return tokens;
}

/// Questions with options: of one token and of several, some of which begin alike; prompts that begin alike; a long
/// text behind a single token.
struct Questions {
  std::vector<std::pair<Tokens, Tokens>> texts;
  std::vector<LikelihoodRequest> requests;

  Questions() {
    const Tokens prompt = random_tokens(12, 1);
    Tokens longer = prompt;
    longer.insert(longer.end(), {7, 8});
    for (const Tokens& question : {prompt, longer, Tokens{17}}) {
      for (const Tokens& option : {Tokens{5}, Tokens{5, 6, 7}, Tokens{5, 6, 9, 10}, Tokens{40, 41}}) {
        texts.emplace_back(question, option);
      }
    }
    texts.emplace_back(Tokens{23}, random_tokens(100, 2));
    texts.emplace_back(Tokens{24}, random_tokens(90, 3));
    for (const auto& [first, then] : texts) requests.push_back({first, then});
  }
};

struct Fixture {
  TempFolder folder;
  TensorMap parameters = tiny_parameters(tiny_config(), 1);
  LanguageModel model;
  Questions questions;

  explicit Fixture(Precision precision = Precision::float32) : model(load(precision)) {}

  LanguageModel load(Precision precision) const {
    write_model(folder.path(), tiny_config(), parameters);
    return LanguageModel::load(folder.path(), precision);
  }

  ModelVariant base() const { return {model, {}}; }

  std::vector<Likelihood> measured(std::span<const LikelihoodRequest> requests,
                                   PrefixSharing sharing = PrefixSharing::on) const {
    return measure(base(), requests, {sharing}).likelihoods;
  }

  // Token by token, everything computed again for each.
  double reference(const LikelihoodRequest& request) const {
    const ReferenceLlama slow(model.config(), parameters);
    Tokens read(request.prompt.begin(), request.prompt.end());
    double sum = 0.0;
    for (const TokenId token : request.continuation) {
      sum += at::log_softmax(slow.next_logits(read).to(at::kDouble), -1)[token].item<double>();
      read.push_back(token);
    }
    return sum;
  }

  std::string error(const Tokens& prompt, const Tokens& continuation) const {
    const LikelihoodRequest request{prompt, continuation};
    return error_of([&] { measured(std::span(&request, 1)); });
  }
};

void check_equal(const std::vector<Likelihood>& a, const std::vector<Likelihood>& b) {
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) CHECK(a[i].log_probability == b[i].log_probability);
}

}  // namespace

TEST_CASE("Log-probabilities equal the slow reference's, with and without prefix sharing") {
  const Fixture f;
  const auto shared = f.measured(f.questions.requests);
  const auto apart = f.measured(f.questions.requests, PrefixSharing::off);
  REQUIRE(shared.size() == f.questions.requests.size());
  for (std::size_t i = 0; i < shared.size(); ++i) {
    const double expected = f.reference(f.questions.requests[i]);
    CHECK(shared[i].log_probability == Approx(expected).margin(1e-4));
    CHECK(apart[i].log_probability == Approx(expected).margin(1e-4));
    CHECK(shared[i].tokens == static_cast<std::int64_t>(f.questions.requests[i].continuation.size()));
  }
}

TEST_CASE("In bfloat16 log-probabilities stay near the reference's") {
  const Fixture f(Precision::bfloat16);
  for (const Likelihood& likelihood : f.measured(f.questions.requests)) CHECK(likelihood.log_probability < 0.0);
  for (std::size_t i = 0; i < 4; ++i) {
    const double expected = f.reference(f.questions.requests[i]);
    CHECK(f.measured(f.questions.requests)[i].log_probability == Approx(expected).epsilon(0.05));
  }
}

TEST_CASE("A request's bits do not depend on its company, on sharing, or on the parts of a batch") {
  for (const auto precision : {Precision::float32, Precision::bfloat16}) {
    const Fixture f(precision);
    const auto& requests = f.questions.requests;
    const auto together = f.measured(requests);
    check_equal(f.measured(requests, PrefixSharing::off), together);
    for (std::size_t i = 0; i < requests.size(); ++i) {
      CHECK(f.measured(std::span(&requests[i], 1))[0].log_probability == together[i].log_probability);
    }
    for (const std::int64_t tokens : {1, 30, 150}) {
      std::atomic<std::int64_t> limit = tokens;
      check_equal(measure_in_parts(f.base(), requests, {}, limit).likelihoods, together);
    }
  }
}

TEST_CASE("What requests share is read once, and a continuation's last token never") {
  const Fixture f;
  const Tokens prompt{5, 6, 7, 8};
  const std::vector<Tokens> options{{9}, {10, 11}, {10, 12}};
  std::vector<LikelihoodRequest> requests;
  for (const Tokens& option : options) requests.push_back({prompt, option});
  const auto counts = measure(f.base(), requests, {}).counts;
  CHECK(counts.prompt_tokens == 4 + 5 + 5);
  CHECK(counts.prompt_tokens_computed == 5);
  CHECK(counts.output_tokens == 0);
  CHECK(measure(f.base(), requests, {PrefixSharing::off}).counts.prompt_tokens_computed == 14);
}

TEST_CASE("Nothing to measure is measured at once") {
  const Fixture f;
  CHECK(f.measured({}).empty());
}

TEST_CASE("Requests that cannot be measured are refused") {
  const Fixture f;
  CHECK_THAT(f.error({}, {5}), Contains("3: ") && Contains("empty"));
  CHECK_THAT(f.error({5}, {}), Contains("3: ") && Contains("empty"));
  CHECK_THAT(f.error({5}, {97}), Contains("3: ") && Contains("token id 97"));
  CHECK_THAT(f.error({97}, {5}), Contains("3: ") && Contains("token id 97"));
  CHECK_THAT(f.error(random_tokens(100, 1), random_tokens(30, 2)), Contains("3: ") && Contains("context (128"));
  CHECK(f.error(random_tokens(100, 1), random_tokens(29, 2)) == "none");
}

TEST_CASE("Measuring stops between two layers when it is cancelled") {
  const Fixture f;
  const std::atomic<bool> cancelled{true};
  CHECK_THROWS_AS(measure(f.base(), f.questions.requests, {PrefixSharing::on, &cancelled}), Cancelled);
}

TEST_CASE("On a GPU log-probabilities equal the slow reference's") {
  const auto gpu = gpu_or_skip();
  if (!gpu) return;
  const Fixture f;
  const ModelVariant on_gpu(LanguageModel::load(f.folder.path(), Precision::float32, *gpu), {});
  const auto found = measure(on_gpu, f.questions.requests, {}).likelihoods;
  for (std::size_t i = 0; i < found.size(); ++i) {
    CHECK(found[i].log_probability == Approx(f.reference(f.questions.requests[i])).margin(2e-3));
  }
}

}  // namespace likelihood_test
