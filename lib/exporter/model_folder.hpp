#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "weights/model_delta.hpp"

namespace shoal::exporter {

enum class ExportForm { adapter, merged };

/// What the expert says that it was trained on; else the folder name of the model.
std::string base_model_name(const std::filesystem::path& expert, const std::filesystem::path& model);

/// What a model card begins with; a line each for the reader and for the Hub.
struct CardHead {
  std::string base_name;
  ExportForm form;
  std::string name;
  std::string description;
};

std::string card_of(const CardHead& head);

/// The same for what `library` loads.
std::string card_of(const std::string& base_name, const std::string& library, const std::string& name,
                    const std::string& description);

/// Cuts every low-rank layer to `rank`; returns the largest relative error of a layer.
double truncate_all(weights::ModelDelta& delta, std::int64_t rank);

/// Writes what a delta changes in `model` as a PEFT adapter (float32 factors), or the model with it folded in as a
/// Hugging Face folder; and the card as README.md. Throws Error{resource}.
void write_model_folder(const std::filesystem::path& out, const std::filesystem::path& model,
                        const weights::ModelDelta& delta, const CardHead& head, const std::string& card);

}  // namespace shoal::exporter
