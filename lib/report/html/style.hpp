#pragma once

#include <string_view>

namespace shoal::report {

/// The page's CSS: light and dark by the reader's preference, print, no external font or image.
std::string_view style_sheet();

}  // namespace shoal::report
