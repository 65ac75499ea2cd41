#include "model/parameters/adapters.hpp"

namespace shoal::model {

const EnumNames<Adapters>& adapters_names() {
  static const EnumNames<Adapters> names{"separate", "folded"};
  return names;
}

}  // namespace shoal::model
