#include "tensor/safetensors.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.hpp"
#include "tensor/json_document.hpp"

namespace shoal::tensor {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr std::size_t length_bytes = 8;
constexpr std::size_t longest_header = 100'000'000;  // the limit of the reference implementation

const std::map<std::string, at::ScalarType>& scalar_types() {
  static const std::map<std::string, at::ScalarType> types{
      {"F64", at::kDouble}, {"F32", at::kFloat}, {"F16", at::kHalf}, {"BF16", at::kBFloat16}, {"I64", at::kLong},
      {"I32", at::kInt},    {"I16", at::kShort}, {"I8", at::kChar},  {"U8", at::kByte},       {"BOOL", at::kBool}};
  return types;
}

/// Everything that a sentence about a bad file needs to name.
struct Reader {
  const fs::path& path;

  template <typename... Args>
  [[noreturn]] void reject(fmt::format_string<Args...> format, Args&&... args) const {
    fail(ExitCode::input, "{} is not a valid safetensors file ({}). Download or save it again.", path.string(),
         fmt::format(format, std::forward<Args>(args)...));
  }

  std::string header(std::span<const std::byte> bytes) const;
  TensorEntry entry(const std::string& name, const Json& json, std::size_t data_size) const;
  std::vector<std::int64_t> shape(const std::string& name, const Json& json) const;
  std::size_t offset(const std::string& name, const Json& json, std::size_t which) const;
  std::size_t size_of(const std::string& name, const TensorEntry& entry) const;
  void check_coverage(const std::map<std::string, TensorEntry>& entries, std::size_t data_size) const;
};

std::string Reader::header(std::span<const std::byte> bytes) const {
  static_assert(std::endian::native == std::endian::little);
  if (bytes.size() < length_bytes) reject("only {} bytes long", bytes.size());
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), length_bytes);
  if (length > longest_header || length > bytes.size() - length_bytes) {
    reject("its header claims {} bytes and the file has {}", length, bytes.size());
  }
  return {reinterpret_cast<const char*>(bytes.data()) + length_bytes, length};
}

std::vector<std::int64_t> Reader::shape(const std::string& name, const Json& json) const {
  if (!json.contains("shape") || !json["shape"].is_array()) reject("tensor {} has no shape", name);
  std::vector<std::int64_t> shape;
  for (const Json& size : json["shape"]) {
    if (!size.is_number_unsigned() || size.get<std::uint64_t>() > std::numeric_limits<std::int32_t>::max()) {
      reject("tensor {} has an impossible shape", name);
    }
    shape.push_back(size.get<std::int64_t>());
  }
  return shape;
}

std::size_t Reader::offset(const std::string& name, const Json& json, std::size_t which) const {
  const bool fits = json.contains("data_offsets") && json["data_offsets"].is_array() &&
                    json["data_offsets"].size() == 2 && json["data_offsets"][which].is_number_unsigned();
  if (!fits) reject("tensor {} has no data_offsets", name);
  return json["data_offsets"][which].get<std::size_t>();
}

std::size_t Reader::size_of(const std::string& name, const TensorEntry& entry) const {
  std::size_t size = at::elementSize(entry.type);
  for (const std::int64_t extent : entry.shape) {
    if (__builtin_mul_overflow(size, static_cast<std::size_t>(extent), &size)) reject("tensor {} is too large", name);
  }
  return size;
}

TensorEntry Reader::entry(const std::string& name, const Json& json, std::size_t data_size) const {
  if (!json.is_object() || !json.contains("dtype") || !json["dtype"].is_string())
    reject("tensor {} has no dtype", name);
  const auto type = scalar_types().find(json["dtype"].get<std::string>());
  if (type == scalar_types().end()) reject("tensor {} has the unsupported dtype {}", name, json["dtype"].dump());
  const TensorEntry entry{type->second, shape(name, json), offset(name, json, 0), offset(name, json, 1)};
  if (entry.begin > entry.end || entry.end > data_size) reject("tensor {} lies outside the file", name);
  if (size_of(name, entry) != entry.end - entry.begin) reject("tensor {} has a size that its shape denies", name);
  return entry;
}

void Reader::check_coverage(const std::map<std::string, TensorEntry>& entries, std::size_t data_size) const {
  std::vector<const TensorEntry*> ordered;
  for (const auto& [name, entry] : entries) ordered.push_back(&entry);
  std::ranges::sort(ordered, {}, [](const TensorEntry* entry) { return std::pair(entry->begin, entry->end); });
  std::size_t covered = 0;
  for (const TensorEntry* entry : ordered) {
    if (entry->begin != covered) reject("its tensors overlap or leave holes");
    covered = entry->end;
  }
  if (covered != data_size) reject("{} bytes at its end belong to no tensor", data_size - covered);
}

}  // namespace

SafetensorsFile::SafetensorsFile(const fs::path& path) : path_(path), file_(std::make_shared<const MappedFile>(path)) {
  const Reader reader{path_};
  const std::string header = reader.header(file_->bytes());
  data_start_ = length_bytes + header.size();
  const std::size_t data_size = file_->bytes().size() - data_start_;
  const Json json = parse_json(header, "the header of " + path.string());
  if (!json.is_object()) reader.reject("its header is not an object");
  for (const auto& [name, value] : json.items()) {
    if (name != "__metadata__") entries_.emplace(name, reader.entry(name, value, data_size));
  }
  reader.check_coverage(entries_, data_size);
}

at::Tensor SafetensorsFile::tensor(const std::string& name) const {
  const auto found = entries_.find(name);
  if (found == entries_.end()) fail(ExitCode::input, "{} has no tensor {}.", path_.string(), name);
  // from_blob wants a mutable pointer; nobody writes through it, and the mapping would not let them.
  auto* data = const_cast<std::byte*>(file_->bytes().data() + data_start_ + found->second.begin);
  return at::from_blob(
      data, found->second.shape, [keep = file_](void*) {}, at::TensorOptions(found->second.type));
}

namespace {

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
    if (file.empty() || file == ".." || file.find_first_of("/\\") != std::string::npos ||
        file.find('\0') != file.npos) {
      fail(ExitCode::input, "{} names the shard {} (a plain file name is expected). Do not trust this folder.",
           path.string(), shard.dump());
    }
    shards[name] = file;
  }
  return shards;
}

}  // namespace

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
           (folder / shard).string(), name);
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
  if (found == owner_.end()) fail(ExitCode::input, "{} has no tensor {}.", folder_.string(), name);
  return files_[found->second];
}

const TensorEntry& SafetensorsFolder::entry(const std::string& name) const { return owner(name).entries().at(name); }

at::Tensor SafetensorsFolder::tensor(const std::string& name) const { return owner(name).tensor(name); }

std::vector<fs::path> SafetensorsFolder::files() const {
  std::vector<fs::path> paths;
  for (const SafetensorsFile& file : files_) paths.push_back(file.path());
  return paths;
}

}  // namespace shoal::tensor
