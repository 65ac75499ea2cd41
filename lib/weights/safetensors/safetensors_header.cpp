#include "weights/safetensors/safetensors_header.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/json_document.hpp"

namespace shoal::weights {
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
  void check_metadata(const Json& metadata) const;
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
  if (length == 0 || bytes[length_bytes] != std::byte{'{'}) reject("its header is not an object");
  return {reinterpret_cast<const char*>(bytes.data()) + length_bytes, length};
}

std::vector<std::int64_t> Reader::shape(const std::string& name, const Json& json) const {
  constexpr std::size_t most_dimensions = 64;  // as many as ATen's kernels take
  if (!json.contains("shape") || !json["shape"].is_array()) reject("tensor {} has no shape", shown(name));
  if (json["shape"].size() > most_dimensions) reject("tensor {} has too many dimensions", shown(name));
  std::vector<std::int64_t> shape;
  for (const Json& size : json["shape"]) {
    if (!size.is_number_unsigned() || size.get<std::uint64_t>() > std::numeric_limits<std::int32_t>::max()) {
      reject("tensor {} has an impossible shape", shown(name));
    }
    shape.push_back(size.get<std::int64_t>());
  }
  return shape;
}

std::size_t Reader::offset(const std::string& name, const Json& json, std::size_t which) const {
  const bool fits = json.contains("data_offsets") && json["data_offsets"].is_array() &&
                    json["data_offsets"].size() == 2 && json["data_offsets"][which].is_number_unsigned();
  if (!fits) reject("tensor {} has no data_offsets", shown(name));
  return json["data_offsets"][which].get<std::size_t>();
}

std::size_t Reader::size_of(const std::string& name, const TensorEntry& entry) const {
  // Zero extents count as 1 here: strides are products of the other extents and must not overflow either.
  auto strides = static_cast<std::int64_t>(at::elementSize(entry.type));
  for (const std::int64_t extent : entry.shape) {
    if (__builtin_mul_overflow(strides, std::max<std::int64_t>(extent, 1), &strides)) {
      reject("tensor {} is too large", shown(name));
    }
  }
  return std::ranges::count(entry.shape, 0) > 0 ? 0 : static_cast<std::size_t>(strides);
}

TensorEntry Reader::entry(const std::string& name, const Json& json, std::size_t data_size) const {
  if (!json.is_object() || !json.contains("dtype") || !json["dtype"].is_string())
    reject("tensor {} has no dtype", shown(name));
  const auto type = scalar_types().find(json["dtype"].get<std::string>());
  if (type == scalar_types().end())
    reject("tensor {} has the unsupported dtype {}", shown(name), shown(json["dtype"].get<std::string>()));
  const TensorEntry entry{type->second, shape(name, json), offset(name, json, 0), offset(name, json, 1)};
  if (entry.begin > entry.end || entry.end > data_size) reject("tensor {} lies outside the file", shown(name));
  if (size_of(name, entry) != entry.end - entry.begin)
    reject("tensor {} has a size that its shape denies", shown(name));
  return entry;
}

void Reader::check_metadata(const Json& metadata) const {
  if (!metadata.is_object()) reject("its __metadata__ is not an object");
  for (const Json& value : metadata) {
    if (!value.is_string()) reject("its __metadata__ holds something else than strings");
  }
}

void Reader::check_coverage(const std::map<std::string, TensorEntry>& entries, std::size_t data_size) const {
  using Named = std::map<std::string, TensorEntry>::value_type;
  std::vector<const Named*> ordered;
  for (const Named& named : entries) ordered.push_back(&named);
  std::ranges::sort(ordered, {}, [](const Named* named) { return std::pair(named->second.begin, named->second.end); });
  std::size_t covered = 0;
  for (const Named* named : ordered) {
    const auto& [name, entry] = *named;
    if (entry.begin < covered) reject("tensor {} overlaps another one", shown(name));
    if (entry.begin > covered) reject("{} bytes before tensor {} belong to none", entry.begin - covered, shown(name));
    covered = entry.end;
  }
  if (covered != data_size) reject("{} bytes at its end belong to no tensor", data_size - covered);
}

}  // namespace

SafetensorsHeader parse_safetensors_header(std::span<const std::byte> bytes, const fs::path& path) {
  const Reader reader{path};
  const std::string text = reader.header(bytes);
  SafetensorsHeader header{length_bytes + text.size(), {}};
  const std::size_t data_size = bytes.size() - header.data_start;
  const Json json = parse_json(text, "the header of " + path.string());
  for (const auto& [name, value] : json.items()) {
    if (name == "__metadata__") {
      reader.check_metadata(value);
    } else {
      header.entries.emplace(name, reader.entry(name, value, data_size));
    }
  }
  reader.check_coverage(header.entries, data_size);
  return header;
}

}  // namespace shoal::weights
