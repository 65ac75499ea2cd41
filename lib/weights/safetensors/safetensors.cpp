#include "weights/safetensors/safetensors.hpp"

#include <ATen/ATen.h>

#include <cstring>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/json_document.hpp"
#include "base/json_text.hpp"

namespace shoal::weights {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr const char* single_file = "model.safetensors";
constexpr const char* index_file = "model.safetensors.index.json";

std::map<std::string, std::string> read_index(const fs::path& path) {
  const Json json = parse_json(read_text(path), path.string());
  if (!json.is_object() || !json.contains("weight_map") || !json["weight_map"].is_object()) {
    fail(ExitCode::input, "{} has no weight_map. Download it again.", path.string());
  }
  std::map<std::string, std::string> shards;
  for (const auto& [name, shard] : json["weight_map"].items()) {
    const std::string file = shard.is_string() ? shard.get<std::string>() : std::string();
    if (file.empty() || file == "." || file == ".." || file.find_first_of("/\\") != std::string::npos ||
        file.find('\0') != file.npos) {
      fail(ExitCode::input, "{} names the shard {} (a plain file name is expected). Do not trust this folder.",
           path.string(), shown(json_text(shard)));
    }
    shards[name] = file;
  }
  return shards;
}

}  // namespace

SafetensorsFile::SafetensorsFile(const fs::path& path) : path_(path), file_(std::make_shared<const MappedFile>(path)) {
  SafetensorsHeader header = parse_safetensors_header(file_->bytes(), path);
  data_start_ = header.data_start;
  entries_ = std::move(header.entries);
}

at::Tensor SafetensorsFile::tensor(const std::string& name) const {
  const auto found = entries_.find(name);
  if (found == entries_.end()) fail(ExitCode::input, "{} has no tensor {}.", path_.string(), shown(name));
  const auto& [type, shape, begin, end] = found->second;
  const at::TensorOptions options(type);
  const std::byte* source = file_->bytes().data() + data_start_ + begin;
  if (reinterpret_cast<std::uintptr_t>(source) % at::elementSize(type) != 0) {  // the format allows it, kernels do not
    at::Tensor copy = at::empty(shape, options);
    if (begin != end) std::memcpy(copy.mutable_data_ptr(), source, end - begin);
    return copy;
  }
  // from_blob wants a mutable pointer; nobody writes through it, and the mapping would not let them.
  return at::from_blob(
      const_cast<std::byte*>(source), shape, [keep = file_](void*) {}, options);
}

SafetensorsFolder::SafetensorsFolder(const fs::path& folder) : folder_(folder) {
  if (!fs::is_directory(folder)) {
    fail(ExitCode::input, "{} is not a folder (a Hugging Face model folder is expected). Check the path.",
         folder.string());
  }
  if (fs::exists(folder / single_file)) {
    files_.emplace_back(folder / single_file);
    for (const auto& [name, entry] : files_.front().entries()) owner_[name] = 0;
    return;
  }
  if (!fs::exists(folder / index_file)) {
    fail(ExitCode::input, "{} has no weights (neither {} nor {}). Only safetensors are read.", folder.string(),
         single_file, index_file);
  }
  const auto index = read_index(folder / index_file);
  std::map<std::string, std::size_t> opened;
  for (const auto& [name, shard] : index) {
    const auto [place, fresh] = opened.try_emplace(shard, files_.size());
    if (fresh) files_.emplace_back(folder / shard);
    if (!files_[place->second].entries().contains(name)) {
      fail(ExitCode::input, "{} lacks the tensor {} that the index promises. Download it again.",
           (folder / shard).string(), shown(name));
    }
    owner_[name] = place->second;
  }
}

std::vector<std::string> SafetensorsFolder::names() const {
  std::vector<std::string> names;
  for (const auto& [name, file] : owner_) names.push_back(name);
  return names;
}

const SafetensorsFile& SafetensorsFolder::owner(const std::string& name) const {
  const auto found = owner_.find(name);
  if (found == owner_.end()) fail(ExitCode::input, "{} has no tensor {}.", folder_.string(), shown(name));
  return files_[found->second];
}

const TensorEntry& SafetensorsFolder::entry(const std::string& name) const { return owner(name).entries().at(name); }

at::Tensor SafetensorsFolder::tensor(const std::string& name) const { return owner(name).tensor(name); }

std::vector<fs::path> SafetensorsFolder::files() const {
  std::vector<fs::path> paths;
  for (const SafetensorsFile& file : files_) paths.push_back(file.path());
  return paths;
}

}  // namespace shoal::weights
