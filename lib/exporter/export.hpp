#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "config/run_config.hpp"
#include "exporter/model_folder.hpp"
#include "weights/pool/expert_pool.hpp"

namespace shoal::exporter {

/// The options of `shoal export`.
struct ExportOptions {
  std::string run_dir;
  std::string out;
  std::string particle = "best";  ///< or a particle's number: its personal best
  ExportForm form = ExportForm::adapter;
  std::optional<std::int64_t> rank;
  std::function<void(const std::string&)> warn = [](const std::string&) {};  ///< of checkpoints that are skipped
};

/// What is known about an exported position, for its model card.
struct Provenance {
  std::string name;         ///< of the run
  std::string description;  ///< one sentence: which particle, which utility
};

/// Writes what a position changes in the base: a PEFT adapter (float32 factors, optionally truncated to `rank` by SVD),
/// or the base with it folded in as a Hugging Face folder. Full fine-tunes are always written as models. With README.md
/// as model card, which lists `position`; that is empty for dense positions. Returns what was done, in a sentence with
/// newline. Throws Error{usage}, Error{resource}.
std::string export_model(const weights::ExpertPool& pool, weights::ModelDelta delta, std::span<const double> position,
                         const config::RunConfig& config, const std::filesystem::path& out, ExportForm form,
                         std::optional<std::int64_t> rank, const Provenance& provenance);

/// Writes a position of a token swarm, which is no model: the experts and their weights (token_mixture_file.hpp), with
/// README.md. Returns what was done, in a sentence with newline. Throws Error{resource}.
std::string export_mixture(const config::RunConfig& config, std::span<const double> position,
                           const std::filesystem::path& out, const Provenance& provenance);

/// `shoal export`: finds the position in a run folder and writes it. Throws Error{input} when the run has no such
/// position, Error{usage} when it cannot have the form asked for.
std::string export_particle(const ExportOptions& options);

}  // namespace shoal::exporter
