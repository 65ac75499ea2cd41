#include "exporter/model_writer.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "weights/low_rank.hpp"
#include "weights/safetensors/safetensors.hpp"
#include "weights/safetensors/safetensors_writer.hpp"

namespace shoal::exporter {
namespace {

namespace fs = std::filesystem;

void copy_companions(const fs::path& base, const fs::path& out) {
  for (const auto& entry : fs::directory_iterator(base)) {
    const std::string name = entry.path().filename().string();
    const bool weights = name.find("safetensors") != name.npos || entry.path().extension() == ".bin";
    if (weights || !entry.is_regular_file() || name == "README.md") continue;
    write_atomically(out / name, read_text(entry.path()));
  }
}

}  // namespace

void write_merged_model(const fs::path& out, const fs::path& base, const weights::ModelDelta& delta) {
  const weights::SafetensorsFolder folder(base);
  std::map<std::string, at::Tensor> weights;
  for (const std::string& name : folder.names()) {
    const at::Tensor weight = folder.tensor(name);
    const auto pair = delta.low_rank.find(name.substr(0, name.rfind(".weight")));
    const auto full = delta.full.find(name);
    weights[name] = pair != delta.low_rank.end() ? weights::fold(weight, pair->second)
                    : full != delta.full.end()   ? full->second.to(weight.scalar_type())
                                                 : weight;
  }
  weights::write_safetensors(out / "model.safetensors", weights);
  copy_companions(base, out);
}

}  // namespace shoal::exporter
