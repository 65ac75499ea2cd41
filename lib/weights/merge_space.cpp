#include "weights/merge_space.hpp"

namespace shoal::weights {

const EnumNames<MergeSpace>& merge_space_names() {
  static const EnumNames<MergeSpace> names{"factors", "delta"};
  return names;
}

}  // namespace shoal::weights
