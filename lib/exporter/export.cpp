#include "exporter/export.hpp"

#include <charconv>

#include "base/error.hpp"
#include "base/file.hpp"
#include "checkpoint/checkpoint.hpp"
#include "checkpoint/dense_reader.hpp"
#include "evaluation/dense_positions.hpp"
#include "inputs/inputs.hpp"
#include "results/result/result_reader.hpp"
#include "results/run_info.hpp"
#include "results/seed_folders.hpp"
#include "results/token_mixture_file.hpp"

namespace shoal::exporter {
namespace {

namespace fs = std::filesystem;

CardHead head_of(const config::RunConfig& config, ExportForm form, const Provenance& provenance) {
  return {base_model_name(config.experts.front(), config.model), form, provenance.name, provenance.description};
}

std::string header(std::size_t blocks) {
  if (blocks == 1) return "| expert | weight |\n|---|---|\n";
  std::string names = "| expert |";
  std::string rule = "|---|";
  for (std::size_t b = 1; b <= blocks; ++b) {
    names += fmt::format(" block {} of layers |", b);
    rule += "---|";
  }
  return names + "\n" + rule + "\n";
}

/// A column of weights per block of layers.
std::string weight_table(const std::vector<std::string>& experts, std::span<const double> position) {
  const std::size_t n = experts.size();
  std::string table = header(position.size() / n);
  for (std::size_t k = 0; k < n; ++k) {
    table += fmt::format("| {} |", experts[k]);
    for (std::size_t i = k; i < position.size(); i += n) table += fmt::format(" {:+.6f} |", position[i]);
    table += "\n";
  }
  return table;
}

/// Who has found a model, without a full stop.
std::string credit_of(const config::RunConfig& config) {
  return fmt::format("Found by Shoal {} (Model Swarms, arXiv 2410.11163), seed {}", results::version(), config.seed);
}

std::string model_card(const weights::ExpertPool& pool, std::span<const double> position,
                       const config::RunConfig& config, ExportForm form, const Provenance& provenance) {
  std::string card = card_of(head_of(config, form, provenance));
  card += fmt::format("{}, merge space `{}`.\n\n", credit_of(config), inputs::merging_of(config));
  if (position.empty()) return card + "A dense position: weights of its own, not a weighted sum of the experts.\n";
  return card + weight_table(pool.names(), position);
}

struct Position {
  std::vector<double> coefficients;
  std::string description;
  swarm::Origin origin;  ///< names it when positions are dense
};

Position best_of(const fs::path& run_dir, const checkpoint::Checkpoint& checkpoint) {
  const fs::path result = run_dir / "result.json";
  if (fs::exists(result)) {
    const results::RunResult run = results::read_result(result).run;
    return {run.best.position,
            fmt::format("Winner of the search: utility {:.4f} ± {:.4f} on the held-out test.", run.best.test.utility,
                        run.best.test.standard_error),
            {run.best_particle, run.best_iteration}};
  }
  const swarm::Incumbent& g = checkpoint.state.global_best;
  return {g.position,
          fmt::format("Global best after iteration {} of an unfinished search: utility {:.4f} on dev.",
                      checkpoint.state.iteration, g.utility),
          swarm::origin_of(g)};
}

Position particle_of(const std::string& text, const checkpoint::Checkpoint& checkpoint) {
  const auto& particles = checkpoint.state.particles;
  std::size_t id = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), id);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size() || id >= particles.size()) {
    fail(ExitCode::usage, "--particle {} is neither best nor a number from 0 to {}.", text, particles.size() - 1);
  }
  return {particles[id].best_position,
          fmt::format("Personal best of particle {}: utility {:.4f} on dev, from iteration {}.", id,
                      particles[id].best_utility, particles[id].best_iteration),
          {static_cast<int>(id), particles[id].best_iteration}};
}

}  // namespace

