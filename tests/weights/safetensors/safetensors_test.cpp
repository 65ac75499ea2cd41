#include "support/torch_catch.hpp"
//
#include <cstring>

#include "support/error_of.hpp"
#include "support/temp_folder.hpp"
#include "weights/safetensors/safetensors.hpp"
#include "weights/safetensors/safetensors_bytes.hpp"
#include "weights/safetensors/safetensors_writer.hpp"

namespace safetensors_test {

namespace {

using namespace shoal;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using testing::error_of;
using testing::safetensors_bytes;
using testing::TempFolder;
using testing::two_floats;
using testing::write_bytes;
using weights::SafetensorsFile;
using weights::SafetensorsFolder;

const std::string eight_bytes(8, '\1');

std::string error_of_index(const std::string& index) {
  const TempFolder folder;
  write_bytes(folder / "shard.safetensors", safetensors_bytes(two_floats, eight_bytes));
  write_bytes(folder / "model.safetensors.index.json", index);
  return error_of([&] { SafetensorsFolder{folder.path()}; });
}

TEST_CASE("a valid file shows its tensors as views that outlive the file object") {
  const TempFolder folder;
  const at::Tensor weight = at::arange(6, at::kFloat).view({2, 3});
  weights::write_safetensors(folder / "a.safetensors", {{"weight", weight}, {"bias", at::ones({3}, at::kBFloat16)}});

  at::Tensor read;
  {
    const SafetensorsFile file(folder / "a.safetensors");
    CHECK(file.entries().size() == 2);
    CHECK(file.entries().at("weight").shape == std::vector<std::int64_t>{2, 3});
    CHECK(file.entries().at("bias").type == at::kBFloat16);
    read = file.tensor("weight");
  }

  CHECK(at::equal(read, weight));
}

TEST_CASE("an unknown tensor is an input error that names file and tensor") {
  const TempFolder folder;
  write_bytes(folder / "a.safetensors", safetensors_bytes(two_floats, eight_bytes));
  const SafetensorsFile file(folder / "a.safetensors");

  const std::string error = error_of([&] { file.tensor("y"); });

  CHECK_THAT(error, StartsWith("3: ") && Contains("a.safetensors") && Contains("\"y\""));
}

TEST_CASE("a tensor at an odd address is copied, with the right numbers") {
  const TempFolder folder;
  const std::string header = R"({"f":{"dtype":"BOOL","shape":[1],"data_offsets":[0,1]},)"
                             R"("x":{"dtype":"F32","shape":[1],"data_offsets":[1,5]}})";
  const float value = 1.5F;
  std::string data(5, '\1');
  std::memcpy(data.data() + 1, &value, sizeof value);
  write_bytes(folder / "a.safetensors", safetensors_bytes(header, data));

  const at::Tensor read = SafetensorsFile(folder / "a.safetensors").tensor("x");

  CHECK(read.item<float>() == 1.5F);
  CHECK(reinterpret_cast<std::uintptr_t>(read.const_data_ptr()) % 4 == 0);
}

TEST_CASE("scalars, empty tensors and a file without tensors are valid") {
  const TempFolder folder;
  write_bytes(folder / "a.safetensors",
              safetensors_bytes(R"({"none":{"dtype":"F32","shape":[0,3],"data_offsets":[0,0]},)"
                                R"("one":{"dtype":"F64","shape":[],"data_offsets":[0,8]}})",
                                eight_bytes));
  write_bytes(folder / "b.safetensors", safetensors_bytes("{}", ""));

  const SafetensorsFile file(folder / "a.safetensors");

  CHECK(file.tensor("one").dim() == 0);
  CHECK(file.tensor("none").numel() == 0);
  CHECK(SafetensorsFile(folder / "b.safetensors").entries().empty());
}

TEST_CASE("every truncation and every changed byte of a file is refused or still a valid file") {
  const TempFolder folder;
  const auto path = folder / "a.safetensors";
  weights::write_safetensors(path, {{"a", at::ones({2, 3})}, {"b", at::ones({4}, at::kBFloat16)}});
  const std::string whole = read_text(path);
  // Reads every tensor of what still opens; errors other than Error{input} escape and fail the test.
  const auto outcome = [&](const std::string& bytes) {
    write_bytes(path, bytes);
    return error_of([&] {
      const SafetensorsFile file(path);
      for (const auto& [name, entry] : file.entries()) file.tensor(name).sum();
    });
  };

  for (std::size_t length = 0; length < whole.size(); ++length) {
    INFO("truncated to " << length);
    CHECK_THAT(outcome(whole.substr(0, length)), StartsWith("3: "));
  }
  const std::size_t header_end = whole.size() - 32;
  for (std::size_t place = 0; place < header_end; ++place) {
    for (const int flip : {0x01, 0x02, 0x10, 0x80, 0xff}) {
      std::string bytes = whole;
      bytes[place] = static_cast<char>(bytes[place] ^ flip);
      const std::string error = outcome(bytes);
      INFO("byte " << place << " xor " << flip << ": " << error);
      CHECK((error == "none" || error.starts_with("3: ")));
    }
  }
}

TEST_CASE("a folder reads its single file, also through a symbolic link") {
  const TempFolder folder;
  write_bytes(folder / "blob", safetensors_bytes(two_floats, eight_bytes));
  std::filesystem::create_directory(folder / "model");
  std::filesystem::create_symlink(folder / "blob", folder / "model/model.safetensors");

  const SafetensorsFolder model(folder / "model");

  CHECK(model.names() == std::vector<std::string>{"x"});
  CHECK(model.tensor("x").numel() == 2);
}

TEST_CASE("a folder reads the shards that its index names, also through symbolic links") {
  const TempFolder folder;
  weights::write_safetensors(folder / "blob", {{"a", at::full({1}, 3.0F)}});
  weights::write_safetensors(folder / "two.safetensors", {{"b", at::full({1}, 4.0F)}});
  std::filesystem::create_symlink("blob", folder / "one.safetensors");
  write_bytes(folder / "model.safetensors.index.json",
              R"({"metadata":{},"weight_map":{"a":"one.safetensors","b":"two.safetensors"}})");

  const SafetensorsFolder model(folder.path());

  CHECK(model.tensor("a").item<float>() == 3.0F);
  CHECK(model.tensor("b").item<float>() == 4.0F);
  CHECK(model.files().size() == 2);
  CHECK_FALSE(model.has("c"));
  CHECK_THAT(error_of([&] { model.tensor("c"); }), StartsWith("3: ") && Contains("no tensor \"c\""));
}

TEST_CASE("an index that leads out of its folder, or promises too much, is refused") {
  CHECK(error_of_index(R"({"weight_map":{"x":"shard.safetensors"}})") == "none");
  for (const char* shard : {"../shard.safetensors", "/etc/passwd", "a/b", "..", ".", "", "a\\\\b", "a\\u0000b"}) {
    INFO(shard);
    CHECK_THAT(error_of_index(std::string(R"({"weight_map":{"x":")") + shard + "\"}}"),
               StartsWith("3: ") && Contains("a plain file name is expected"));
  }
  CHECK_THAT(error_of_index(R"({"weight_map":{"x":7}})"), Contains("a plain file name is expected"));
  CHECK_THAT(error_of_index(R"({"weight_map":{"x":"absent.safetensors"}})"), StartsWith("3: ") && Contains("absent"));
  CHECK_THAT(error_of_index(R"({"weight_map":{"y":"shard.safetensors"}})"), Contains("lacks the tensor \"y\""));
  CHECK_THAT(error_of_index(R"({"weight_map":[]})"), Contains("no weight_map"));
  CHECK_THAT(error_of_index("nonsense"), Contains("not valid JSON"));
}

TEST_CASE("a folder without weights, and a path that is no folder, are refused") {
  const TempFolder folder;
  CHECK_THAT(error_of([&] { SafetensorsFolder{folder.path()}; }), StartsWith("3: ") && Contains("has no weights"));
  CHECK_THAT(error_of([&] { SafetensorsFolder{folder / "absent"}; }), StartsWith("3: ") && Contains("not a folder"));
}

}  // namespace

}  // namespace safetensors_test
