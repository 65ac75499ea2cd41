#include "weights/pool/layer_mix.hpp"

#include <catch2/catch.hpp>
#include <vector>

namespace layer_mix_test {

namespace {

using shoal::weights::count_layers;
using shoal::weights::LayerMix;

std::vector<double> of(const LayerMix& mix, const char* name) {
  const auto part = mix.of(name);
  return {part.begin(), part.end()};
}

TEST_CASE("without blocks every parameter has the same coefficients") {
  const std::vector<double> values{0.75, 0.25};
  const LayerMix mix(values, 2, 30);
  CHECK(mix.blocks() == 1);
  for (const char* name : {"model.embed_tokens.weight", "model.layers.29.mlp.up_proj", "lm_head.weight", ""})
    CHECK(of(mix, name) == values);
}

TEST_CASE("layer l of L belongs to block floor(l B / L)") {
  const std::vector<double> values{0, 1, 2, 3, 4, 5};
  const LayerMix mix(values, 2, 5);
  CHECK(mix.blocks() == 3);
  CHECK(of(mix, "model.layers.0.self_attn.q_proj") == std::vector<double>{0, 1});
  CHECK(of(mix, "model.layers.1.self_attn.q_proj") == std::vector<double>{0, 1});
  CHECK(of(mix, "model.layers.2.self_attn.q_proj") == std::vector<double>{2, 3});
  CHECK(of(mix, "model.layers.3.self_attn.q_proj") == std::vector<double>{2, 3});
  CHECK(of(mix, "model.layers.4.self_attn.q_proj") == std::vector<double>{4, 5});
}

TEST_CASE("the embedding belongs to the first block, the last norm and the head to the last") {
  const std::vector<double> values{0, 1, 2, 3};
  const LayerMix mix(values, 2, 2);
  CHECK(of(mix, "model.embed_tokens.weight") == std::vector<double>{0, 1});
  CHECK(of(mix, "model.norm.weight") == std::vector<double>{2, 3});
  CHECK(of(mix, "lm_head.weight") == std::vector<double>{2, 3});
}

TEST_CASE("layers are counted by their numbers, not by their names' order") {
  CHECK(count_layers(std::vector<std::string>{"model.layers.10.a", "model.layers.2.a", "model.norm.weight"}) == 11);
  CHECK(count_layers(std::vector<std::string>{"lm_head.weight"}) == 1);
}

}  // namespace

}  // namespace layer_mix_test