std::string export_model(const weights::ExpertPool& pool, weights::ModelDelta delta, std::span<const double> position,
                         const config::RunConfig& config, const fs::path& out, ExportForm form,
                         std::optional<std::int64_t> rank, const Provenance& provenance) {
  if (pool.kind() == weights::ExpertKind::full_model) form = ExportForm::merged;
  if (rank && delta.low_rank.empty())
    fail(ExitCode::usage, "--rank needs LoRA experts (these are full models). Leave it out.");
  std::string note = fmt::format("wrote {}\n", out.string());
  if (rank)
    note += fmt::format("truncated to rank {}: largest relative error of a layer {:.3g}\n", *rank,
                        truncate_all(delta, *rank));
  write_model_folder(out, config.model, delta, head_of(config, form, provenance),
                     model_card(pool, position, config, form, provenance));
  return note;
}

std::string export_mixture(const config::RunConfig& config, std::span<const double> position, const fs::path& out,
                           const Provenance& provenance) {
  std::string card = card_of(config.model.filename().string(), "shoal", provenance.name, provenance.description);
  card += credit_of(config) + ".\n\n";
  card +=
      "A mixture of experts that answer together, not a model of its own: at each step the next token is the likeliest "
      "under the sum of the experts' distributions with these weights, where sums below 0 count as 0.\n\n";
  card += weight_table(weights::ExpertPool::names_of(config.experts), position);
  card += fmt::format(
      "\n`{0}` has the experts' folders and their exact weights. To score it: `shoal eval --mixture {0} --task "
      "TASK`.\n",
      results::token_mixture_name);
  make_folders(out);
  write_atomically(
      out / results::token_mixture_name,
      results::to_json(results::TokenMixture{config.model, config.experts, {position.begin(), position.end()}}));
  write_atomically(out / "README.md", card);
  return fmt::format("wrote {}\n", out.string());
}

namespace {

void check_mixture(const ExportOptions& options) {
  if (options.form == ExportForm::adapter && !options.rank) return;
  fail(ExitCode::usage,
       "{} is a token swarm (its experts answer together, no position is a model). Leave out {} to get the experts' "
       "weights.",
       options.run_dir, options.rank ? "--rank" : "--as merged");
}

}  // namespace

std::string export_particle(const ExportOptions& options) {
  const fs::path run_dir = options.run_dir;
  const fs::path file = run_dir / "config.yaml";
  if (!fs::exists(file))
    fail(ExitCode::input, "{} is not a run folder (it has no config.yaml). Check the path.", run_dir.string());
  results::expect_one_search(run_dir);
  const config::RunConfig config = config::parse_run_config(config::read_config_text(file), file, {});
  if (inputs::is_token_swarm(config)) check_mixture(options);
  const checkpoint::CheckpointStore store(run_dir, config::trajectory_hash(config), config.output.keep, options.warn);
  const auto checkpoint = store.newest_valid();
  if (!checkpoint) fail(ExitCode::input, "{} has no valid checkpoint. Run the search first.", run_dir.string());
  const Position position =
      options.particle == "best" ? best_of(run_dir, *checkpoint) : particle_of(options.particle, *checkpoint);
  const Provenance provenance{config.name, position.description};
  if (inputs::is_token_swarm(config)) return export_mixture(config, position.coefficients, options.out, provenance);
  const auto pool = weights::ExpertPool::load(config.experts, config.model, config.merge_space);
  const auto write = [&](weights::ModelDelta delta) {
    return export_model(pool, std::move(delta), position.coefficients, config, options.out, options.form, options.rank,
                        provenance);
  };
  if (config.swarm.positions == swarm::Positions::affine) return write(pool.materialise(position.coefficients));
  const weights::FlatLayout layout = evaluation::layout_of(pool);
  const swarm::SwarmState& state = checkpoint->state;
  const checkpoint::DenseFiles files{store.folder_of(state.iteration), store.rank_files(state.iteration),
                                     static_cast<int>(state.particles.size())};
  const auto weights = checkpoint::read_reached(files, state, position.origin, layout.size());
  return write(layout.view(weights));
}

}  // namespace shoal::exporter
