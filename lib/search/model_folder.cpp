#include "search/model_folder.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.hpp"
#include "search/model_writer.hpp"
#include "tensor/low_rank.hpp"
#include "tensor/peft_adapter.hpp"
#include "tensor/peft_writer.hpp"

namespace shoal::search {

namespace fs = std::filesystem;

std::string base_model_name(const fs::path& expert, const fs::path& model) {
  if (tensor::is_peft_adapter(expert)) {
    const std::string name = tensor::PeftAdapter::open(expert).base_model_name();
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

double truncate_all(tensor::ModelDelta& delta, std::int64_t rank) {
  double worst = 0.0;
  for (auto& [module, pair] : delta.low_rank) {
    tensor::Truncated cut = tensor::truncate(pair, rank);
    worst = std::max(worst, cut.relative_error);
    pair = std::move(cut.pair);
  }
  return worst;
}

void write_model_folder(const fs::path& out, const fs::path& model, const tensor::ModelDelta& delta,
                        const CardHead& head, const std::string& card) {
  make_folders(out);
  if (head.form == ExportForm::adapter) {
    tensor::write_peft_adapter(out, delta, {head.base_name, at::kFloat});
  } else {
    write_merged_model(out, model, delta);
  }
  write_atomically(out / "README.md", card);
}

}  // namespace shoal::search
