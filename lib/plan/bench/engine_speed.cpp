#include "plan/bench/engine_speed.hpp"

#include <algorithm>
#include <random>
#include <vector>

#include "base/clock.hpp"
#include "evaluation/schedule/worker_pool.hpp"
#include "model/decoding/generation.hpp"
#include "model/model_config.hpp"

namespace shoal::plan {
namespace {

using Prompt = std::vector<model::TokenId>;

std::vector<Prompt> random_prompts(const EngineLoad& load, std::int64_t vocabulary) {
  std::mt19937 random(1);
  std::uniform_int_distribution<model::TokenId> token(0, static_cast<model::TokenId>(vocabulary - 1));
  std::vector<Prompt> prompts;
  for (std::int64_t i = 0; i < load.prompts; ++i) {
    Prompt& prompt = prompts.emplace_back(static_cast<std::size_t>(load.prompt_tokens));
    std::ranges::generate(prompt, [&] { return token(random); });
  }
  return prompts;
}

/// Seconds in which every thread generates `new_tokens` for its block; the best of three.
double seconds_for(const model::ModelVariant& variant, const std::vector<Prompt>& prompts, const EngineLoad& load,
                   int new_tokens) {
  std::vector<model::GenerationRequest> requests;
  for (const Prompt& prompt : prompts) requests.push_back({prompt, new_tokens, {}});
  double best = std::numeric_limits<double>::infinity();
  for (int repetition = 0; repetition < 3; ++repetition) {
    const Stopwatch watch;
    evaluation::WorkerPool workers(load.threads, [&](std::int64_t) { model::generate(variant, requests, {}); });
    for (int t = 0; t < load.threads; ++t) workers.submit(t);
    while (!workers.idle()) workers.wait(std::chrono::microseconds(500));
    workers.finish();
    best = std::min(best, watch.seconds());
  }
  return best;
}

}  // namespace

EngineSpeed measure_engine(const model::LanguageModel& base, const EngineLoad& load) {
  const model::ModelVariant variant(base, {});
  const auto prompts = random_prompts(load, base.config().vocabulary_size);
  const double prefill = seconds_for(variant, prompts, load, 1);
  const double all = seconds_for(variant, prompts, load, 1 + load.steps);
  const auto rows = static_cast<double>(load.threads * load.prompts);
  EngineSpeed speed;
  speed.prompt_tokens_per_second = rows * static_cast<double>(load.prompt_tokens) / prefill;
  speed.step_seconds = (all - prefill) / load.steps;
  speed.output_tokens_per_second = rows / speed.step_seconds;
  return speed;
}

}  // namespace shoal::plan
