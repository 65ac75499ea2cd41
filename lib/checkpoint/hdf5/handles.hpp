#pragma once

// Private to this module.

#include <hdf5.h>

#include "base/handle.hpp"

namespace shoal::checkpoint {

template <herr_t (*Close)(hid_t)>
struct IdTraits {
  using Value = hid_t;
  static Value empty() { return H5I_INVALID_HID; }
  static void close(Value value) { Close(value); }
};
using FileId = Handle<IdTraits<H5Fclose>>;
using SpaceId = Handle<IdTraits<H5Sclose>>;
using DatasetId = Handle<IdTraits<H5Dclose>>;
using PropertiesId = Handle<IdTraits<H5Pclose>>;

/// HDF5 prints its error stack and flushes open files at exit unless told otherwise; the latter crashes on a full disk.
inline void quieten() {
  static const bool done = [] {
    H5dont_atexit();
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    return true;
  }();
  static_cast<void>(done);
}

}  // namespace shoal::checkpoint
