#include "tensor/safetensors_writer.hpp"

#include <ATen/ATen.h>

#include <cstdint>
#include <cstring>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/file.hpp"

namespace shoal::tensor {
namespace {

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
    default:
      fail(ExitCode::internal, "safetensors files of this element type are never written.");
  }
}

std::string header_of(const std::map<std::string, at::Tensor>& tensors) {
  nlohmann::ordered_json header;
  header["__metadata__"] = {{"format", "pt"}};
  std::size_t offset = 0;
  for (const auto& [name, tensor] : tensors) {
    header[name]["dtype"] = name_of(tensor.scalar_type());
    header[name]["shape"] = tensor.sizes().vec();
    header[name]["data_offsets"] = {offset, offset + tensor.nbytes()};
    offset += tensor.nbytes();
  }
  std::string text = header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');  // the data section starts at a multiple of 8 bytes
  return text;
}

}  // namespace

void write_safetensors(const std::filesystem::path& path, const std::map<std::string, at::Tensor>& tensors) {
  const std::string header = header_of(tensors);
  const std::uint64_t length = header.size();
  std::string image(sizeof length, '\0');
  std::memcpy(image.data(), &length, sizeof length);
  image += header;
  for (const auto& [name, tensor] : tensors) {
    const at::Tensor host = tensor.cpu().contiguous();
    image.append(static_cast<const char*>(host.const_data_ptr()), host.nbytes());
  }
  write_atomically(path, image);
}

}  // namespace shoal::tensor
