#include "weights/pool/layer_mix.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/error.hpp"

namespace shoal::weights {
namespace {

constexpr std::string_view prefix = "model.layers.";

std::optional<std::size_t> layer_of(std::string_view name) {
  if (!name.starts_with(prefix)) return std::nullopt;
  std::size_t layer = 0;
  const char* const begin = name.data() + prefix.size();
  const auto [end, error] = std::from_chars(begin, name.data() + name.size(), layer);
  return error == std::errc{} ? std::optional(layer) : std::nullopt;
}

}  // namespace

LayerMix::LayerMix(std::span<const double> coefficients, std::size_t experts, std::size_t layers)
    : coefficients_(coefficients), experts_(experts), layers_(layers) {
  expect(coefficients.size() % experts == 0 && blocks() >= 1 && blocks() <= layers,
         "{} coefficients for {} experts and {} layers.", coefficients.size(), experts, layers);
}

std::span<const double> LayerMix::of(std::string_view name) const {
  const auto layer = layer_of(name);
  const bool before = !layer && name.starts_with("model.embed");
  const std::size_t block = layer ? *layer * blocks() / layers_ : before ? 0 : blocks() - 1;
  return coefficients_.subspan(block * experts_, experts_);
}

std::size_t count_layers(std::span<const std::string> names) {
  std::size_t layers = 1;
  for (const std::string& name : names) layers = std::max(layers, layer_of(name).value_or(0) + 1);
  return layers;
}

}  // namespace shoal::weights
