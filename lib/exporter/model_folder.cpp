#include "exporter/model_folder.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.hpp"
#include "exporter/model_writer.hpp"
#include "weights/low_rank.hpp"
#include "weights/peft/peft_adapter.hpp"
#include "weights/peft/peft_writer.hpp"

namespace shoal::exporter {

namespace fs = std::filesystem;

std::string base_model_name(const fs::path& expert, const fs::path& model) {
  if (weights::is_peft_adapter(expert)) {
    const std::string name = weights::PeftAdapter::open(expert).base_model_name();
    if (!name.empty()) return name;
  }
  return model.filename().string();
}

std::string card_of(const CardHead& head) {
  return card_of(head.base_name, head.form == ExportForm::adapter ? "peft" : "transformers", head.name,
                 head.description);
}

std::string card_of(const std::string& base_name, const std::string& library, const std::string& name,
                    const std::string& description) {
  return fmt::format("---\nbase_model: {}\nlibrary_name: {}\ntags: [shoal, model-swarms, merge]\n---\n\n# {}\n\n{}\n\n",
                     base_name, library, name, description);
}

double truncate_all(weights::ModelDelta& delta, std::int64_t rank) {
  double worst = 0.0;
  for (auto& [module, pair] : delta.low_rank) {
    weights::Truncated cut = weights::truncate(pair, rank);
    worst = std::max(worst, cut.relative_error);
    pair = std::move(cut.pair);
  }
  return worst;
}

void write_model_folder(const fs::path& out, const fs::path& model, const weights::ModelDelta& delta,
                        const CardHead& head, const std::string& card) {
  make_folders(out);
  if (head.form == ExportForm::adapter) {
    weights::write_peft_adapter(out, delta, {head.base_name, at::kFloat});
  } else {
    write_merged_model(out, model, delta);
  }
  write_atomically(out / "README.md", card);
}

}  // namespace shoal::exporter
