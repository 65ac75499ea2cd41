#include "weights/safetensors/safetensors_writer.hpp"

#include <ATen/ATen.h>
#include <unistd.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>
#include <system_error>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/json_text.hpp"

namespace shoal::weights {
namespace {

namespace fs = std::filesystem;

const char* name_of(at::ScalarType type) {
  switch (type) {
    case at::kDouble:
      return "F64";
    case at::kFloat:
      return "F32";
    case at::kHalf:
      return "F16";
    case at::kBFloat16:
      return "BF16";
    case at::kLong:
      return "I64";
    case at::kInt:
      return "I32";
    case at::kShort:
      return "I16";
    case at::kChar:
      return "I8";
    case at::kByte:
      return "U8";
    case at::kBool:
      return "BOOL";
    default:
      fail(ExitCode::internal, "safetensors files of this element type are never written.");
  }
}

/// The length in 8 bytes, little-endian, and the header itself.
std::string head_of(const std::map<std::string, at::Tensor>& tensors) {
  nlohmann::ordered_json header;
  header["__metadata__"] = {{"format", "pt"}};
  std::size_t offset = 0;
  for (const auto& [name, tensor] : tensors) {
    header[name]["dtype"] = name_of(tensor.scalar_type());
    header[name]["shape"] = tensor.sizes().vec();
    header[name]["data_offsets"] = {offset, offset + tensor.nbytes()};
    offset += tensor.nbytes();
  }
  std::string text = json_text(header);
  text.resize((text.size() + 7) / 8 * 8, ' ');  // the data section starts at a multiple of 8 bytes
  const std::uint64_t length = text.size();
  return std::string(reinterpret_cast<const char*>(&length), sizeof length) + text;
}

/// A new file that grows by large pieces, so that a merged model need not be in memory a second time.
class GrowingFile {
 public:
  explicit GrowingFile(const fs::path& path) : path_(path) { write_durably(path_, ""); }

  void add(std::string_view bytes) {
    constexpr std::size_t piece = std::size_t{64} << 20;
    for (; bytes.size() > piece; bytes.remove_prefix(piece)) add(bytes.substr(0, piece));
    if (pending_.size() + bytes.size() > piece) flush();
    pending_ += bytes;
  }

  void flush() {
    append_durably(path_, pending_);
    pending_.clear();
  }

 private:
  fs::path path_;
  std::string pending_;
};

void write_file(const fs::path& path, const std::map<std::string, at::Tensor>& tensors) {
  GrowingFile file(path);
  file.add(head_of(tensors));
  for (const auto& [name, tensor] : tensors) {
    const at::Tensor host = tensor.cpu().contiguous();
    file.add({static_cast<const char*>(host.const_data_ptr()), host.nbytes()});
  }
  file.flush();
}

}  // namespace

void write_safetensors(const fs::path& path, const std::map<std::string, at::Tensor>& tensors) {
  replace_atomically(path, [&](const fs::path& temporary) { write_file(temporary, tensors); });
}

}  // namespace shoal::weights
