#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "weights/safetensors/safetensors_header.hpp"

namespace shoal::weights {

/// A memory-mapped safetensors file, checked completely when opened: header size, JSON, dtypes, and data that is
/// covered once and without holes. Tensors are views of the mapping and keep it alive.
class SafetensorsFile {
 public:
  /// Throws Error{input} naming the file and the first thing that is wrong.
  explicit SafetensorsFile(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }
  const std::map<std::string, TensorEntry>& entries() const { return entries_; }

  /// Read-only view of the mapped bytes (a copy where the file holds them misaligned). Throws Error{input} for an
  /// unknown name.
  at::Tensor tensor(const std::string& name) const;

  /// Takes what was read out of memory again; tensors stay valid and read the file anew.
  void release() const { file_->release(); }

 private:
  std::filesystem::path path_;
  std::shared_ptr<const MappedFile> file_;
  std::size_t data_start_ = 0;
  std::map<std::string, TensorEntry> entries_;
};

/// The weights of a Hugging Face folder: model.safetensors, or the shards that model.safetensors.index.json names.
class SafetensorsFolder {
 public:
  /// Throws Error{input}: no weights, damaged files, shard names with separators, tensors that the index promises but
  /// no shard has.
  explicit SafetensorsFolder(const std::filesystem::path& folder);

  const std::filesystem::path& path() const { return folder_; }
  std::vector<std::string> names() const;
  bool has(const std::string& name) const { return owner_.contains(name); }
  const TensorEntry& entry(const std::string& name) const;
  at::Tensor tensor(const std::string& name) const;
  std::vector<std::filesystem::path> files() const;

  /// See SafetensorsFile::release.
  void release() const {
    for (const SafetensorsFile& file : files_) file.release();
  }

 private:
  const SafetensorsFile& owner(const std::string& name) const;

  std::filesystem::path folder_;
  std::vector<SafetensorsFile> files_;
  std::map<std::string, std::size_t> owner_;
};

}  // namespace shoal::weights
