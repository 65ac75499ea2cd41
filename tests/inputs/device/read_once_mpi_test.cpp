#include "weights/adapter_files.hpp"
//
#include "comm/device/nccl_double.hpp"
#include "comm/mpi_communicator.hpp"
#include "inputs/read_once.hpp"
#include "model/decoding/generation.hpp"
#include "support/temp_folder.hpp"
#include "support/tiny_model.hpp"
#include "weights/pool/expert_pool.hpp"

namespace read_once_mpi_test {

// CHECK, never REQUIRE: a rank that leaves a test early would let the others wait in the next collective.

namespace {

using namespace shoal;
using namespace shoal::testing;

/// A model with the same headers on every rank; only rank 0's files hold the weights that count.
class Files {
 public:
  explicit Files(int rank) : seed_(rank == 0 ? 1 : 100 + rank) {}

  std::filesystem::path model(bool tied) const {
    nlohmann::json config = tiny_config();
    config["tie_word_embeddings"] = tied;
    write_model(folder_ / "model", config, tiny_parameters(config, static_cast<std::uint64_t>(seed_)));
    write_model(folder_ / "right", config, tiny_parameters(config, 1));
    return folder_ / "model";
  }

  std::vector<std::filesystem::path> adapters(const char* name, int seed, at::ScalarType type) const {
    std::vector<std::filesystem::path> paths;
    write_model(folder_ / "base", small_base());
    for (int k = 0; k < 3; ++k) {
      paths.push_back(folder_ / name / std::to_string(k));
      write_adapter(paths.back(), plain_config(2, 3.0), small_factors(2, seed + 10 * k, type));
    }
    return paths;
  }
  std::vector<std::filesystem::path> adapters(at::ScalarType type) const { return adapters("mine", seed_, type); }
  std::vector<std::filesystem::path> right_adapters(at::ScalarType type) const { return adapters("right", 1, type); }

  const TempFolder& folder() const { return folder_; }

 private:
  TempFolder folder_;
  int seed_;
};

at::Tensor logits(const std::filesystem::path& folder, model::Precision precision,
                  const weights::WeightSource& source) {
  const std::vector<model::TokenId> prompt{5, 6, 7};
  const auto base = model::LanguageModel::load(folder, precision, at::Device(at::kCPU), source);
  return next_token_logits(model::ModelVariant(base, {}), prompt);
}

weights::ModelDelta soup(const Files& files, const std::vector<std::filesystem::path>& adapters,
                         weights::MergeSpace space, const weights::WeightSource& source) {
  const auto pool =
      weights::ExpertPool::load(adapters, files.folder() / "base", space, at::Device(at::kCPU), {}, source);
  return pool.materialise(std::vector<double>{0.5, -0.2, 0.7});
}

bool same_bits(const weights::ModelDelta& a, const weights::ModelDelta& b) {
  return a.low_rank.size() == b.low_rank.size() && std::ranges::all_of(a.low_rank, [&](const auto& named) {
           const auto& other = b.low_rank.at(named.first);
           return named.second.a.equal(other.a) && named.second.b.equal(other.b);
         });
}

}  // namespace

TEST_CASE("every rank computes with the base that rank 0 has read, bit for bit") {
  const auto world = comm::make_world();
  const auto devices = comm::make_device_collectives(*world);
  const Files files(world->rank());
  for (const bool tied : {false, true}) {
    for (const auto precision : {model::Precision::float32, model::Precision::bfloat16}) {
      const auto folder = files.model(tied);
      const at::Tensor received = logits(folder, precision, inputs::read_once(*world, *devices));
      CHECK(received.equal(logits(files.folder() / "right", precision, {})));
      if (world->rank() != 0) CHECK_FALSE(received.equal(logits(folder, precision, {})));
    }
  }
  CHECK(nccl_double::allocations() == 0);
}

TEST_CASE("every rank sums the adapters that rank 0 has read, whatever their type") {
  const auto world = comm::make_world();
  const auto devices = comm::make_device_collectives(*world);
  const Files files(world->rank());
  for (const auto type : {at::kFloat, at::kBFloat16, at::kHalf, at::kDouble}) {
    const auto adapters = files.adapters(type);
    const auto received = soup(files, adapters, weights::MergeSpace::factors, inputs::read_once(*world, *devices));
    CHECK(same_bits(received, soup(files, files.right_adapters(type), weights::MergeSpace::factors, {})));
    if (world->rank() != 0) CHECK_FALSE(same_bits(received, soup(files, adapters, weights::MergeSpace::factors, {})));
  }
}

TEST_CASE("under delta every rank reads its own files") {
  const auto world = comm::make_world();
  const auto devices = comm::make_device_collectives(*world);
  const Files files(world->rank());
  const auto adapters = files.adapters(at::kFloat);
  CHECK(same_bits(soup(files, adapters, weights::MergeSpace::delta, inputs::read_once(*world, *devices)),
                  soup(files, adapters, weights::MergeSpace::delta, {})));
}

}  // namespace read_once_mpi_test
