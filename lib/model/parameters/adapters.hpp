#pragma once

#include "base/enum_names.hpp"

namespace shoal::model {

/// What becomes of low-rank factors in a variant.
enum class Adapters {
  separate,  ///< factors stay factors: little memory, ready at once, some more work for every token
  folded,    ///< added into weights of their own: as fast as the base, but rounded with it, and as large
};

/// "separate", "folded".
const EnumNames<Adapters>& adapters_names();

}  // namespace shoal::model
