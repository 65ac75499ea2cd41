#include "search/eval.hpp"

#include <fmt/format.h>

#include "base/file.hpp"
#include "launch.hpp"
#include "results/result/eval_result.hpp"
#include "verbs.hpp"

namespace shoal::app {
namespace {

std::string label(const results::EvalResult& result) {
  if (result.adapters.empty()) return "base";
  return fmt::format("{}", fmt::join(result.adapters, " + "));
}

std::string measures(const results::EvalResult& result) {
  std::string text;
  for (const auto& [name, value] : result.measures) text += fmt::format("  {} {:.4f}", name, value);
  return text;
}

void print(std::span<const results::EvalResult> results) {
  for (const results::EvalResult& result : results) {
    fmt::print("{}  {} {}  {:.4f} ± {:.4f}{}  n={}  parse failures {}  {:.1f} s\n", label(result), result.task,
               result.split, result.utility, result.standard_error, measures(result), result.samples.size(),
               result.parse_failures, result.evaluate_seconds);
  }
}

int evaluate(const search::EvalOptions& options, const std::string& out) {
  const auto results = search::evaluate_models(options);
  print(results);
  if (!out.empty()) write_atomically(out, to_json(results));
  return 0;
}

}  // namespace

void add_eval(CLI::App& program, Action& action) {
  auto* verb = program.add_subcommand("eval", "Score the base model, adapters or an affine mix of them on one task");
  auto options = std::make_shared<search::EvalOptions>();
  auto out = std::make_shared<std::string>();
  verb->add_option("--model", options->model, "Model folder");
  verb->add_option("--task", options->task, "Task file: YAML with one task, or a data file")->required();
  verb->add_option("--split", options->split, "dev or test")->check(CLI::IsMember({"dev", "test"}));
  verb->add_option("--adapter,--expert", options->adapters,
                   "Adapter folder, under tokens also a model's; may be given several times")
      ->allow_extra_args(false);
  verb->add_option("--mix", options->mix, "Weights of an affine mix, one per adapter: 0.7,0.6,-0.3")
      ->delimiter(',')
      ->allow_extra_args(false);
  verb->add_option("--merge-space", options->merge_space, "factors, delta or tokens (experts that answer together)")
      ->check(CLI::IsMember({"factors", "delta", "tokens"}));
  verb->add_option("--mixture", options->mixture, "token_mixture.json: model, experts and weights of a token swarm");
  verb->add_option("--adapters", options->adapter_form,
                   "separate or folded: factors beside the weights, or added into them")
      ->check(CLI::IsMember({"separate", "folded"}));
  verb->add_option("--dtype", options->dtype, "auto, float32 or bfloat16")
      ->check(CLI::IsMember({"auto", "float32", "bfloat16"}));
  verb->add_option("--limit", options->limit, "Only the first N examples")->check(CLI::PositiveNumber);
  verb->add_option("--threads", options->threads, "Worker threads; default: all cores")->check(CLI::PositiveNumber);
  verb->add_flag("--no-early-exit{false}", options->early_exit, "Generate on when the answer can no longer change");
  verb->add_flag("--no-prefix-sharing{false}", options->prefix_sharing, "Compute every prompt in full");
  verb->add_option("--out", *out, "JSON file with one record per example");
  verb->callback([=, &action] {
    action = [=](const Process&) { return in_one_process("eval", [&] { return evaluate(*options, *out); }); };
  });
}

}  // namespace shoal::app
