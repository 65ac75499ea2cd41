#include "weights/pool/expert_pool.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "weights/pool/full_model_pool.hpp"
#include "weights/pool/lora_pool.hpp"

namespace shoal::weights {
namespace {

namespace fs = std::filesystem;

ExpertKind common_kind(std::span<const fs::path> folders) {
  expect(!folders.empty(), "an expert pool needs at least one expert.");
  const bool first = is_peft_adapter(folders.front());
  for (const fs::path& folder : folders) {
    if (!fs::exists(folder)) fail(ExitCode::input, "expert {} does not exist. Check the path.", folder.string());
    if (is_peft_adapter(folder) != first) {
      fail(ExitCode::input,
           "experts {} and {} are of different kinds (one is a PEFT adapter, the other is not). Use one kind, or "
           "swarm.positions: tokens.",
           folders.front().string(), folder.string());
    }
  }
  // A folder that is neither has no weights; the adapter reader says best what is missing when the name suggests one.
  return first || fs::exists(folders.front() / "adapter_model.safetensors") ? ExpertKind::lora : ExpertKind::full_model;
}

}  // namespace

void ExpertStore::sum_flat(std::span<const double>, std::int64_t, std::span<float>) const {
  fail(ExitCode::internal, "only full models are summed in pieces.");
}

ExpertPool ExpertPool::load(std::span<const fs::path> folders, const fs::path& base, MergeSpace space,
                            at::Device device, const Share& share, const WeightSource& source) {
  ExpertPool pool;
  pool.kind_ = common_kind(folders);
  pool.names_ = names_of(folders);
  pool.space_ = space;
  const SafetensorsFolder model(base);
  pool.layers_ = count_layers(model.names());
  if (pool.kind_ == ExpertKind::lora) {
    pool.store_ = load_lora_pool(open_adapters(folders, model, space), space, device, source);
  } else {
    pool.store_ = load_full_model_pool(open_full_models(folders, model), share);
  }
  return pool;
}

void ExpertPool::check(std::span<const fs::path> folders, const fs::path& base, MergeSpace space) {
  if (common_kind(folders) == ExpertKind::lora) {
    open_adapters(folders, SafetensorsFolder(base), space);
  } else {
    open_full_models(folders, SafetensorsFolder(base));
  }
}

std::vector<fs::path> ExpertPool::files(std::span<const fs::path> folders) {
  std::vector<fs::path> all;
  for (const fs::path& folder : folders) {
    const auto files =
        kind_of(folder) == ExpertKind::lora ? PeftAdapter::open(folder).files() : SafetensorsFolder(folder).files();
    all.insert(all.end(), files.begin(), files.end());
  }
  return all;
}

ExpertKind ExpertPool::kind_of(const fs::path& folder) { return common_kind(std::span(&folder, 1)); }

std::vector<std::string> ExpertPool::names_of(std::span<const fs::path> folders) {
  std::vector<fs::path> clean;
  std::vector<std::string> short_names;
  for (const fs::path& folder : folders) {
    clean.push_back((folder / "").lexically_normal().parent_path());
    short_names.push_back(clean.back().filename().string());
  }
  std::vector<std::string> names = short_names;
  for (std::size_t k = 0; k < names.size(); ++k) {
    if (std::ranges::count(short_names, short_names[k]) > 1) {
      names[k] = clean[k].parent_path().filename().string() + "/" + short_names[k];
    }
  }
  return names;
}

ModelDelta ExpertPool::materialise(std::span<const double> coefficients) const {
  return store_->materialise(LayerMix(coefficients, size(), layers_));
}

void ExpertPool::sum_flat(std::span<const double> coefficients, std::int64_t begin, std::span<float> sums) const {
  expect(coefficients.size() == size(), "{} coefficients for {} experts.", coefficients.size(), size());
  store_->sum_flat(coefficients, begin, sums);
}

}  // namespace shoal::weights
