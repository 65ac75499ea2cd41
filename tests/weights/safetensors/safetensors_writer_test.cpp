#include "support/torch_catch.hpp"
//
#include <cstring>
#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "support/error_of.hpp"
#include "support/temp_folder.hpp"
#include "weights/safetensors/safetensors.hpp"
#include "weights/safetensors/safetensors_writer.hpp"

namespace safetensors_writer_test {

namespace {

using namespace shoal;
using testing::TempFolder;

TEST_CASE("tensors of every type come back with the same type, shape and numbers") {
  const TempFolder folder;
  std::map<std::string, at::Tensor> tensors;
  for (const at::ScalarType type : {at::kDouble, at::kFloat, at::kHalf, at::kBFloat16, at::kLong, at::kInt, at::kShort,
                                    at::kChar, at::kByte, at::kBool}) {
    tensors[at::toString(type)] = at::arange(6, at::kFloat).view({2, 3}).to(type);
  }

  weights::write_safetensors(folder / "a.safetensors", tensors);

  const weights::SafetensorsFile file(folder / "a.safetensors");
  for (const auto& [name, tensor] : tensors) {
    INFO(name);
    CHECK(file.entries().at(name).type == tensor.scalar_type());
    CHECK(at::equal(file.tensor(name), tensor));
  }
}

TEST_CASE("a transposed tensor is written as it looks, not as it lies") {
  const TempFolder folder;
  const at::Tensor transposed = at::arange(6, at::kFloat).view({2, 3}).t();

  weights::write_safetensors(folder / "a.safetensors", {{"x", transposed}});

  CHECK(at::equal(weights::SafetensorsFile(folder / "a.safetensors").tensor("x"), transposed));
}

TEST_CASE("the file has what other readers expect: aligned data, the format in __metadata__, sorted names") {
  const TempFolder folder;
  weights::write_safetensors(folder / "a.safetensors", {{"b", at::ones({1})}, {"a", at::zeros({1})}});

  const std::string bytes = read_text(folder / "a.safetensors");
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), sizeof length);
  const auto header = nlohmann::json::parse(bytes.substr(8, length));

  CHECK(length % 8 == 0);
  CHECK(header["__metadata__"]["format"] == "pt");
  CHECK(header["a"]["data_offsets"] == nlohmann::json{0, 4});
  CHECK(header["b"]["data_offsets"] == nlohmann::json{4, 8});
}

TEST_CASE("the same tensors give the same bytes") {
  const TempFolder folder;
  const std::map<std::string, at::Tensor> tensors{{"a", at::ones({3})}, {"b", at::zeros({2})}};
  weights::write_safetensors(folder / "a.safetensors", tensors);
  weights::write_safetensors(folder / "b.safetensors", tensors);
  CHECK(read_text(folder / "a.safetensors") == read_text(folder / "b.safetensors"));
}

TEST_CASE("a tensor larger than one piece of the writer is written whole") {
  const TempFolder folder;
  const at::Tensor large = at::arange((std::int64_t{17} << 20) + 3, at::kInt);  // 68 MiB and a bit
  weights::write_safetensors(folder / "a.safetensors", {{"a", at::ones({3})}, {"large", large}, {"z", at::ones({1})}});

  const weights::SafetensorsFile file(folder / "a.safetensors");

  CHECK(at::equal(file.tensor("large"), large));
  CHECK(file.tensor("z").item<float>() == 1.0F);
}

TEST_CASE("an existing file is replaced, and a failure leaves it and no temporary behind") {
  const TempFolder folder;
  const auto path = folder / "a.safetensors";
  weights::write_safetensors(path, {{"x", at::ones({1})}});
  weights::write_safetensors(path, {{"x", at::full({1}, 2.0F)}});
  CHECK(weights::SafetensorsFile(path).tensor("x").item<float>() == 2.0F);

  // A type that cannot be written fails after the temporary file was made.
  const std::string error = testing::error_of([&] {
    weights::write_safetensors(path, {{"x", at::zeros({1}, at::kComplexFloat)}});
  });

  CHECK(error.starts_with("1: "));
  CHECK(weights::SafetensorsFile(path).tensor("x").item<float>() == 2.0F);
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}

TEST_CASE("a folder that does not exist, or a folder in the file's place, is a resource error") {
  const TempFolder folder;
  std::filesystem::create_directories(folder / "taken/inside");
  CHECK(testing::error_of([&] {
          weights::write_safetensors(folder / "no/a", {{"x", at::ones({1})}});
        }).starts_with("4: "));
  CHECK(testing::error_of([&] {
          weights::write_safetensors(folder / "taken", {{"x", at::ones({1})}});
        }).starts_with("4: "));
}

}  // namespace

}  // namespace safetensors_writer_test
